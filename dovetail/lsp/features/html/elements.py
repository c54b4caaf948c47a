"""The elements of a template's HTML, as tolerant as mail clients are, each with its places in the template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from dovetail.lsp.features.html.mask import Masked, mask_count, mask_of
from dovetail.lsp.features.reading import Reading
from dovetail.source import Span

T = TypeVar("T")

VOID = frozenset(
    {
        *(
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "source",
            "track",
            "wbr",
            "param",
        ),
        *("command", "frame", "keygen"),
    }
)
RAW = frozenset({"style", "script", "textarea", "title"})
_OPTIONAL_END = frozenset(
    {"p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "option", "colgroup", "html", "head", "body"}
)

_TOKEN = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))|(?P<doctype><![A-Za-z][^>]*>?)|(?P<close></(?P<closed>[A-Za-z][^\s>/]*)[^>]*>?)"
    r"|<(?P<open>[A-Za-z][^\s>/\"'=<]*)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""\s*(?:(?P<end>/?>)|/|(?P<name>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)(?:"|\Z)|'(?P<single>[^']*)(?:'|\Z)|(?P<bare>[^\s"'<>`]+))?)?|(?P<stop><)|(?P<odd>["'=]))""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute; `value` is '' without one. `masked`: a part of it is made by the template."""

    name: str
    span: Span
    value: str
    value_span: Span
    masked: bool


@dataclass(slots=True)
class Element:
    """An element. `span` is its opening tag, `closing` its closing one, `end` where it ends. `name` is lower case.

    `masked`: a part of its opening tag is made by the template.
    """

    name: str
    span: Span
    name_span: Span
    attributes: Sequence[Attribute]
    parent: Element | None
    masked: bool
    closing: Span | None = None
    end: int = 0
    depth: int = 0

    def attribute(self, name: str) -> Attribute | None:
        """An attribute by name."""
        return next((each for each in self.attributes if each.name == name), None)

    def value(self, name: str) -> str:
        """The value of an attribute, '' when it has none."""
        found = self.attribute(name)
        return found.value if found is not None else ""

    @property
    def unclosed(self) -> bool:
        """Whether it lacks the closing tag that it must have."""
        return self.closing is None and self.name not in VOID and self.name not in _OPTIONAL_END


@dataclass(slots=True)
class Page:
    """One mask as elements, in the order of the text. `stray` are closing tags that close nothing."""

    masked: Masked
    elements: list[Element] = field(default_factory=list[Element])
    stray: list[Span] = field(default_factory=list[Span])
    comments: list[Span] = field(default_factory=list[Span])
    doctype: bool = False
    _made: dict[object, object] = field(default_factory=dict[object, object], repr=False)

    def once(self, make: Callable[[Page], T]) -> T:
        """What a function makes of this page, made once however many lints want it."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    def inner(self, element: Element) -> Span:
        """What stands between an element's tags."""
        return Span(element.span.end, element.closing.start if element.closing is not None else element.end)


def pages_of(reading: Reading) -> Sequence[Page]:
    """The pages of a template, one a mask; use it by `reading.once(pages_of)`."""
    return [page_of(reading, number) for number in range(reading.once(mask_count))]


def page_of(reading: Reading, number: int) -> Page:
    """One of the pages, made once."""
    made = reading.once(_made)
    if number not in made:
        made[number] = _page(mask_of(reading, number))
    return made[number]


def _made(_: Reading) -> dict[int, Page]:
    return {}


def elements_of(reading: Reading) -> Sequence[Element]:
    """The elements of all pages, each place once, in order; use it by `reading.once(elements_of)`."""
    found = dict[Span, Element]()
    for page in reading.once(pages_of):
        for element in page.elements:
            known = found.get(element.span)
            if known is None or (known.closing is None and element.closing is not None):
                found[element.span] = element
    return sorted(found.values(), key=lambda element: element.span)


def conditional_comments(reading: Reading) -> Sequence[Span]:
    """The comments that only Outlook reads, and other comments of several lines."""
    return [span for page in reading.once(pages_of)[:1] for span in page.comments]


