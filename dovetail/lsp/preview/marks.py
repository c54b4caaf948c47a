"""Where in the template each element of a mail comes from: an attribute with the offset, put in before rendering."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dovetail.grammar import nodes
from dovetail.source import Span

_ELEMENT = re.compile(r"<([A-Za-z][\w:-]*)")
_UNMARKED = frozenset({"html", "head", "meta", "title", "style", "script", "link", "base"})
_MARK = re.compile(r' data-dovetail="\d+"')


@dataclass(frozen=True, slots=True)
class Marked:
    """A template's text with marks. `places` are the offsets in the unmarked text where each mark was put in."""

    text: str
    places: Sequence[int]
    ends: Sequence[int]

    def original(self, span: Span) -> Span:
        """A span of the marked text as one of the text that people see."""
        return Span(self._offset(span.start), self._offset(span.end))

    def _offset(self, offset: int) -> int:
        number = bisect_right(self.ends, offset)
        put_in = self.ends[number - 1] - self.places[number - 1] if number else 0
        inside = number < len(self.places) and offset - put_in > self.places[number]
        return self.places[number] if inside else offset - put_in


def marked(tree: nodes.Tree) -> Marked:
    """The template with a mark in every start tag that stands in its text."""
    text = tree.source.text
    places = sorted(_places(tree.nodes))
    parts, ends = list[str](), list[int]()
    before = length = 0
    for place in places:
        part = f'{text[before:place]} data-dovetail="{place}"'
        parts.append(part)
        length += len(part)
        ends.append(length)
        before = place
    parts.append(text[before:])
    return Marked("".join(parts), places, ends)


def unmarked(mail: str) -> str:
    """A rendered mail as its recipient gets it."""
    return _MARK.sub("", mail)


def _places(body: Sequence[nodes.Node]) -> Iterator[int]:
    for node in body:
        if isinstance(node, nodes.Text):
            for match in _ELEMENT.finditer(node.text):
                if match[1].lower() not in _UNMARKED:
                    yield node.span.start + match.end()
        elif isinstance(node, nodes.Tag):
            for section in node.sections:
                yield from _places(section.body)
