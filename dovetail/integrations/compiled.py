"""Compiled templates in a folder, so that the next process neither reads nor compiles them.

An entry holds what Python itself keeps in `__pycache__`: code, besides the generated source. Whoever can write it
has his code run, so the folder must be the user's own; another one is not used. Entries are written whole, and carry
a checksum and all that they depend on: what is damaged, or was made by another Dovetail or Python, is not there.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from types import CodeType
from zlib import crc32

import dovetail.engine
from dovetail.engine.ports import Stored

MOST_BYTES = 64 * 1024 * 1024
MOST_ENTRIES = 2_000

_MAGIC = b"dovetail compiled template\n"
_SUFFIX = ".template"
_PART = ".part"
_LOOK_AFTER = 64
"""How many entries a process writes before it looks at the size of the folder again."""
_HOUR = 3600.0
_parts = count()


class FolderStore:
    """A store of compiled templates in a folder of the user's, of bounded size: the least recently used ones go."""

    def __init__(self, folder: Path, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.trouble = ""
        """Why the folder is not used, or nothing can be written to it."""
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._usable: bool | None = None
        self._written = 0

    def load(self, key: str) -> Stored | None:
        """What is kept under a key; None when there is nothing, or it is damaged."""
        if not self._opened():
            return None
        path = self._path(key)
        try:
            with path.open("rb") as stream:
                found = os.fstat(stream.fileno())
                if not _own(found):
                    return None
                data = stream.read()
            if time.time() - found.st_mtime > _HOUR:
                os.utime(path)
        except OSError:
            return None
        return _unpacked(data, key)

    def save(self, key: str, stored: Stored) -> None:
        """Keep something under a key, in place of what was there; without a word where that cannot be."""
        if not self._opened():
            return
        data = _packed(key, stored)
        if len(data) > self._most_bytes // 4:
            return
        part = self.folder / f".{os.getpid()}-{time.time_ns():x}-{next(_parts)}{_PART}"
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                part.replace(self._path(key))
            except BaseException:
                with contextlib.suppress(OSError):
                    part.unlink()
                raise
            if self._written % _LOOK_AFTER == 0:
                self._trim()
            self._written += 1
        except OSError as error:
            self._note(f"{self.folder} cannot be written: {error.strerror}", grave=False)

    def _opened(self) -> bool:
        if self._usable is None:
            self._usable = self._look()
        return self._usable

    def _look(self) -> bool:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self.folder.stat()
            maker()
        except OSError as error:
            self._note(f"{self.folder} cannot be used: {error.strerror}", grave=False)
            return False
        if not _own(found):
            self._note(f"{self.folder} is not used: others may write to it", grave=True)
            return False
        return True

    def _path(self, key: str) -> Path:
        # Short names that say little: the whole key stands in the entry, and is compared.
        plain = key.encode("utf-8", "surrogatepass")
        return self.folder / f"{crc32(maker().encode()):08x}-{crc32(plain):08x}-{len(plain):x}{_SUFFIX}"

    def _trim(self) -> None:
        entries = sorted(self._entries(), reverse=True)
        if len(entries) <= self._most_entries and sum(size for _, size, _ in entries) <= self._most_bytes:
            return
        # Some room is made, so that not every further entry costs another look.
        room_entries, room_bytes = self._most_entries * 9 // 10, self._most_bytes * 9 // 10
        for _used, size, path in entries:
            room_entries -= 1
            room_bytes -= size
            if room_entries < 0 or room_bytes < 0:
                with contextlib.suppress(OSError):
                    Path(path).unlink()

    def _entries(self) -> Iterator[tuple[float, int, str]]:
        with os.scandir(self.folder) as found:
            for item in found:
                with contextlib.suppress(OSError):
                    about = item.stat(follow_symlinks=False)
                    if item.name.endswith(_SUFFIX):
                        yield about.st_mtime, about.st_size, item.path
                    elif item.name.endswith(_PART) and time.time() - about.st_mtime > _HOUR:
                        # A process was killed while it wrote.
                        Path(item.path).unlink()

    def _note(self, trouble: str, *, grave: bool) -> None:
        if self.trouble:
            return
        self.trouble = trouble
        import logging

        log = logging.getLogger(__name__)
        log.log(logging.WARNING if grave else logging.INFO, "compiled templates are not kept: %s", trouble)


@cache
def maker() -> str:
    """What tells this program from others that write the same templates: Python, and the files of the engine.

    Their sizes and times, not only the version, since a developer's engine changes between two versions.

    Raises:
        OSError: they are not files of their own.
    """
    package = Path(dovetail.engine.__file__ or "").parent.parent
    files = [*_files(package / "engine"), *_files(package / "grammar")]
    files += [(name, (package / name).stat()) for name in ("errors.py", "source.py")]
    listed = sorted(f"{name} {about.st_size} {about.st_mtime_ns}" for name, about in files)
    latest = max(about.st_mtime_ns for _, about in files)
    python = f"{sys.implementation.name} {sys.hexversion:x} {sys.flags.optimize}"
    return f"{python} {package} {len(files)} {latest:x} {crc32(repr(listed).encode()):08x}"


def _files(folder: Path | str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as found:
        for item in found:
            if item.name == "__pycache__":
                continue
            if item.is_dir():
                yield from _files(item.path)
            else:
                yield item.path, item.stat()


def _own(found: os.stat_result) -> bool:
    """Whether nobody else may write; where the system has no users of this kind, folders of users are private."""
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def _packed(key: str, stored: Stored) -> bytes:
    code = {name: marshal.dumps(item) for name, item in stored.code.items()}
    body = marshal.dumps((maker(), key, dict(stored.texts), code))
    return _MAGIC + crc32(body).to_bytes(4, "big") + body


def _unpacked(data: bytes, key: str) -> Stored | None:
    start = len(_MAGIC) + 4
    body = memoryview(data)[start:]
    if data[: len(_MAGIC)] != _MAGIC or crc32(body).to_bytes(4, "big") != data[len(_MAGIC) : start]:
        return None
    try:
        made_by, kept_key, texts, packed = marshal.loads(body)  # noqa: S302  # the user's own, and whole
        if (made_by, kept_key) != (maker(), key):
            return None
        code = {name: marshal.loads(item) for name, item in packed.items()}  # noqa: S302  # as above
    except (ValueError, TypeError, EOFError, AttributeError):
        return None
    sound = all(isinstance(item, CodeType) for item in code.values()) and isinstance(texts, dict)
    return Stored(texts, code) if sound else None


with contextlib.suppress(OSError):
    # Now, while the files are still those that were loaded: who edits them later changes nothing of this process.
    maker()