def pair_at(reading: Reading, offset: int) -> Sequence[Span] | None:
    """The names of the two tags of the element at one of whose names an offset stands."""
    for element in reading.once(elements_of):
        if element.span.start > offset:
            break
        closing = closing_name(element)
        if element.name_span.start <= offset <= element.name_span.end or (
            closing is not None and closing.start <= offset <= closing.end
        ):
            return [element.name_span, *([closing] if closing is not None else [])]
    # Closing tags stand behind their opening ones, which may be far before.
    for element in reading.once(elements_of):
        closing = closing_name(element)
        if closing is not None and closing.start <= offset <= closing.end:
            return [element.name_span, closing]
    return None


def closing_name(element: Element) -> Span | None:
    """Where the name stands in an element's closing tag."""
    if element.closing is None:
        return None
    start = element.closing.start + 2
    return Span(start, start + len(element.name))


def _page(masked: Masked) -> Page:
    page = Page(masked)
    text = masked.text
    stack = list[Element]()
    at = 0
    while True:
        found = _TOKEN.search(text, at)
        if found is None:
            break
        at = found.end()
        if found["comment"]:
            page.comments.append(Span(found.start(), found.end()))
        elif found["doctype"]:
            page.doctype = page.doctype or found["doctype"].lower().startswith("<!doctype")
        elif found["close"]:
            _close(page, stack, found["closed"].lower(), Span(found.start(), found.end()))
        else:
            element, at = _open(page, stack, found["open"], found.start(), found.end())
            if element.name in RAW and not text[: element.span.end].endswith("/>"):
                at = _raw(text, element, at)
                if element.closing is not None:
                    stack.pop()
    for element in stack:
        element.end = len(text)
    return page


def _open(page: Page, stack: list[Element], written: str, start: int, at: int) -> tuple[Element, int]:
    text = page.masked.text
    name = written.lower()
    attributes = list[Attribute]()
    while True:
        found = _ATTRIBUTE.match(text, at)
        if found is None or found["stop"]:
            end = at if found is None else found.start("stop")
            break
        if found.end() == at:
            end = at
            break
        at = found.end()
        if found["end"]:
            end = at
            break
        if found["name"]:
            attributes.append(_attribute(page.masked, found))
    span = Span(start, end)
    _imply(stack, name, start)
    parent = stack[-1] if stack else None
    name_span = Span(start + 1, start + 1 + len(written))
    element = Element(name, span, name_span, attributes, parent, page.masked.touches(span), end=end, depth=len(stack))
    page.elements.append(element)
    if name not in VOID and not text[start:end].endswith("/>"):
        stack.append(element)
    return element, end


def _attribute(masked: Masked, found: re.Match[str]) -> Attribute:
    span = Span(found.start("name"), found.end())
    for group in ("double", "single", "bare"):
        value = found[group]
        if value is not None:
            place = Span(found.start(group), found.end(group))
            return Attribute(found["name"].lower(), span, value, place, masked.touches(place))
    return Attribute(found["name"].lower(), span, "", Span(span.end, span.end), masked.touches(span))


_ENDED_BY = {
    "li": {"li"},
    "p": {"p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "section"},
    "td": {"td", "th", "tr"},
    "th": {"td", "th", "tr"},
    "tr": {"tr", "tbody", "tfoot"},
    "option": {"option"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
}


def _imply(stack: list[Element], name: str, at: int) -> None:
    while stack and name in _ENDED_BY.get(stack[-1].name, ()):
        stack.pop().end = at


def _close(page: Page, stack: list[Element], name: str, span: Span) -> None:
    for number in range(len(stack) - 1, -1, -1):
        if stack[number].name == name:
            for element in stack[number + 1 :]:
                element.end = span.start
            stack[number].closing = span
            stack[number].end = span.end
            del stack[number:]
            return
        if stack[number].name == "table" and name not in ("body", "html"):
            # What stands in a cell closes nothing around its table.
            break
    page.stray.append(span)


def _raw(text: str, element: Element, at: int) -> int:
    found = re.compile(rf"</{element.name}[^>]*>?", re.IGNORECASE).search(text, at)
    if found is None:
        element.end = len(text)
        return len(text)
    element.closing, element.end = Span(found.start(), found.end()), found.end()
    return found.end()


def parents(element: Element) -> Iterator[Element]:
    """The elements around one, the nearest first."""
    above = element.parent
    while above is not None:
        yield above
        above = above.parent
