"""The rows that a query gave, kept beside a run's account, so that a run which goes on mails to the same people.

One JSON object on each line, in ASCII. What JSON has no type for is an object with one name that begins with `$`:
``{"$decimal": "12.50"}``, ``{"$date": "2026-05-01"}``, ``{"$datetime": "2026-05-01T09:30:00+00:00"}``; a row that
could not be read is ``{"$broken": "why"}``; an object of the database that has such names stands in
``{"$map": {…}}``. Not Parquet: there, a column has one type and its objects one shape, which SQLite and columns of
JSON do not have.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import cast

from dovetail.errors import SettingsError
from dovetail.mailing.json_rows import JsonLineRows
from dovetail.mailing.rows import BrokenRow, Recipient, Row

ENDING = ".rows"


def keep(rows: Iterable[Row], path: Path, work: Path) -> None:
    """Write rows to a file that only its owner reads; it appears whole or not at all. `work`: a folder beside it.

    Raises:
        SettingsError: it cannot be written, or what `rows` raises.
    """
    draft = work / path.name
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="ascii", newline="\n") as stream:  # noqa: PTH123  (of a handle)
            for row in rows:
                stream.write(json.dumps(_line(row)) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise SettingsError(
            f"the rows of the query cannot be kept in {path}: {error.strerror}. Make room there"
        ) from None
    finally:
        draft.unlink(missing_ok=True)


class KeptRows(JsonLineRows):
    """Iterates over kept rows; their numbers are those of the query's rows."""

    def __next__(self) -> Row:
        line = self._line()
        row = self.row - 1
        try:
            value = _object(json.loads(line))
            if "$broken" in value:
                return BrokenRow(row, str(value["$broken"]))
            profile = _object(_value(value)) if '"$' in line else value
        except (ValueError, KeyError, TypeError, ArithmeticError):
            raise SettingsError(f"the kept rows of the query are damaged at row {row}. Run with --fresh") from None
        return Recipient(row, {"profile": profile})


def _line(row: Row) -> object:
    return {"$broken": row.reason} if isinstance(row, BrokenRow) else _kept(row.profile)


def _kept(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, list):
        return [_kept(item) for item in cast("list[object]", value)]
    if isinstance(value, Mapping):
        items = {name: _kept(item) for name, item in cast("Mapping[str, object]", value).items()}
        return {"$map": items} if any(name.startswith("$") for name in items) else items
    return value


_READ: Mapping[str, Callable[[str], object]] = {
    "$datetime": datetime.datetime.fromisoformat,
    "$date": datetime.date.fromisoformat,
    "$decimal": Decimal,
}


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("no object")
    return cast("dict[str, object]", value)


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_value(item) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    items = cast("dict[str, object]", value)
    mark = next(iter(items), "")
    if mark == "$map":
        items = _object(items["$map"])
    elif mark.startswith("$"):
        return _READ[mark](cast("str", items[mark]))
    return {name: _value(item) for name, item in items.items()}
