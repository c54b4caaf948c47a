"""Lines of generated Python, each with the place in the template that it came from."""

from __future__ import annotations

from collections.abc import Callable


class Writer:
    """Collects lines; `offsets[n]` is the template offset of line n + 1."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.offsets: list[int] = []
        self.depth = 0

    def line(self, text: str, offset: int) -> None:
        """One line at the present indentation."""
        self.lines.append("    " * self.depth + text)
        self.offsets.append(offset)

    def indented(self, last: Callable[[], None] | None = None) -> Indented:
        """Lines one step deeper, to the end of which `last` may add; `pass` when there are none."""
        return Indented(self, last)

    def source(self) -> str:
        """The whole text."""
        return "\n".join(self.lines) + "\n"


class Indented:
    """A part of what is written that stands one step deeper (contextlib's decorator would take twice the time)."""

    __slots__ = ("_before", "_last", "_writer")

    def __init__(self, writer: Writer, last: Callable[[], None] | None) -> None:
        self._writer = writer
        self._last = last
        self._before = 0

    def __enter__(self) -> None:
        self._before = len(self._writer.lines)
        self._writer.depth += 1

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        writer = self._writer
        if self._last is not None and failure is None:
            self._last()
        if len(writer.lines) == self._before:
            writer.line("pass", writer.offsets[-1] if writer.offsets else 0)
        writer.depth -= 1
