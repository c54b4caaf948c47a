"""What surrounds each text of a template in the HTML that comes out, on every way through its blocks.

Two questions, both answered carefully ("no" when unsure): is the text content of HTML, and are the visible
things before and after it block-level tags? The second is what makes white space invisible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dovetail.grammar import nodes
from dovetail.grammar.format_html import DATA, UNSURE, Reading, State, read_html
from dovetail.grammar.printer import Piece
from dovetail.grammar.vocabulary import LOOPS

_SILENT_TAGS = frozenset({"assign", "append", "config_load", "strip", "/strip"})
_HIDING = frozenset({"capture", "function"})


@dataclass(slots=True)
class Place:
    """A text's place: the HTML state before it, what it is, and whether block-level tags stand around it."""

    start: State
    reading: Reading
    before: bool = False
    after: bool = False

    def head_is_free(self) -> bool:
        """White space at the text's start stands between block-level tags."""
        after = self.after if self.reading.first is None else self.reading.first
        return self.start == DATA and self.before and after

    def tail_is_free(self) -> bool:
        """White space at the text's end stands between block-level tags."""
        before = self.before if self.reading.last is None else self.reading.last
        return self.reading.end == DATA and before and self.after


def places(text: str, pieces: Sequence[Piece]) -> dict[int, Place]:
    """The place of each text, by its number among the pieces."""
    found = _states(text, pieces)
    for backwards in (False, True):
        known: dict[int, bool] = {}
        # The first run finds how the bodies of loops end, which is what comes before them the second time.
        for _ in range(2):
            known = _flow(pieces, found, known, backwards=backwards)
    return found


@dataclass(slots=True)
class _Block:
    number: int
    start: State
    ends: list[State]
    has_else: bool = False


def _states(text: str, pieces: Sequence[Piece]) -> dict[int, Place]:
    """The HTML state at each text. Ways through a block that end differently make all behind it unsure."""
    found: dict[int, Place] = {}
    state = DATA
    blocks: list[_Block] = []
    child = any(piece.kind == "tag" and piece.name == "extends" for piece in pieces)
    for number, piece in enumerate(pieces):
        if piece.kind in {"text", "literal"}:
            reading = read_html(text[piece.span.start : piece.span.end], state)
            if piece.kind == "text":
                found[number] = Place(state, reading)
            state = reading.end
        elif piece.kind == "open":
            blocks.append(_Block(number, state, []))
            state = UNSURE if _is_elsewhere(piece.name, child=child) else state
        elif piece.kind == "branch":
            blocks[-1].ends.append(state)
            blocks[-1].has_else |= piece.name == "else"
            state = blocks[-1].start
        elif piece.kind == "close":
            block = blocks.pop()
            if _is_elsewhere(piece.name, child=child):
                state = block.start
                continue
            ends = {*block.ends, state}
            if ends == {block.start}:
                continue
            if piece.name in LOOPS:
                # Its second round starts where we did not expect it to.
                for inner in range(block.number, number):
                    if inner in found:
                        found[inner] = Place(UNSURE, Reading(UNSURE, False, False, ()))
            if len(ends) > 1 or not (piece.name == "if" and block.has_else):
                state = UNSURE
    return found


def _is_elsewhere(name: str, *, child: bool) -> bool:
    """Whether a block's content is shown elsewhere, or changed before it is shown."""
    return name not in {"if", "nocache", *LOOPS} and (name != "block" or child)


@dataclass(slots=True)
class _Frame:
    opening: int
    came: bool
    ends: bool = True
    has_else: bool = False


def _flow(
    pieces: Sequence[Piece], found: dict[int, Place], known: dict[int, bool], *, backwards: bool
) -> dict[int, bool]:
    """Follow "the last visible thing was a block-level tag" and fill in `before`; backwards, `after`.

    `known` and the result: whether all parts of a block end so, by the number of its opening tag.
    """
    ends: dict[int, bool] = {}
    frames: list[_Frame] = []
    value = False
    for number, piece in _ordered(pieces, backwards=backwards):
        if piece.kind == "text":
            place = found[number]
            own = place.reading.first if backwards else place.reading.last
            if backwards:
                place.after = value
            else:
                place.before = value
            value = value if own is None else own
        elif piece.kind == ("close" if backwards else "open"):
            # Backwards, a block begins with its closing tag; it is known by that then.
            frames.append(_Frame(number, value))
            value = _into(piece.block, value and known.get(number, True))
        elif piece.kind == "branch":
            frame = frames[-1]
            frame.ends &= value
            frame.has_else |= piece.name == "else"
            value = _into(piece.block, frame.came and known.get(frame.opening, True))
        elif piece.kind in {"open", "close"}:
            frame = frames.pop()
            frame.ends &= value
            ends[frame.opening] = frame.ends if piece.block in LOOPS else True
            value = _out_of(piece.block, frame)
        elif not _is_silent(piece):
            value = False
    return ends


def _ordered(pieces: Sequence[Piece], *, backwards: bool) -> Iterable[tuple[int, Piece]]:
    numbers = range(len(pieces) - 1, -1, -1) if backwards else range(len(pieces))
    return ((number, pieces[number]) for number in numbers)


def _into(name: str, value: bool) -> bool:
    return value and name in {"if", "nocache", "block", *LOOPS}


def _out_of(name: str, frame: _Frame) -> bool:
    if name in _HIDING:
        return frame.came
    if name == "nocache" or (name == "if" and frame.has_else):
        return frame.ends
    # A {block} may be replaced by a child's, and of other blocks we know nothing.
    return frame.ends and frame.came and (name == "if" or name in LOOPS)


def _is_silent(piece: Piece) -> bool:
    """Whether a tag shows nothing and goes on behind itself."""
    if piece.kind == "comment" or piece.name in _SILENT_TAGS:
        return True
    return piece.kind == "tag" and isinstance(piece.head, nodes.Head) and isinstance(piece.head.value, nodes.Assignment)
