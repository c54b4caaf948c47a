"""White space between tags that can be tidied without showing: blanks at line ends, and the place of block tags.

Text is HTML only where a template says so with block-level tags; plain text is left alone, where a blank at a
line's end may mean something (`-- `). Branches and closing tags on lines of their own go under their opening tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dovetail.grammar import nodes
from dovetail.grammar.format_flow import Place, places
from dovetail.grammar.format_html import BLOCK_LEVEL, DATA
from dovetail.grammar.printer import Piece

_HTML = re.compile(rf"</?(?:{'|'.join(sorted(BLOCK_LEVEL))})[\s>]", re.IGNORECASE)
_SHOWING_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break)|display\s*:\s*inline", re.IGNORECASE)
_TRAILING = re.compile(r"(?<![ \t])[ \t]+(?=[\r\n])")
_HEAD = re.compile(r"[ \t]+(?=[\r\n])")
_BREAK = re.compile(r"[\r\n]")


class Edit(NamedTuple):
    """Replace `start:end` of the source by `text`."""

    start: int
    end: int
    text: str


def space_edits(text: str, pieces: Sequence[Piece]) -> Iterator[Edit]:
    """What to change in the white space between tags."""
    if not any(_HTML.search(text, piece.span.start, piece.span.end) for piece in pieces if piece.kind == "text"):
        return
    if _SHOWING_STYLE.search(text):
        # Its author decides what shows, by rules that stand elsewhere.
        return
    found = places(text, pieces)
    for number, place in found.items():
        yield from _line_ends(text, pieces, number, place)
    yield from _under_their_opening(text, pieces, found)


def _line_ends(text: str, pieces: Sequence[Piece], number: int, place: Place) -> Iterator[Edit]:
    """Blanks at line ends. Directly behind a tag they may keep a line end from vanishing, so they show there."""
    start, end = pieces[number].span
    content = text[start:end]
    head = _HEAD.match(content)
    if head and number and (place.head_is_free() or (place.start == DATA and _keeps_line_end(pieces[number - 1]))):
        yield Edit(start, start + head.end(), "")
    visible = len(content) - len(content.lstrip())
    for low, high in place.reading.plain:
        for blanks in _TRAILING.finditer(content, low, high + 1):
            # Some visible character of this text has to come first: it stops tags from taking line ends.
            if blanks.end() <= high and blanks.start() > visible:
                yield Edit(start + blanks.start(), start + blanks.end(), "")


def _keeps_line_end(piece: Piece) -> bool:
    """Whether a line end directly behind a tag shows: it does behind output."""
    if piece.kind != "tag" or piece.name or not isinstance(piece.head, nodes.Head):
        return False
    return not isinstance(piece.head.value, nodes.Assignment) and not any(
        attribute.name for attribute in piece.head.attributes
    )


def _under_their_opening(text: str, pieces: Sequence[Piece], found: Mapping[int, Place]) -> Iterator[Edit]:
    indents: list[str | None] = []
    for number, piece in enumerate(pieces):
        if piece.kind == "open":
            indents.append(_indent(text, piece.span.start))
        elif piece.kind in {"branch", "close"}:
            wanted = indents[-1] if piece.kind == "branch" else indents.pop()
            present = _indent(text, piece.span.start)
            if wanted is None or present is None or wanted == present or not _alone(text, pieces, number, found):
                continue
            before = found.get(number - 1)
            if before is not None and before.tail_is_free():
                yield Edit(piece.span.start - len(present), piece.span.start, wanted)


def _indent(text: str, at: int) -> str | None:
    """The blanks before an offset when nothing else stands before it on its line."""
    start = at
    while start and text[start - 1] in " \t":
        start -= 1
    return text[start:at] if start == 0 or text[start - 1] in "\r\n" else None


def _alone(text: str, pieces: Sequence[Piece], number: int, found: Mapping[int, Place]) -> bool:
    """Whether the rest of a tag's line is block tags, comments and blanks."""
    for later in range(number, len(pieces)):
        piece = pieces[later]
        if piece.kind == "text":
            content = text[piece.span.start : piece.span.end]
            line = _BREAK.split(content, maxsplit=1)
            if line[0].strip():
                return False
            if len(line) > 1:
                return found[later].head_is_free()
        elif piece.kind not in {"open", "branch", "close", "comment"}:
            return False
    return True
