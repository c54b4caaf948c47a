"""The lines of a text file, with the place of each: so that reading can begin in the middle of a long file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

from dovetail.mailing.encoding import Encoding


class Lines:
    """Iterates over lines as they stand, ends included; bytes that are no letters become lone surrogates.

    `at`: the byte at which to begin (the start of a line). `taken` are the lines handed out since it was last
    cleared.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, encoding: Encoding, at: int = 0) -> None:
        stream = path.open("rb")
        self.encoding = encoding
        self._end = max(at, encoding.mark)
        stream.seek(self._end)
        self._stream = TextIOWrapper(stream, encoding=encoding.codec, errors=encoding.errors, newline="")
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []

    @property
    def position(self) -> int:
        """The byte at which the next line begins."""
        return self._end - sum(map(self.encoding.size, self._waiting))

    def push_back(self, *lines: str) -> None:
        """Give lines back, in their order: they are handed out again."""
        self._waiting.extendleft(reversed(lines))

    def rest(self) -> str:
        """Everything that is left."""
        return "".join(self)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._waiting:
            line = self._waiting.popleft()
        else:
            line = next(self._stream)
            self._end += self.encoding.size(line)
        self.taken.append(line)
        return line

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()
