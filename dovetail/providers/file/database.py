"""Rows of an SQLite database: read-only, bounded, with every value from a template as a parameter of the statement.

What SQLite compares as templates do is asked of SQLite; the rest of a query is done with the rows here.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from dovetail.engine.ports import Filter, Query
from dovetail.errors import did_you_mean
from dovetail.providers.described.queries import MOST_RECORDS, finish
from dovetail.providers.file.spec import Collection, Row
from dovetail.providers.file.tables import Unreadable
from dovetail.providers.file.values import WrongType, plain, typed

Affinity = Literal["text", "number", "none"]

MOST_SCANNED = 100_000
"""Rows that are looked through here for one query."""

_SECONDS = 5.0
"""For all statements of one question."""

_PATIENCE = 1.0
"""Seconds that somebody who writes is waited for."""

_KEYS_AT_ONCE = 400
_LARGEST_WHOLE = 2**63
_COMPARISONS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Rows:
    """What was found; `more`: there are others. `notes` are for the report."""

    rows: Sequence[Row]
    more: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Statement:
    """A condition with its parameters."""

    text: str
    parameters: tuple[object, ...] = ()


def by_keys(collection: Collection, keys: Sequence[str]) -> Rows:
    """The rows with these keys.

    Raises:
        Unreadable: the database is not what the settings say, or busy.
    """
    key = collection.shape.key
    with _opened(collection) as (connection, columns):
        _check(collection, columns, [key], "key")
        found: list[Row] = []
        for at in range(0, len(keys), _KEYS_AT_ONCE):
            values = [spelled for each in keys[at : at + _KEYS_AT_ONCE] for spelled in _spellings(each)]
            marks = ", ".join("?" * len(values))
            statement = _Statement(f" WHERE {_quoted(key)} IN ({marks})", tuple(values))
            found += _rows(connection, collection, statement, MOST_RECORDS)
        return Rows(found)


def by_query(collection: Collection, query: Query) -> Rows:
    """The rows that a query selects.

    Raises:
        Unreadable: the database is not what the settings say, or busy.
        NoColumn: it names a field that is none.
    """
    with _opened(collection) as (connection, columns):
        check_columns(collection, list(columns), query)
        conditions: list[_Statement] = []
        left: list[Filter] = []
        for each in query.filters:
            pushed = _condition(each, columns.get(each.field))
            if pushed is None:
                left.append(each)
            else:
                conditions.append(pushed)
        ordered = all(each.field in columns for each in query.order)
        text = f" WHERE {' AND '.join(each.text for each in conditions)}" if conditions else ""
        parameters = [value for each in conditions for value in each.parameters]
        if query.order and ordered:
            words = [f"{_quoted(each.field)} {'DESC' if each.descending else 'ASC'}" for each in query.order]
            if collection.shape.key in columns:
                # Equal rows would come in any order, another one each time.
                words.append(_quoted(collection.shape.key))
            text += f" ORDER BY {', '.join(words)}"
        whole = bool(left) or not ordered
        most = MOST_SCANNED if whole or query.limit is None else min(query.limit, MOST_RECORDS)
        rows = _rows(connection, collection, _Statement(text, tuple(parameters)), most + 1)
        more = len(rows) > most and (whole or query.limit is None or query.limit > most)
        rows = rows[:most]
    if whole or query.limit is None:
        rest = Query(tuple(left), () if ordered else query.order, query.limit)
        rows = [dict(row) for row in finish(rows, rest)]
    names = ", ".join(dict.fromkeys(each.field for each in left))
    notes = (f"{collection.shape.name} is filtered by {names} here, after reading its rows",) if left else ()
    return Rows(rows, more, notes)


class NoColumn(Exception):
    """A query names a field that is no column: a sentence, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def check_columns(collection: Collection, columns: Sequence[str], query: Query) -> None:
    """Refuse a query about columns that are not there: a filter by them would silently select nothing.

    Raises:
        NoColumn: there is one.
    """
    for field in (*(each.field for each in query.filters), *(each.field for each in query.order)):
        name = field.partition(".")[0]
        if name not in columns and field not in columns:
            near = did_you_mean(name, columns) or f"there is: {', '.join(columns)}"
            raise NoColumn(f"{collection.shape.name} has no column `{name}` to filter or put in order by", near)


