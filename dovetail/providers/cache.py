# diskcache has no types: what it hands over is checked here, and only here.
# pyright: reportIncompatibleMethodOverride=false, reportArgumentType=false
"""Kept answers: a layer in memory, and one on disk, the one place that meets diskcache.

On disk lies JSON only; nothing that is read from there is ever unpickled, so that whoever can write into
the folder cannot run code. Answers about persons stay in memory, or lie there encrypted. A disk that is full,
read-only or damaged never fails a render: the cache goes on without it and says so once.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import diskcache

from dovetail.engine.ports import Answer, Ask
from dovetail.providers.entries import Entry, Slot, entry_from, identifier_of
from dovetail.providers.vault import SEALED, Vault

T = TypeVar("T")

log = logging.getLogger(__name__)

_DISK_BYTES = 256 * 1024 * 1024
_MEMORY_ENTRIES = 5_000
"""A whole order takes some 30 KB in memory."""


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


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies on disk: answers by integration (those that are not gone), encrypted ones among them, and bytes."""

    answers: Mapping[str, int]
    encrypted: int
    bytes: int


class Cache:
    """Answers by slot. Used, and closed, from one thread: SQLite's connections belong to theirs."""

    def __init__(self, folder: Path | None) -> None:
        self._memory: OrderedDict[str, Entry] = OrderedDict()
        self._folder = folder
        self._disk: diskcache.Cache | None = None
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why nothing is kept on disk; '' when all is well."""
        return self._trouble

    def read(self, slots: Iterable[Slot], *, now: float) -> Mapping[Ask, Answer]:
        """What is kept in the slots and not gone, however old it is."""
        found: dict[Ask, Answer] = {}
        missing: list[Slot] = []
        for slot in slots:
            entry = self._memory.get(slot.name)
            if entry is not None and entry.gone > now:
                found[slot.ask] = entry.answer
            else:
                # What another process keeps may be younger.
                self._memory.pop(slot.name, None)
                missing.append(slot)
        if missing:
            read = self._on_disk(lambda disk: self._read(disk, missing, now)) or {}
            for slot, entry in read.items():
                self._remember(slot.name, entry)
                found[slot.ask] = entry.answer
        return found

    def write(self, answers: Sequence[tuple[Slot, Answer, float]], *, now: float) -> None:
        """Keep answers, each until the moment from which nobody may use it any more."""
        # Also what is there already, and least of all what is about persons, stays longer than that.
        for name in [name for name, entry in self._memory.items() if entry.gone <= now]:
            del self._memory[name]
        lasting: list[tuple[Slot, Entry]] = []
        for slot, answer, gone in answers:
            if gone <= now:
                continue
            entry = Entry(answer, gone, str(slot.ask.key) if slot.personal else "")
            self._remember(slot.name, entry)
            lasting.append((slot, entry))
        if lasting:
            self._on_disk(lambda disk: self._write(disk, lasting, now))

    def forget(self, *, person: str | None = None, identifier: str | None = None, vaults: Sequence[Vault] = ()) -> int:
        """Forget answers: all, those of one integration, or those that hold an e-mail address; how many those were.

        Encrypted answers that none of `vaults` can open may be about anybody: for a person, they go too.
        """
        gone = {
            name
            for name, entry in self._memory.items()
            if identifier in (None, identifier_of(name)) and (person is None or entry.holds(person))
        }
        for name in gone:
            del self._memory[name]
        removed = self._on_disk(lambda disk: self._forget(disk, person, identifier, vaults)) or set()
        return len(gone | removed)

    def contents(self, *, now: float) -> Contents:
        """What lies on disk."""
        found = self._on_disk(lambda disk: self._contents(disk, now))
        return found if found is not None else Contents({}, 0, 0)

    def close(self) -> None:
        """Close the part on disk; may be called twice."""
        if self._disk is not None:
            self._disk.close()
            self._disk = None

    def _remember(self, name: str, entry: Entry) -> None:
        self._memory[name] = entry
        self._memory.move_to_end(name)
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
        disk = diskcache.Cache(
            str(answers),
            disk=TextDisk,
            size_limit=_DISK_BYTES,
            timeout=2,
            # What is removed leaves no bytes behind in the file.
            sqlite_secure_delete=1,
        )
        disk.expire()
        return disk

    def _read(self, disk: diskcache.Cache, slots: Sequence[Slot], now: float) -> dict[Slot, Entry]:
        found: dict[Slot, Entry] = {}
        for slot in slots:
            name = slot.on_disk()
            text = disk.get(name) if name is not None else None
            if text is None:
                continue
            if slot.personal:
                assert slot.vault is not None
                text = slot.vault.open(slot.name, str(text))
            entry = _entry(text)
            if entry is not None and entry.gone > now:
                found[slot] = entry
        return found

    def _write(self, disk: diskcache.Cache, news: Sequence[tuple[Slot, Entry]], now: float) -> None:
        with disk.transact():
            for slot, entry in news:
                name = slot.on_disk()
                if name is None:
                    continue
                try:
                    text = entry.text()
                except (TypeError, ValueError):
                    # A provider's value that is no JSON stays in memory.
                    continue
                if slot.personal:
                    assert slot.vault is not None
                    text = slot.vault.seal(slot.name, text)
                disk.set(name, text, expire=entry.gone - now)

    def _forget(
        self, disk: diskcache.Cache, person: str | None, identifier: str | None, vaults: Sequence[Vault]
    ) -> set[str]:
        removed: set[str] = set()
        for name in list(disk):
            owner = identifier_of(name)
            # Nobody looks for names of an earlier version any more.
            wanted = not owner or (
                identifier in (None, owner) and (person is None or _may_hold(str(disk.get(name) or ""), person, vaults))
            )
            if wanted:
                disk.delete(name)
                removed.add(name)
        # What was removed stands in the write-ahead log until it is taken over into the file.
        assert self._folder is not None
        connection = sqlite3.connect(self._folder / "answers" / "cache.db")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()
        return removed

    def _contents(self, disk: diskcache.Cache, now: float) -> Contents:
        disk.expire(now)
        answers: Counter[str] = Counter()
        encrypted = 0
        for name in list(disk):
            answers[identifier_of(name)] += 1
            encrypted += str(disk.get(name) or "").startswith(SEALED)
        return Contents(dict(answers), encrypted, int(disk.volume()))


def _entry(text: str | None) -> Entry | None:
    try:
        return entry_from(text) if text is not None else None
    except (ValueError, TypeError):
        # One damaged entry is an answer that is not there.
        return None


def _may_hold(text: str, person: str, vaults: Sequence[Vault]) -> bool:
    if not text.startswith(SEALED):
        entry = _entry(text)
        return entry is None or entry.holds(person)
    for vault in vaults:
        opened = vault.peek(text) if vault.usable() else None
        if opened is not None:
            entry = _entry(opened)
            return entry is None or entry.holds(person)
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, sqlite3.Error) else type(error).__name__
