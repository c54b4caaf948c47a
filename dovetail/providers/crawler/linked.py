"""JSON-LD of a page as plain data: what schema.org says of products, articles, events and breadcrumbs. Pure.

`@type` and `@id` become `type` and `id`, and names lose `https://schema.org/`: a template says `product.offers.price`
and `availability == "InStock"`. What is broken is left out, never an exception.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

Node = dict[str, object]

_DEEPEST = 20
_MOST_NODES = 500
_AROUND = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_VOCABULARY = re.compile(r"https?://schema\.org/(?=[A-Z]\w*\Z)")
_KINDS: Mapping[str, frozenset[str]] = {
    "product": frozenset({"Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts", "Vehicle"}),
    "article": frozenset(
        {"Article", "NewsArticle", "BlogPosting", "TechArticle", "Report", "ScholarlyArticle", "SocialMediaPosting"}
    ),
    "event": frozenset({"Event", "EventSeries", "Festival", "Hackathon", "CourseInstance"}),
    "breadcrumbs": frozenset({"BreadcrumbList"}),
}


def nodes(scripts: Sequence[str]) -> list[Node]:
    """All top nodes of a page's JSON-LD scripts, those of `@graph` among them."""
    found: list[Node] = []
    for text in scripts:
        try:
            parsed: object = json.loads(_AROUND.sub("", text), strict=False, parse_constant=lambda _: None)
            found += _top(parsed, 0)
        except (ValueError, RecursionError):
            continue
        if len(found) >= _MOST_NODES:
            break
    return found[:_MOST_NODES]


def first(found: Sequence[Node], kind: str) -> Node | None:
    """The first node of a kind: product, article, event, breadcrumbs."""
    for node in found:
        types = node.get("type")
        names = cast("list[object]", types) if isinstance(types, list) else [types]
        if any(str(name) in _KINDS[kind] or (kind == "event" and str(name).endswith("Event")) for name in names):
            return node
    return None


def product(node: Node) -> Node:
    """A product with `price`, `currency` and `availability` of its first offer, where it has none itself."""
    offer = _first(node.get("offers"))
    if "priceSpecification" in offer and "price" not in offer:
        offer = {**_first(offer.get("priceSpecification")), **offer}
    more = {
        "price": number(offer.get("price", offer.get("lowPrice"))),
        "currency": offer.get("priceCurrency"),
        "availability": offer.get("availability"),
    }
    return {**{name: value for name, value in more.items() if value is not None}, **node}


def breadcrumbs(node: Node) -> list[Node]:
    """The steps in their order, each with `name` and `url`."""
    given = node.get("itemListElement")
    steps = (
        [cast("Node", each) for each in cast("list[object]", given) if isinstance(each, dict)]
        if isinstance(given, list)
        else []
    )
    ordered = sorted(steps, key=lambda each: number(each.get("position")) or 0)
    found: list[Node] = []
    for each in ordered:
        item = each.get("item")
        inner = cast("Node", item) if isinstance(item, dict) else {}
        name = each.get("name") or inner.get("name")
        url = item if isinstance(item, str) else inner.get("id") or inner.get("url")
        found.append({"name": name, "url": url})
    return found


def image(value: object) -> str:
    """The first address in an image as schema.org allows it: a text, a list, an ImageObject."""
    if isinstance(value, list):
        return next((found for each in cast("list[object]", value) if (found := image(each))), "")
    if isinstance(value, dict):
        inner = cast("Node", value)
        return image(inner.get("url") or inner.get("contentUrl"))
    return value.strip() if isinstance(value, str) else ""


def word(value: object) -> str:
    """A number or text as text; '' for anything else."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def number(value: object) -> int | float | None:
    """A price as a number: `"1299.00"` and 1299 alike; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,15}(?:\.\d{1,10})?\s*", value):
        made = float(value)
        return int(made) if made.is_integer() else made
    return None


def _first(value: object) -> Node:
    if isinstance(value, list):
        return next((cast("Node", each) for each in cast("list[object]", value) if isinstance(each, dict)), {})
    return cast("Node", value) if isinstance(value, dict) else {}


def _top(value: object, depth: int) -> Iterator[Node]:
    if isinstance(value, list):
        for each in cast("list[object]", value)[:_MOST_NODES]:
            if depth < _DEEPEST:
                yield from _top(each, depth + 1)
    elif isinstance(value, dict):
        given = cast("Node", value)
        if "@graph" in given and depth < _DEEPEST:
            yield from _top(given["@graph"], depth + 1)
        if "@type" in given:
            plain = _plain(given, 0)
            assert isinstance(plain, dict)
            yield cast("Node", plain)


def _plain(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_plain(each, depth + 1) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        given = cast("Node", value)
        if "@value" in given:
            return _plain(given["@value"], depth + 1)
        return {
            name.lstrip("@"): _plain(each, depth + 1)
            for name, each in given.items()
            if name not in {"@context", "@graph"}
        }
    if isinstance(value, str):
        # Within a script nothing is an entity, but most sites write their texts as for HTML.
        return html.unescape(_VOCABULARY.sub("", value)).strip()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
