"""How neighbouring text and values are written: by the compiled filler where there is one, else as an f-string."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dovetail.engine import native
from dovetail.engine.compiler.pieces import Piece
from dovetail.engine.compiler.texts import SHORT, Texts
from dovetail.engine.compiler.writer import Writer

ESCAPES = native.escape_inner is not None

_ENCODED_BEFORE = 500
"""In UTF-8, texts longer than this stand alone, and are encoded beforehand."""

_LARGE = 65_536
"""Characters of the values of one run above which the size of the output is looked at, or the plain form renders."""

_MOST_OF_A_LOOP = 1_000_000
"""Characters that a loop may write in one call, which is the limit of a filler that is told none."""

_LONGEST_TEXT = 4096
"""Texts of up to so many characters are copied with the values beside them."""

_LONGEST_RUN = 16
"""How many values one text is put together from: its length is looked at afterwards."""

_FIELD = re.compile(r"(\w+)\['([A-Za-z0-9_ -]+)'\]\Z")
"""The whole of a look-up that the filler can do itself."""


def runs_of(pending: list[Piece]) -> Iterator[list[Piece]]:
    """Neighbouring pieces, few enough values together; a long text stands alone, since a run copies its texts."""
    run: list[Piece] = []
    values = 0
    for piece in pending:
        long = piece.text is not None and len(piece.text) > _LONGEST_TEXT
        if run and (long or (piece.text is None and values == _LONGEST_RUN)):
            yield run
            run, values = [], 0
        run.append(piece)
        values += piece.text is None
        if long:
            yield run
            run, values = [], 0
    if run:
        yield run


class Runs:
    """Writes the runs of one module. `encoded`: the template's output is UTF-8 in bytes.

    `held`: long texts and fillers are put there under names, instead of being written out: a module that is
    generated for one mailing is compiled sooner so.
    """

    def __init__(self, held: dict[str, object] | None, *, encoded: bool) -> None:
        self._held = held
        self._encoded = encoded
        self._fillers: dict[_Filler, str] = {}
        self._prices: dict[str, str] = {}
        self.texts = Texts()

    def declared(self) -> list[str]:
        """The lines at the head of the module that make its functions."""
        fillers = (
            []
            if self._held is not None
            else [f"{name} = {made.written(self.texts)}" for made, name in self._fillers.items()]
        )
        return [*fillers, *(f"{name} = {made}" for made, name in self._prices.items())]

    def priced(self, spelled: str) -> str:
        """The name of a function that writes numbers in one way."""
        return self._prices.setdefault(f"priced({spelled})", f"price{len(self._prices)}")

    def shown(self, piece: Piece) -> str:
        """A Python expression for the text of a value on its own."""
        if native.COMPILED and piece.shown:
            return f"{'html' if piece.shown == 'h' else 'text'}({piece.code})"
        return _shown(piece)

    def write(
        self, writer: Writer, output: str, run: Sequence[Piece], utf8: Callable[[Piece], str], *, nested: bool = False
    ) -> None:
        """Write the statement that appends a run to an output; `nested`: in a function within the template's.

        `utf8` gives the name of a local with the UTF-8 of a piece that is a local.
        """
        # Outside the template's own output, pieces stay text.
        encode = self._encoded and output == "o"
        if len(run) == 1 and run[0].text is not None:
            writer.line(f"{output}.append({self._constant(run[0].text, encode=encode)})", run[0].offset)
            return
        if native.COMPILED:
            self._filled(writer, output, run, encode)
            return
        mark = "" if nested else "mark = "
        parts = _stretches(run) if encode else [list(run)]
        if len(parts) == 1 and len(run) > 1:
            # One text for a run costs less than its pieces do when they are counted and joined in the end.
            self._one_text("run = (", writer, run, ")")
            writer.line(f"{output}.append({'run.encode()' if encode else 'run'})", run[-1].offset)
            writer.line(f"if len(run) > {_LARGE}: {mark}rt.folded({output})", run[-1].offset)
            return
        if len(run) == 1:
            code = self._alone(run[0], utf8) if encode else _shown(run[0])
            if run[0].local:
                writer.line(f"{output}.append({code})", run[0].offset)
                return
            writer.line(f"run = {code}", run[0].offset)
            writer.line(f"{output}.append(run)", run[0].offset)
            writer.line(f"if len(run) > {_LARGE}: {mark}rt.folded({output})", run[0].offset)
            return
        single = {id(part): self._alone(part[0], utf8) for part in parts if len(part) == 1}
        writer.line(f"{output} += (", run[0].offset)
        lengths: list[str] = []
        with writer.indented():
            for part in parts:
                if len(part) == 1:
                    writer.line(f"{single[id(part)]},", part[0].offset)
                else:
                    lengths.append(f"len(run{len(lengths)})")
                    self._one_text(f"(run{len(lengths) - 1} := (", writer, part, ")).encode(),")
        writer.line(")", run[-1].offset)
        if lengths:
            writer.line(f"if {' + '.join(lengths)} > {_LARGE}: {mark}rt.folded({output})", run[-1].offset)

    def _one_text(self, before: str, writer: Writer, run: Sequence[Piece], behind: str) -> None:
        writer.line(before, run[0].offset)
        with writer.indented():
            for piece in run:
                line = self.texts.literal(piece.text) if piece.text is not None else _in_text(piece)
                writer.line(line, piece.offset)
        writer.line(behind, run[-1].offset)

    def _alone(self, piece: Piece, utf8: Callable[[Piece], str]) -> str:
        """A Python expression for the UTF-8 of a piece."""
        if piece.text is not None:
            return self._constant(piece.text, encode=True)
        return utf8(piece) if piece.local else f"({_shown(piece)}).encode()"

    def _constant(self, text: str, *, encode: bool) -> str:
        constant = text.encode("utf-8", "surrogatepass") if encode else text
        if self._held is None or len(text) <= SHORT:
            return self.texts.literal(constant)
        name = f"text{len(self._held)}"
        self._held[name] = constant
        return name

    def _filled(self, writer: Writer, output: str, run: Sequence[Piece], encode: bool) -> None:
        name, pieces = self._filler(run, encode=encode)
        writer.line(f"{output}.append({name}({', '.join(piece.code for piece in pieces)}))", run[0].offset)

    def over(self, run: Sequence[Piece], items: str, output: str) -> str:
        """A Python expression for a run that is written for each item of a list, into an output of that name."""
        name, pieces = self._filler(run, encode=self._encoded and output == "o", over=True)
        return f"{name}.over({', '.join([items, *(piece.code for piece in pieces if not piece.item)])})"

    def _filler(self, run: Sequence[Piece], *, encode: bool, over: bool = False) -> tuple[str, list[Piece]]:
        texts: list[str] = [""]
        pieces: list[Piece] = []
        for piece in run:
            if piece.text is not None:
                texts[-1] += piece.text
                continue
            texts.append("")
            found = _FIELD.match(piece.code) if piece.shown and not piece.keys else None
            pieces.append(piece._replace(code=found.group(1), keys=(found.group(2),)) if found else piece)
        kinds = "".join(piece.shown or "t" for piece in pieces)
        made = _Filler(
            tuple(texts),
            kinds,
            tuple(piece.keys for piece in pieces),
            encode,
            tuple(piece.format for piece in pieces if piece.format) if "n" in kinds else (),
            "".join("i" if piece.item else "o" for piece in pieces) if over else "",
            _MOST_OF_A_LOOP if over else sum(map(len, texts)) + _LARGE,
        )
        name = self._fillers.get(made)
        if name is None:
            name = self._fillers[made] = f"fill{len(self._fillers)}"
            if self._held is not None:
                self._held[name] = made.made()
        return name, pieces


class _Filler(NamedTuple):
    """The parts of a filler (dovetail/engine/native.py)."""

    texts: tuple[str, ...]
    kinds: str
    keys: tuple[tuple[str, ...], ...]
    encode: bool
    formats: tuple[tuple[int, str, str], ...]
    items: str
    limit: int

    def written(self, texts: Texts) -> str:
        """The Python expression that makes it; what has its default is left out."""
        own = "".join(f"{texts.literal(text)}, " for text in self.texts)
        more = f", formats={self.formats!r}" if self.formats else ""
        more += f", items={self.items!r}" if self.items else ""
        more += f", limit={self.limit}" if self.limit != _MOST_OF_A_LOOP else ""
        return f"Filler(({own.rstrip()}), {self.kinds!r}, {self.keys!r}, encode={self.encode}{more})"

    def made(self) -> object:
        """The filler itself."""
        return native.Filler(
            self.texts,
            self.kinds,
            self.keys,
            encode=self.encode,
            formats=self.formats,
            items=self.items,
            limit=self.limit,
        )


def _shown(piece: Piece) -> str:
    """A Python expression for the text of a value, without the compiled filler."""
    if piece.shown == "t":
        return f"s if type(s := {piece.code}) is str else to_text(settled(s))"
    if piece.shown != "h":
        return piece.code
    if not ESCAPES:
        return f"shown({piece.code})"
    # Each pair of parentheses is something that Python's parser tries in three ways.
    return f"shown(s) if type(s := {piece.code}) is not str else e if (e := escape_inner(s)) is s else corrected(e)"


def _in_text(piece: Piece) -> str:
    """An f-string of a value."""
    # What begins with a brace would be one of the text, and a colon or a sign for a conversion may stand in others.
    plain = piece.shown or piece.code.isidentifier()
    return f'f"{{{_shown(piece)}}}"' if plain else f'f"{{({piece.code})}}"'


def _stretches(run: Sequence[Piece]) -> list[list[Piece]]:
    """A run of UTF-8 in parts: a single piece, or neighbours that are best encoded as one text.

    Long texts stand alone, and so do those with other letters than ASCII's, which would make all of the text wide and
    slow to encode. A local needs to be encoded once only, unless it stands among other values.
    """
    parts: list[list[Piece]] = [[]]
    for piece in run:
        if piece.text is not None and (len(piece.text) > _ENCODED_BEFORE or not piece.text.isascii()):
            parts += [piece], []
        else:
            parts[-1].append(piece)
    found: list[list[Piece]] = []
    for part in parts:
        values = [piece for piece in part if piece.text is None]
        alone = not values or (len(values) == 1 and values[0].local)
        found += [[piece] for piece in part] if alone else [part]
    return found
