"""An open text as an editor sees it: lines that end as the protocol says, columns in its encoding, edits applied.

The protocol knows three line ends, `\\n`, `\\r\\n` and `\\r`; other characters that Python's `splitlines` breaks at
(U+2028, the vertical tab of a soft break pasted from Word) are ordinary text (LSP 3.17, Text Documents).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dovetail.source import Span

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""In what the columns of positions count; agreed upon when a client connects."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A line and a column from 0; the column counts code units of the encoding."""

    line: int
    character: int


class Edit(NamedTuple):
    """A change as the client sends it: the text from `start` to `end` becomes `text`; without a place, all of it."""

    text: str
    start: Position | None = None
    end: Position | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text with the client's version of it. It never changes; `edited` gives the next one."""

    text: str
    version: int
    encoding: Encoding = "utf-16"
    _table: list[Span] = field(default_factory=list[Span], init=False, repr=False, compare=False)

    @property
    def lines(self) -> Sequence[Span]:
        """The span of each line without its line end; the text behind the last line end is a line too."""
        if not self._table:
            start = 0
            for match in _LINE_END.finditer(self.text):
                self._table.append(Span(start, match.start()))
                start = match.end()
            self._table.append(Span(start, len(self.text)))
        return self._table

    def offset(self, position: Position) -> int:
        """The offset in code points of a position; what lies outside the text is the nearest place in it.

        A column beyond its line is the line's end (LSP: "defaults back to the line length"); one within a character
        that takes several code units is that character's start.
        """
        lines = self.lines
        if position.line >= len(lines):
            return len(self.text)
        start, end = lines[max(0, position.line)]
        if position.line < 0 or position.character <= 0:
            return start
        return start + _points(self.text[start:end], position.character, self.encoding)

    def position(self, offset: int) -> Position:
        """The position of an offset; one within or behind a line end is the end of its line."""
        lines = self.lines
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(lines, offset, key=lambda span: span.start) - 1
        start, end = lines[line]
        return Position(line, units(self.text[start : min(offset, end)], self.encoding))

    def edited(self, edits: Sequence[Edit], version: int) -> Document:
        """The document after edits, each of which counts in the text that the ones before it left."""
        document = self
        for text, start, end in edits:
            if start is None or end is None:
                whole = text
            else:
                first = document.offset(start)
                last = max(first, document.offset(end))
                whole = document.text[:first] + text + document.text[last:]
            document = Document(whole, version, self.encoding)
        return document if edits else Document(self.text, version, self.encoding)


def units(text: str, encoding: Encoding) -> int:
    """How many code units of an encoding a text has. A lone surrogate counts as one, or three in UTF-8."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _points(text: str, wanted: int, encoding: Encoding) -> int:
    """How many whole characters of a text fit into `wanted` code units."""
    if encoding == "utf-32" or text.isascii():
        return min(wanted, len(text))
    low, high = 0, min(wanted, len(text))
    while low < high:
        middle = (low + high + 1) // 2
        if units(text[:middle], encoding) <= wanted:
            low = middle
        else:
            high = middle - 1
    return low
