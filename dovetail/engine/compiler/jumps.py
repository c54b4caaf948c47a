"""Loops, and what leaves them: `{break 2}`, `{continue 2}`."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


class Jumps:
    """Writes the ends of loops for one template.

    Python leaves one loop at a time; further ones are told by locals.
    """

    def __init__(self, code: Statements) -> None:
        self._code = code
        self.loops: list[str] = []
        """The loops around the present statement, innermost last: names of their jump variables."""
        self._crossed: set[str] = set()

    @contextmanager
    def loop(self, offset: int) -> Generator[str]:
        """A loop: gives the stem of its names, and leaves further loops where `{break 2}` asks for it."""
        name = self._code.expressions.temporary("jump")
        self.loops.append(name)
        yield name
        self.loops.pop()
        self._code.flush()
        if name in self._crossed and self.loops:
            writer = self._code.writer
            writer.line("if leave:", offset)
            with writer.indented():
                writer.line("leave -= 1", offset)
                writer.line("if leave or not again: break", offset)
                writer.line("again = 0", offset)
                writer.line("continue", offset)

    def jump(self, levels: int, *, again: bool, offset: int) -> None:
        """Leave `levels` loops, or go on with the outermost of them (`again`)."""
        writer = self._code.writer
        if levels <= 1:
            writer.line("continue" if again else "break", offset)
            return
        self._crossed.update(self.loops[-(levels - 1) :])
        writer.line(f"leave = {levels - 1}; again = {int(again)}", offset)
        writer.line("break", offset)
