"""Records that were seen once, by name: found at once while the shop is asked, and when it cannot be asked.

A SQLite file with a full-text index, so that 100,000 products cost neither memory nor time. Records about persons are
kept in memory only, and are gone when the server ends.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from dovetail.engine.ports import Suggestion

_TABLES = """
create table if not exists record (
  id integer primary key, place text not null, key text not null, label text not null, detail text not null,
  at real not null, unique (place, key));
create index if not exists latest on record (place, id);
create virtual table if not exists words using fts5 (
  place unindexed, label, detail, key, content='record', content_rowid='id', prefix='1 2 3', tokenize='unicode61');
create trigger if not exists added after insert on record begin
  insert into words (rowid, place, label, detail, key) values (new.id, new.place, new.label, new.detail, new.key);
end;
create trigger if not exists removed after delete on record begin
  insert into words (words, rowid, place, label, detail, key)
  values ('delete', old.id, old.place, old.label, old.detail, old.key);
end;
"""
# All rows as one value: between two rows SQLite's driver lets go of Python's lock, which findings then take.
_FOUND_BY_WORDS = """
select json_group_array(json_array(key, label, detail, at)) from (
  select r.key, r.label, r.detail, r.at from words w join record r on r.id = w.rowid
  where words match ? and r.place = ? order by w.rowid desc limit ?)
"""
_LATEST = """
select json_group_array(json_array(key, label, detail, at)) from (
  select key, label, detail, at from record where place = ? order by id desc limit ?)
"""
_MOST = 300_000
"""Records to keep; the ones that were seen first go first."""
_WORD = re.compile(r"\w+")


class Catalogue:
    """Seen records of the integrations of one account. `path` None keeps all of them in memory.

    `personal(identifier, collection)` says of which the file must not know. A file that cannot be used is replaced,
    and one that cannot be written is done without: what it holds can be asked again.
    """

    def __init__(self, path: Path | None, owner: str, personal: Callable[[str, str], bool]) -> None:
        self._owner = owner
        self._personal = personal
        self._memory = _opened(None)
        self._disk = self._memory if path is None else _on_disk(path)

    def add(self, identifier: str, collection: str, found: Sequence[Suggestion], at: float) -> None:
        """Remember records; those that are known get their present name. `at` is in Unix seconds."""
        place = self._place(identifier, collection)
        database = self._of(identifier, collection)
        try:
            with database:
                for item in found:
                    database.execute("delete from record where place = ? and key = ?", (place, item.insert))
                database.executemany(
                    "insert into record (place, key, label, detail, at) values (?, ?, ?, ?, ?)",
                    [(place, item.insert, item.label, item.detail, at) for item in found],
                )
                database.execute("delete from record where id <= (select max(id) from record) - ?", (_MOST,))
        except sqlite3.Error:
            # The disk is full, or another process holds the file: they are asked again next time.
            pass

    def search(self, identifier: str, collection: str, text: str, limit: int) -> tuple[Sequence[Suggestion], float]:
        """Records that have every word of `text`, or words that begin with it, the latest first; the oldest's time."""
        place = self._place(identifier, collection)
        words = _WORD.findall(text)
        if text.strip() and not words:
            return (), 0.0
        database = self._of(identifier, collection)
        try:
            if words:
                wanted = " ".join(f'"{word}"*' for word in words)
                given = ("{label detail key} : (" + wanted + ")", place, limit)
                answer = database.execute(_FOUND_BY_WORDS, given).fetchone()
            else:
                answer = database.execute(_LATEST, (place, limit)).fetchone()
        except sqlite3.Error:
            return (), 0.0
        rows = cast("list[tuple[str, str, str, float]]", json.loads(answer[0]))
        return tuple(Suggestion(*row[:3]) for row in rows), min((row[3] for row in rows), default=0.0)

    def close(self) -> None:
        """Close the file."""
        self._memory.close()
        self._disk.close()

    def _place(self, identifier: str, collection: str) -> str:
        return f"{self._owner}\n{identifier}\n{collection}"

    def _of(self, identifier: str, collection: str) -> sqlite3.Connection:
        return self._memory if self._personal(identifier, collection) else self._disk


def _opened(path: Path | None) -> sqlite3.Connection:
    # Lints look from a thread of their own, one at a time with SQLite's own lock.
    database = sqlite3.connect(path or ":memory:", timeout=0.05, check_same_thread=False)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = off")
    database.executescript(_TABLES)
    return database


def _on_disk(path: Path) -> sqlite3.Connection:
    for attempt in (1, 2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return _opened(path)
        except sqlite3.DatabaseError as error:
            # A file that is no database, or an old one with other tables; one that is only busy stays.
            if attempt == 1 and not isinstance(error, sqlite3.OperationalError):
                path.unlink(missing_ok=True)
        except OSError:
            break
    return _opened(None)
