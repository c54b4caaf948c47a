"""What an element, attribute or property is, and which mail clients support it."""

from __future__ import annotations

from dovetail.lsp.features.cursor import InText, here
from dovetail.lsp.features.html.css import declarations
from dovetail.lsp.features.html.elements import elements_of, pages_of
from dovetail.lsp.features.html.knowledge import (
    feature_of_attribute,
    feature_of_element,
    feature_of_property,
    knowledge,
    verdicts,
)
from dovetail.lsp.features.prose import clean, escaped, prose
from dovetail.lsp.features.results import Hover
from dovetail.lsp.features.view import View
from dovetail.source import Span

_SIGNS = {"y": "✓ yes", "n": "✗ no", "a": "◐ partly", "u": "? unknown"}


def html_hover(view: View, offset: int) -> Hover | None:
    """What is told of HTML and CSS at an offset."""
    if not isinstance(here(view.reading, offset).cursor, InText):
        return None
    for page in view.reading.once(pages_of):
        for declaration in declarations(page):
            if declaration.name_span.start <= offset <= declaration.name_span.end:
                about = knowledge()["properties"].get(declaration.name)
                slug = feature_of_property(declaration.name, declaration.value)
                return _told(view, declaration.name_span, declaration.name, about["about"] if about else "", slug)
    for element in view.reading.once(elements_of):
        if not element.span.start <= offset <= element.span.end:
            continue
        tag = knowledge()["tags"].get(element.name)
        if element.name_span.start <= offset <= element.name_span.end:
            about_tag = tag["about"] if tag is not None else ""
            return _told(view, element.name_span, f"<{element.name}>", about_tag, feature_of_element(element.name))
        for attribute in element.attributes:
            span = Span(attribute.span.start, attribute.span.start + len(attribute.name))
            if span.start <= offset <= span.end:
                own = tag["attributes"].get(attribute.name) if tag is not None else None
                described = own or knowledge()["attributes"].get(attribute.name)
                words = described["about"] if described is not None else ""
                return _told(view, span, attribute.name, words, feature_of_attribute(attribute.name))
    return None


def _told(view: View, span: Span, name: str, about: str, slug: str | None) -> Hover | None:
    parts: list[str | tuple[str, str]] = [
        (f"**{escaped(name)}**", name),
        (escaped(about), clean(about)) if about else "",
    ]
    if slug is not None:
        found = verdicts(slug, view.preferences.clients)
        lines = [f"{_SIGNS[each.support]}: {each.client}" for each in found]
        parts.append(("\n".join(f"- {escaped(line)}" for line in lines), "\n".join(lines)))
        notes = list(dict.fromkeys(note for each in found for note in each.notes))[:3]
        parts += [(escaped(note), clean(note)) for note in notes]
        feature = knowledge()["features"][slug]
        parts.append(
            (
                f"[Can I email]({feature['url']}), as of {knowledge()['date']}",
                f"caniemail.com, as of {knowledge()['date']}",
            )
        )
    elif not about:
        return None
    return Hover(span, prose(*parts))
