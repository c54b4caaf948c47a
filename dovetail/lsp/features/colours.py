"""The colours of a template: in CSS and in `bgcolor` and `color` attributes."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.lsp.features.html.css import declarations
from dovetail.lsp.features.html.elements import elements_of, pages_of
from dovetail.lsp.features.html.mask import Masked
from dovetail.lsp.features.html.shades import WRITTEN, shade_of
from dovetail.lsp.features.results import Colour
from dovetail.lsp.features.view import View
from dovetail.source import Span

_ATTRIBUTES = ("bgcolor", "color", "bordercolor", "text", "link")


def colours(view: View) -> Sequence[Colour]:
    """The colours that stand in a template as they are; those that it makes up are not known here."""
    found = dict[Span, Colour]()
    for page in view.reading.once(pages_of):
        for declaration in declarations(page):
            _collect(page.masked, declaration.value_span, found)
    masked = view.reading.once(pages_of)[0].masked
    for element in view.reading.once(elements_of):
        for attribute in element.attributes:
            if attribute.name in _ATTRIBUTES and not attribute.masked:
                _collect(masked, attribute.value_span, found)
    return sorted(found.values(), key=lambda colour: colour.span)


def _collect(masked: Masked, where: Span, found: dict[Span, Colour]) -> None:
    for match in WRITTEN.finditer(masked.text, where.start, where.end):
        span = Span(match.start(), match.end())
        shade = shade_of(match)
        if shade is not None and not masked.touches(span):
            found[span] = Colour(span, *shade)


def presentations(colour: Colour) -> Sequence[str]:
    """How a colour may be written, what every mail client reads first."""
    red, green, blue = (round(part * 255) for part in (colour.red, colour.green, colour.blue))
    plain = f"#{red:02x}{green:02x}{blue:02x}"
    if colour.alpha >= 1.0:
        return [plain, f"rgb({red}, {green}, {blue})"]
    return [f"rgba({red}, {green}, {blue}, {colour.alpha:.2g})", plain]