@contextmanager
def _opened(collection: Collection) -> Iterator[tuple[sqlite3.Connection, Mapping[str, Affinity]]]:
    address = f"file:{quote(str(collection.place.path.resolve()))}?mode=ro"
    end = time.monotonic() + _SECONDS
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as connection:
            # Views of a file from elsewhere must not call what they should not.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)
            yield connection, _columns(connection, collection)
    except sqlite3.DatabaseError as error:
        raise _unreadable(error) from None


def _unreadable(error: sqlite3.DatabaseError) -> Unreadable:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Unreadable("somebody is writing into it", "try again later")
    if name.startswith("SQLITE_INTERRUPT"):
        return Unreadable(f"its rows take more than {_SECONDS:.0f} seconds", "add an index for the filtered columns")
    if name.startswith("SQLITE_CANTOPEN"):
        return Unreadable("it cannot be opened", "does this user may read the file, and the -wal file beside it?")
    return Unreadable("it is no SQLite database, or a damaged one", "check it with: sqlite3 FILE 'PRAGMA quick_check'")


def _columns(connection: sqlite3.Connection, collection: Collection) -> Mapping[str, Affinity]:
    found = connection.execute("SELECT name, type FROM pragma_table_info(?)", (collection.table,)).fetchall()
    if not found:
        known = [str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type <> 'index'")]
        near = did_you_mean(collection.table, known) or f"there is: {', '.join(known) or 'nothing'}"
        raise Unreadable(f"it has no table `{collection.table}`", near)
    return {str(name): _affinity(str(type_)) for name, type_ in found}


def _affinity(declared: str) -> Affinity:
    """How a column compares (SQLite, "Type affinity", §3.1)."""
    word = declared.upper()
    if "INT" not in word:
        if any(part in word for part in ("CHAR", "CLOB", "TEXT")):
            return "text"
        if not word or "BLOB" in word:
            return "none"
    return "number"


def _check(collection: Collection, columns: Mapping[str, Affinity], names: Sequence[str], setting: str) -> None:
    for name in names:
        if name not in columns:
            near = did_you_mean(name, list(columns)) or f"there is: {', '.join(columns)}"
            raise Unreadable(f"its table `{collection.table}` has no column `{name}`", f"check `{setting}`; {near}")


def _rows(connection: sqlite3.Connection, collection: Collection, statement: _Statement, most: int) -> list[Row]:
    # Names of the table and its columns are the database's own, quoted; values are parameters.
    text = f"SELECT * FROM {_quoted(collection.table)}{statement.text} LIMIT ?"  # noqa: S608
    cursor = connection.execute(text, (*statement.parameters, most))
    names = [str(each[0]) for each in cursor.description]
    rows = [{name: plain(value) for name, value in zip(names, values, strict=True)} for values in cursor]
    try:
        typed(rows, collection.shape.fields)
    except WrongType as error:
        raise Unreadable(f"in a row, {error}", "correct it, or the `types` of the collection") from None
    return rows


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _spellings(key: str) -> Iterator[str | int]:
    """A key as text and as a number: columns without a type keep the two apart."""
    yield key
    if key.isascii() and key.removeprefix("-").isdigit() and str(int(key)) == key and abs(int(key)) < _LARGEST_WHOLE:
        yield int(key)


def _condition(condition: Filter, affinity: Affinity | None) -> _Statement | None:
    """A condition for SQLite; None where SQLite compares otherwise than templates do."""
    column = _quoted(condition.field)
    value = condition.value
    if affinity is None:
        return None
    if condition.operator == "set":
        return _Statement(f"({column} IS NOT NULL AND {column} <> '')")
    if condition.operator == "like":
        return None
    if condition.operator == "in":
        values = value if isinstance(value, tuple) else ()
        if not values or not all(_fits(each, affinity) for each in values) or len(values) > _KEYS_AT_ONCE:
            return None
        return _Statement(f"{column} IN ({', '.join('?' * len(values))})", values)
    if isinstance(value, tuple) or not _fits(value, affinity):
        return None
    comparison = _COMPARISONS[condition.operator]
    if condition.operator == "!=":
        # In a template, null differs from everything that is not empty.
        return _Statement(f"({column} <> ? OR {column} IS NULL)", (value,))
    return _Statement(f"{column} {comparison} ?", (value,))


def _fits(value: object, affinity: Affinity) -> bool:
    """Whether a value compares in SQLite as in a template: not nothing, text with text, numbers with numbers."""
    if isinstance(value, bool) or not value:
        return False
    if isinstance(value, int):
        return affinity == "number" and abs(value) < _LARGEST_WHOLE
    if isinstance(value, float):
        return affinity == "number"
    return affinity == "text" and isinstance(value, str)
