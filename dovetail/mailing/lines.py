"""The lines of a text file, with the place of each: so that reading can begin in the middle of a long file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

from dovetail.errors import SettingsError

_MARK = b"\xef\xbb\xbf"


class Lines:
    """Iterates over lines as they stand, ends included; bytes that are not UTF-8 become lone surrogates.

    `at`: the byte at which to begin (the start of a line). `taken` are the lines handed out since it was last
    cleared.

    Raises:
        SettingsError: the file is UTF-16.
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, at: int = 0) -> None:
        stream = path.open("rb")
        try:
            start = stream.read(4)
            if start[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(start) > 1 and 0 in start[:2]):
                raise SettingsError(f"{path} is UTF-16 text. Save it as UTF-8 (in Excel: “CSV UTF-8”)")
            self._end = max(at, len(_MARK) if start.startswith(_MARK) else 0)
            stream.seek(self._end)
        except BaseException:
            stream.close()
            raise
        self._stream = TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []

    @property
    def position(self) -> int:
        """The byte at which the next line begins."""
        return self._end - sum(map(_bytes, self._waiting))

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
            self._end += _bytes(line)
        self.taken.append(line)
        return line

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()


def _bytes(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))
