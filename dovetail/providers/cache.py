# diskcache has no types: what it hands over is checked here, and only here.
# pyright: reportIncompatibleMethodOverride=false, reportArgumentType=false
"""Kept answers: a layer in memory, and one on disk, the one place that meets diskcache.

On disk lies JSON only; nothing that is read from there is ever unpickled, so that whoever can write into
the folder cannot run code. Answers about persons stay in memory. A disk that is full, read-only or damaged
never fails a render: the cache goes on without it and says so once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import diskcache

from dovetail.engine.ports import Answer, Ask
from dovetail.providers import codec

T = TypeVar("T")

log = logging.getLogger(__name__)

_FORMAT = "1"
_DISK_BYTES = 256 * 1024 * 1024
_MEMORY_ENTRIES = 5_000
"""A whole order takes some 30 KB in memory."""


def key_of(account: str, fingerprint: str, ask: Ask) -> str:
    """The name of an answer; `fingerprint` says what answers depend on besides the ask."""
    parts = [_FORMAT, account, ask.identifier, fingerprint, ask.collection, codec.dump_key(ask.key)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer; not `fresh` means that it is past its time and of use in need only."""

    answer: Answer
    fresh: bool


def stale(kept: Kept, now: float) -> Answer:
    """A kept answer that stands in for one that could not be had, with a note of its age."""
    note = f"the other system could not be asked; this answer is {_age(now - kept.answer.fetched_at)} old"
    return replace(kept.answer, stale=True, notes=(*kept.answer.notes, note))


@dataclass(frozen=True, slots=True)
class _Entry:
    answer: Answer
    expires: float
    gone: float


class TextDisk(diskcache.Disk):  # type: ignore[misc]
    """Keeps text as it is and nothing else: never pickles, and refuses to read what is pickled."""

    def put(self, key: object) -> tuple[object, bool]:
        """Text is stored raw."""
        return str(key), True

    def get(self, key: object, raw: object) -> str:
        """Back to text."""
        return str(key)

    def store(self, value: object, read: bool, key: object = diskcache.UNKNOWN) -> object:
        """Text only.

        Raises:
            TypeError: it is something else.
        """
        if read or not isinstance(value, str):
            raise TypeError("only text is kept")
        return super().store(value, False, key=key)

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> object:
        """Text only, whatever the row says it is.

        Raises:
            ValueError: the row says that it is pickled.
        """
        if mode == diskcache.core.MODE_PICKLE or read:
            raise ValueError("the cache holds something that Dovetail does not write")
        return super().fetch(mode, filename, value, False)


_FAULTS = (OSError, sqlite3.Error, diskcache.Timeout, ValueError, TypeError)


class Cache:
    """Answers by key. Used, and closed, from one thread: SQLite's connections belong to theirs."""

    def __init__(self, folder: Path | None) -> None:
        self._memory: OrderedDict[str, _Entry] = OrderedDict()
        self._folder = folder
        self._disk: diskcache.Cache | None = None
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why nothing is kept on disk; '' when all is well."""
        return self._trouble

    def read(self, keys: Mapping[Ask, str], *, now: float) -> Mapping[Ask, Kept]:
        """What is kept under the keys, answers past their time included."""
        found: dict[Ask, Kept] = {}
        missing: dict[Ask, str] = {}
        for ask, key in keys.items():
            entry = self._memory.get(key)
            if entry is None:
                missing[ask] = key
            elif entry.gone > now:
                found[ask] = self._kept(entry, now)
        if missing:
            read = self._on_disk(lambda disk: self._read(disk, list(missing.values()), now)) or {}
            for key, entry in read.items():
                self._remember(key, entry)
            found.update({ask: self._kept(read[key], now) for ask, key in missing.items() if key in read})
        return found

    def write(self, answers: Sequence[tuple[str, Answer, float, bool]], *, keep_stale: float, now: float) -> None:
        """Keep answers: (key, answer, seconds to live, personal). `keep_stale`: seconds an old one may still help."""
        # What nobody may use any more does not stay, least of all what is about persons.
        for key in [key for key, entry in self._memory.items() if entry.gone <= now]:
            del self._memory[key]
        lasting: list[tuple[str, _Entry]] = []
        for key, answer, seconds, personal in answers:
            # An id that is not there now is no answer in need.
            entry = _Entry(answer, now + seconds, now + max(seconds, keep_stale if answer.found else 0.0))
            self._remember(key, entry)
            if not personal:
                lasting.append((key, entry))
        if lasting:
            self._on_disk(lambda disk: self._write(disk, lasting, now))

    def clear(self) -> None:
        """Forget everything."""
        self._memory.clear()
        self._on_disk(lambda disk: disk.clear())

    def close(self) -> None:
        """Close the part on disk; may be called twice."""
        if self._disk is not None:
            self._disk.close()
            self._disk = None

    @staticmethod
    def _kept(entry: _Entry, now: float) -> Kept:
        return Kept(entry.answer, entry.expires > now)

    def _remember(self, key: str, entry: _Entry) -> None:
        self._memory[key] = entry
        self._memory.move_to_end(key)
        while len(self._memory) > _MEMORY_ENTRIES:
            self._memory.popitem(last=False)

    def _on_disk(self, work: Callable[[diskcache.Cache], T]) -> T | None:
        if self._folder is None or self._trouble:
            return None
        try:
            if self._disk is None:
                self._disk = self._open(self._folder)
            return work(self._disk)
        except _FAULTS as error:
            self._trouble = (
                f"the cache folder {self._folder} cannot be used ({_reason(error)}); answers are kept in memory "
                "only. Make room, or delete the folder"
            )
            log.warning("%s", self._trouble)
            return None

    def _open(self, folder: Path) -> diskcache.Cache:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        answers = folder / "answers"
        answers.mkdir(mode=0o700, exist_ok=True)
        # Also when an earlier umask or hand made it wider.
        answers.chmod(0o700)
        return diskcache.Cache(str(answers), disk=TextDisk, size_limit=_DISK_BYTES, timeout=2)

    def _read(self, disk: diskcache.Cache, keys: Sequence[str], now: float) -> dict[str, _Entry]:
        found: dict[str, _Entry] = {}
        for key in keys:
            text = disk.get(key)
            if text is None:
                continue
            try:
                expires, gone, answer = json.loads(text)
                entry = _Entry(codec.load(answer), float(expires), float(gone))
            except (ValueError, TypeError):
                # One damaged entry is an answer that is not there.
                continue
            if entry.gone > now:
                found[key] = entry
        return found

    def _write(self, disk: diskcache.Cache, news: Sequence[tuple[str, _Entry]], now: float) -> None:
        with disk.transact():
            for key, entry in news:
                try:
                    answer = codec.dump(entry.answer)
                except (TypeError, ValueError):
                    # A provider's value that is no JSON stays in memory.
                    continue
                disk.set(key, json.dumps([entry.expires, entry.gone, answer]), expire=max(1.0, entry.gone - now))


def _age(seconds: float) -> str:
    for size, word in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word}"
    return f"{max(0, round(seconds))} seconds"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, sqlite3.Error) else type(error).__name__
