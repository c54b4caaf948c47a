"""The CSS of a template: declarations in style sheets and in style attributes, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dovetail.lsp.features.html.elements import Element, Page, pages_of
from dovetail.lsp.features.reading import Reading
from dovetail.source import Span

_DECLARATION = re.compile(r"(?P<name>-{0,2}[A-Za-z][\w-]*)\s*:\s*(?P<value>[^;{}]*)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_BLOCK = re.compile(r"(?P<head>[^{}]*)\{(?P<body>[^{}]*)\}", re.DOTALL)
_AT = re.compile(r"@([a-z-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A property with its value. `element` is that whose style attribute it stands in, None in a style sheet."""

    name: str
    name_span: Span
    value: str
    value_span: Span
    element: Element | None


@dataclass(frozen=True, slots=True)
class Area:
    """Where CSS stands: a style sheet or an attribute's value."""

    span: Span
    element: Element | None


def areas(page: Page) -> Sequence[Area]:
    """The places of CSS in a page."""
    return page.once(_areas)


def _areas(page: Page) -> Sequence[Area]:
    found = list[Area]()
    for element in page.elements:
        if element.name == "style":
            found.append(Area(page.inner(element), None))
        style = element.attribute("style")
        if style is not None and style.value_span.end > style.value_span.start:
            found.append(Area(style.value_span, element))
    return found


def declarations(page: Page) -> Sequence[Declaration]:
    """The declarations of a page, in the order of the text."""
    return page.once(_declarations)


def declarations_of(page: Page, element: Element) -> Sequence[Declaration]:
    """Those in an element's style attribute."""
    return page.once(_by_place).get(element.span.start, ())


def _by_place(page: Page) -> dict[int, list[Declaration]]:
    found = dict[int, list[Declaration]]()
    for each in declarations(page):
        if each.element is not None:
            found.setdefault(each.element.span.start, []).append(each)
    return found


def _declarations(page: Page) -> Sequence[Declaration]:
    found = list[Declaration]()
    for area in areas(page):
        text = _COMMENT.sub(lambda match: " " * len(match.group()), page.masked.text[area.span.start : area.span.end])
        if area.element is not None:
            found += _declared(text, area.span.start, area.element)
        else:
            for block in _BLOCK.finditer(text):
                found += _declared(block["body"], area.span.start + block.start("body"), None)
    return found


def _declared(text: str, base: int, element: Element | None) -> Iterator[Declaration]:
    for match in _DECLARATION.finditer(text):
        name, value = match["name"].lower(), match["value"].rstrip()
        start, at = base + match.start("name"), base + match.start("value")
        yield Declaration(name, Span(start, start + len(name)), value, Span(at, at + len(value)), element)


def at_rules(page: Page) -> Iterator[tuple[str, Span]]:
    """The at-rules of a page's style sheets by name."""
    for area in areas(page):
        if area.element is None:
            for match in _AT.finditer(page.masked.text, area.span.start, area.span.end):
                yield match[1].lower(), Span(match.start(), match.end())


def area_at(reading: Reading, offset: int) -> tuple[Page, Area] | None:
    """The place of CSS that an offset stands in."""
    for page in reading.once(pages_of):
        for area in areas(page):
            if area.span.start <= offset <= area.span.end:
                return page, area
    return None
