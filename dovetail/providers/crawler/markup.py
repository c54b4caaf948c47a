"""What a page says of itself: its head, its JSON-LD, its first image. Nothing in it is run. Pure.

selectolax reads it as browsers do (the HTML standard's parser), whatever is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.providers.crawler import linked
from dovetail.providers.crawler.site import Site, path_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_DEEPEST = 500
"""Elements within each other; the parser takes quadratic time for what is deeper."""

_MOST_META = 200
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)")
_EMPTY = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_UNCLOSED = frozenset(["p", "li", "dt", "dd", "td", "th", "tr", "option", "thead", "tbody", "tfoot"])
"""Elements that most pages leave without an end, and the next one ends."""

_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}
_FOREIGN = frozenset(["svg", "math"])
_SURROGATE = re.compile("[\ud800-\udfff\x00]")


def read(site: Site, address: str, text: str, modified: str = "") -> Mapping[str, object]:
    """A page's fields. `modified`: when its reply says that it was changed."""
    # Reading a settings file must not need what only a crawl needs.
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_shallow(_SURROGATE.sub("�", text)))
    meta = _meta(tree)
    og = {name.removeprefix("og:"): value for name, value in meta.items() if name.startswith("og:")}
    found = linked.nodes([each.text() for each in tree.css('script[type="application/ld+json" i]')])
    parts = {kind: linked.first(found, kind) for kind in ("product", "article", "event", "breadcrumbs")}
    product = linked.product(parts["product"]) if parts["product"] is not None else None
    crumbs = linked.breadcrumbs(parts["breadcrumbs"]) if parts["breadcrumbs"] is not None else []
    base = _absolute(site, _attribute(tree, "base[href]", "href"), address) or address
    main = product or parts["article"] or parts["event"] or {}
    pictures = (og.get("image"), linked.image(main.get("image")), _attribute(tree, "body img[src]", "src"))
    title = tree.css_first("head title") or tree.css_first("title")
    return {
        "url": address,
        "path": path_of(address),
        "title": " ".join(title.text().split()) if title is not None else "",
        "description": meta.get("description") or og.get("description", ""),
        "canonical": _absolute(site, _attribute(tree, 'link[rel~="canonical" i][href]', "href"), base),
        "language": _attribute(tree, "html[lang]", "lang"),
        "image": next((made for each in pictures if each and (made := _absolute(site, each, base))), ""),
        "modified": meta.get("article:modified_time") or linked.word(main.get("dateModified")) or modified,
        "kind": next((kind for kind in ("product", "article", "event") if parts[kind] is not None), "page"),
        "sku": meta.get("sku") or linked.word((product or {}).get("sku")),
        "price": linked.number((product or {}).get("price")),
        "og": og,
        "meta": meta,
        "product": product,
        "article": parts["article"],
        "event": parts["event"],
        "breadcrumbs": [{**each, "url": _absolute(site, linked.word(each["url"]), base)} for each in crumbs],
        "data": found,
    }


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """`<meta name|property|itemprop content>` by lower-case name; of several with one name the first."""
    found: dict[str, str] = {}
    for each in tree.css("meta[content]"):
        attributes = each.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and len(found) < _MOST_META:
            found.setdefault(name.strip().lower(), (attributes.get("content") or "").strip())
    return found


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return ((node.attributes.get(name) if node is not None else "") or "").strip()


def _absolute(site: Site, place: str, base: str) -> str:
    """A complete http(s) address; '' where it is another kind (`data:`, `javascript:`), or none."""
    return (site.address(place, base) or "") if place else ""


def _shallow(text: str) -> str:
    """The text up to where its elements would be nested too deeply."""
    at = depth = 0
    drawing = False
    while (match := _TAG.search(text, at)) is not None:
        at = match.end()
        name, ends = match[2].lower(), bool(match[1])
        if name in _RAW and not ends:
            # What is in there is no markup.
            end = _RAW[name].search(text, at)
            if end is None:
                break
            at = end.end()
            continue
        if name in _FOREIGN:
            drawing = not ends
        elif name == "div":
            # An element of HTML ends a drawing.
            drawing = False
        if name in _EMPTY or name in _UNCLOSED or (drawing and match[3].endswith("/")):
            continue
        depth = max(0, depth - 1) if ends else depth + 1
        if depth > _DEEPEST:
            return text[: match.start()]
    return text
