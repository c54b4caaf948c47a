"""How neighbouring text and values become one text: by the compiled filler where there is one, else by f-strings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dovetail.engine import native
from dovetail.engine.compiler.pieces import Piece
from dovetail.engine.compiler.writer import Writer

ESCAPES = native._markupsafe is not None

_FIELD = re.compile(r"(\w+)\['([A-Za-z0-9_ -]+)'\]\Z")
"""The whole of a look-up that the filler can do itself."""


class Runs:
    """Writes the runs of one module. `encoded`: the template's output is UTF-8 in bytes."""

    def __init__(self, *, encoded: bool) -> None:
        self._encoded = encoded
        self._fillers: dict[str, str] = {}

    def declared(self) -> list[str]:
        """The lines at the head of the module that make its fillers."""
        return [f"{name} = {made}" for made, name in self._fillers.items()]

    def write(self, writer: Writer, output: str, run: Sequence[Piece], *, encoded: bool) -> None:
        """Write the statement that appends a run to an output."""
        encode = encoded and self._encoded
        if len(run) == 1 and run[0].text is not None:
            text = run[0].text
            writer.line(
                f"{output}.append({text.encode('utf-8', 'surrogatepass') if encode else text!r})", run[0].offset
            )
            return
        if native.COMPILED:
            self._filled(writer, output, run, encode)
            return
        if len(run) == 1:
            writer.line(f"{output}.append({_shown(run[0], encode)})", run[0].offset)
        elif encode:
            writer.line(f"{output} += (", run[0].offset)
            with writer.indented():
                for piece in run:
                    writer.line(f"{_shown(piece, True)},", piece.offset)
            writer.line(")", run[-1].offset)
        else:
            writer.line(f"{output}.append(", run[0].offset)
            with writer.indented():
                for piece in run:
                    line = piece.code if piece.text is not None else f'f"{{{_shown(piece, False)}}}"'
                    writer.line(line, piece.offset)
            writer.line(")", run[-1].offset)

    def _filled(self, writer: Writer, output: str, run: Sequence[Piece], encode: bool) -> None:
        texts: list[str] = [""]
        kinds: list[str] = []
        keys: list[tuple[str, ...]] = []
        values: list[str] = []
        for piece in run:
            if piece.text is not None:
                texts[-1] += piece.text
                continue
            texts.append("")
            kinds.append(piece.shown or "t")
            found = _FIELD.match(piece.code) if piece.shown else None
            keys.append((found.group(2),) if found else ())
            values.append(found.group(1) if found else piece.code)
        made = f"Filler({tuple(texts)!r}, {''.join(kinds)!r}, {tuple(keys)!r}, encode={encode})"
        name = self._fillers.setdefault(made, f"fill{len(self._fillers)}")
        writer.line(f"{output}.append({name}({', '.join(values)}))", run[0].offset)


def _shown(piece: Piece, encode: bool) -> str:
    """A Python expression for what a piece shows, without the compiled filler."""
    if piece.text is not None:
        return repr(piece.text.encode("utf-8", "surrogatepass")) if encode else piece.code
    code = f"({piece.code})" if piece.code[:1] != "(" else piece.code
    if piece.shown == "t":
        code = f"(s if type(s := {piece.code}) is str else to_text(settled(s)))"
    elif piece.shown == "h" and ESCAPES:
        code = (
            f"((e if (e := escape_inner(s)) is s else corrected(e)) if type(s := {piece.code}) is str"
            " else html_text(settled(s)))"
        )
    elif piece.shown == "h":
        code = f"html_text(s if type(s := {piece.code}) in PLAIN else settled(s))"
    return f"{code}.encode()" if encode else code
