"""HTML and CSS that may be written at the cursor, what mail clients support first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dovetail.lsp.features.completion.offers import Offer, fitting, in_snippet, ranked
from dovetail.lsp.features.cursor import InText, here
from dovetail.lsp.features.html.css import area_at
from dovetail.lsp.features.html.elements import VOID, Element, elements_of
from dovetail.lsp.features.html.knowledge import (
    Described,
    feature_of_attribute,
    feature_of_element,
    feature_of_property,
    knowledge,
    share,
)
from dovetail.lsp.features.html.mask import mask_of
from dovetail.lsp.features.html.shades import NAMED
from dovetail.lsp.features.results import Completion, Completions
from dovetail.lsp.features.view import View
from dovetail.source import Span

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)?\Z")
_ATTRIBUTE = re.compile(
    r"<([A-Za-z][\w-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s+([\w:-]*)\Z"
)
_VALUE = re.compile(r"<([A-Za-z][\w-]*)\b[^<>]*?\s([\w:-]+)\s*=\s*([\"'])([^\"']*)\Z")
_PROPERTY = re.compile(r"(?:\A|[;{])\s*([\w-]*)\Z")
_DECLARED = re.compile(r"(?:\A|[;{])\s*([\w-]+)\s*:\s*(?:[^;{}]*\s)?([\w#-]*)\Z")
_MAIL_TAGS = {
    "td": 8.0,
    "tr": 8.0,
    "table": 9.0,
    "a": 8.0,
    "img": 8.0,
    "p": 7.0,
    "div": 5.0,
    "span": 5.0,
    "h1": 4.0,
    "br": 4.0,
    "strong": 3.0,
}
_MAIL_ATTRIBUTES = {
    "style": 9.0,
    "href": 9.0,
    "src": 9.0,
    "alt": 9.0,
    "width": 8.0,
    "height": 6.0,
    "align": 6.0,
    "valign": 6.0,
    "border": 5.0,
    "cellpadding": 6.0,
    "cellspacing": 6.0,
    "role": 6.0,
    "class": 5.0,
    "bgcolor": 5.0,
    "colspan": 4.0,
    "target": 3.0,
    "lang": 4.0,
}
_MAIL_PROPERTIES = {
    "color": 8.0,
    "background-color": 8.0,
    "font-family": 8.0,
    "font-size": 8.0,
    "line-height": 7.0,
    "padding": 8.0,
    "margin": 6.0,
    "width": 6.0,
    "border": 5.0,
    "text-align": 6.0,
    "text-decoration": 5.0,
    "font-weight": 5.0,
    "display": 4.0,
    "max-width": 4.0,
}
_WIDELY = 25.0
"""How much more is wanted what all mail clients support than what none does."""
_LATELY = 4_000


def html_completions(view: View, offset: int) -> Completions:
    """What of HTML and CSS may be written at an offset; nothing within template tags."""
    if not isinstance(here(view.reading, offset).cursor, InText):
        return Completions()
    css = area_at(view.reading, offset)
    text = mask_of(view.reading, 0).text
    if css is not None:
        return ranked(list(_css(view, text[css[1].span.start : offset], offset)))
    before = text[max(0, offset - _LATELY) : offset]
    for look in (_tags, _values, _attributes):
        offers = look(view, before, offset)
        if offers:
            return ranked(offers)
    return Completions()


def _tags(view: View, before: str, offset: int) -> Sequence[Offer]:
    found = _TAG.search(before)
    if found is None:
        return []
    typed = found[2] or ""
    span = Span(offset - len(typed), offset)
    ends = view.reading.text.startswith(">", offset)
    if found[1]:
        items = [
            (
                Completion(
                    element.name, "html-tag", span, element.name + ("" if ends else ">"), "ends what is open here"
                ),
                10.0 * -rank,
            )
            for rank, element in enumerate(_open(view, offset - len(found[0])))
        ]
        return fitting(typed, items)
    made = list[tuple[Completion, float]]()
    for name, tag in knowledge()["tags"].items():
        insert = name if ends or name in VOID else f"{name}>$0</{name}>"
        insert = (
            {"a": 'a href="$1">$2</a>', "img": 'img src="$1" alt="$2" width="$3"'}.get(name, insert)
            if not ends
            else name
        )
        if name in ("table",) and not ends:
            insert = 'table role="presentation" cellpadding="0" cellspacing="0" border="0">$0</table>'
        slug = feature_of_element(name)
        supported = share(slug, view.preferences.clients) if slug is not None else 0.9
        item = Completion(name, "html-tag", span, insert, tag["about"], _words(supported, slug), snippet="$" in insert)
        made.append((item, _MAIL_TAGS.get(name, 0.0) + _WIDELY * (supported - 1)))
    return fitting(typed, made)


def _open(view: View, offset: int) -> Sequence[Element]:
    """The elements that are open at an offset, the innermost first."""
    around = [
        element
        for element in view.reading.once(elements_of)
        if element.span.end <= offset
        and element.name not in VOID
        and (element.closing is None or offset <= element.closing.start)
    ]
    return sorted(around, key=lambda element: (element.closing is not None, -element.span.start))


def _attributes(view: View, before: str, offset: int) -> Sequence[Offer]:
    found = _ATTRIBUTE.search(before)
    if found is None:
        return []
    typed = found[3]
    span = Span(offset - len(typed), offset)
    given = set(re.findall(r"([\w:-]+)\s*=", found[2]))
    known = knowledge()
    own = known["tags"].get(found[1].lower())
    described = {**known["attributes"], **(own["attributes"] if own is not None else {})}
    extra: dict[str, Described] = {}
    if found[1].lower() in ("table", "td", "th", "tr"):
        names = ("align", "valign", "bgcolor", "width", "height", "cellpadding", "cellspacing", "border")
        extra = {
            name: Described(about="for Outlook and old clients", values=[]) for name in names if name not in described
        }
    made = list[tuple[Completion, float]]()
    for name, each in {**described, **extra}.items():
        if name in given:
            continue
        slug = feature_of_attribute(name)
        supported = share(slug, view.preferences.clients) if slug is not None else 0.9
        item = Completion(
            name, "html-attribute", span, f'{name}="$1"', each["about"], _words(supported, slug), snippet=True
        )
        made.append((item, _MAIL_ATTRIBUTES.get(name, 0.0) + _WIDELY * (supported - 1)))
    return fitting(typed, made)


def _values(view: View, before: str, offset: int) -> Sequence[Offer]:
    found = _VALUE.search(before)
    if found is None:
        return []
    typed = found[4]
    span = Span(offset - len(typed), offset)
    known = knowledge()
    own = known["tags"].get(found[1].lower())
    described = (own["attributes"].get(found[2].lower()) if own is not None else None) or known["attributes"].get(
        found[2].lower()
    )
    usual = {
        "role": ["presentation"],
        "align": ["left", "center", "right"],
        "valign": ["top", "middle", "bottom"],
        "target": ["_blank"],
    }
    values = [*usual.get(found[2].lower(), ()), *(described["values"] if described is not None else ())]
    return fitting(typed, [(Completion(value, "value", span, value), 0.0) for value in dict.fromkeys(values)])


def _css(view: View, before: str, offset: int) -> Iterator[Offer]:
    found = _DECLARED.search(before)
    if found is not None:
        typed = found[2]
        span = Span(offset - len(typed), offset)
        described = knowledge()["properties"].get(found[1].lower())
        values = list(described["values"] if described is not None else ())
        if "color" in found[1] or found[1] in ("background", "border"):
            values += [name for name in NAMED if name not in values]
        yield from fitting(typed, [(Completion(value, "css-value", span, value), 0.0) for value in values])
        return
    found = _PROPERTY.search(before)
    if found is None:
        return
    typed = found[1]
    span = Span(offset - len(typed), offset)
    colon = "" if view.reading.text.startswith(":", offset) else ": "
    made = list[tuple[Completion, float]]()
    for name, each in knowledge()["properties"].items():
        slug = feature_of_property(name)
        supported = share(slug, view.preferences.clients) if slug is not None else 0.6
        if name in ("color", "font-family"):
            supported = 1.0
        item = Completion(
            name, "css-property", span, in_snippet(name + colon), each["about"], _words(supported, slug), again=True
        )
        made.append((item, _MAIL_PROPERTIES.get(name, 0.0) + _WIDELY * (supported - 1)))
    yield from fitting(typed, made)


def _words(supported: float, slug: str | None) -> str:
    return f"{supported:.0%} of mail clients" if slug is not None else ""
