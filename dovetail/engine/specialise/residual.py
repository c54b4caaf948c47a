"""A specialised program: its errors name the places in all the templates that it was made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from dovetail.engine.compiler.program import Program
from dovetail.engine.frames import Frame, Output
from dovetail.engine.runtime import Runtime
from dovetail.errors import Diagnostic, TemplateError
from dovetail.source import Source, Span

SHIFT = 40
"""Offsets of included template number n (from 1) are those in its own text plus n << SHIFT."""


@dataclass(slots=True, eq=False, repr=False)
class Residual(Program):
    """A program with parts of other templates in it; `sources` are their texts, in order of their numbers."""

    passing: ClassVar[bool] = True

    sources: tuple[Source, ...] = ()

    def run(self, runtime: Runtime, frame: Frame, output: Output) -> None:
        """As `Program.run`."""
        try:
            Program.run(self, runtime, frame, output)
        except TemplateError as error:
            if error.diagnostic.span.start >> SHIFT == 0:
                raise
            found = [self._placed(diagnostic) for diagnostic in error.diagnostics]
            raise type(error)(found).with_traceback(error.__traceback__) from error.__cause__

    def _placed(self, diagnostic: Diagnostic) -> Diagnostic:
        number, offset = divmod(diagnostic.span.start, 1 << SHIFT)
        if number == 0:
            return diagnostic
        source, right = self.sources[number - 1], self.options.delimiters.right
        close = source.text.find(right, offset)
        span = Span(offset, close + len(right) if close >= 0 else offset + 1)
        return replace(diagnostic, source=source, span=span)
