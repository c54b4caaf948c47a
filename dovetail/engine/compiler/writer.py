"""Lines of generated Python, each with the place in the template that it came from."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager


class Writer:
    """Collects lines; `offsets[n]` is the template offset of line n + 1."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.offsets: list[int] = []
        self._depth = 0

    def line(self, text: str, offset: int) -> None:
        """One line at the present indentation."""
        self.lines.append("    " * self._depth + text)
        self.offsets.append(offset)

    @contextmanager
    def indented(self) -> Generator[None]:
        """Lines one step deeper; `pass` when there are none."""
        self._depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass", self.offsets[-1] if self.offsets else 0)
        self._depth -= 1

    def source(self) -> str:
        """The whole text."""
        return "\n".join(self.lines) + "\n"
