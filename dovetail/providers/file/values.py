"""Values of files as plain values: declared types, guessed types, and what is no JSON. Pure."""

from __future__ import annotations

import datetime
import decimal
import math
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from dovetail.engine.schema import Field, FieldType
from dovetail.providers.file.spec import Row

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?\Z")
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})


class WrongType(ValueError):
    """A value is not of its column's declared type; `column` and `type` say which, never the value."""

    def __init__(self, column: str, type_: str) -> None:
        super().__init__(f"its {column} is not of the type {type_}")


def typed(rows: Sequence[Row], fields: Mapping[str, Field]) -> None:
    """Give texts in declared columns their type, in place; an empty text of such a column becomes null.

    Raises:
        WrongType: a text that cannot be.
    """
    for name, field in fields.items():
        make = _MAKERS.get(field.type)
        if make is None:
            continue
        for row in rows:
            value = row.get(name)
            if isinstance(value, str) or (field.type == "boolean" and isinstance(value, int)):
                try:
                    row[name] = make(str(value).strip())
                except ValueError:
                    raise WrongType(name, field.type) from None


def guessed(rows: Sequence[Row]) -> None:
    """Give each column whose texts allow it a type, in place: whole numbers, numbers, true and false.

    A number with a zero before it (`00123`) makes its column text: it is somebody's number, not an amount.
    """
    for name in rows[0] if rows else ():
        texts = [str(row[name]).strip() for row in rows]
        filled = [text for text in texts if text]
        for fits, make in _GUESSES:
            if filled and all(fits(text) for text in filled):
                for row, text in zip(rows, texts, strict=True):
                    row[name] = make(text) if text else None
                break


def plain(value: object) -> object:
    """Any value of a database or a Parquet file as a JSON value; dates and amounts as texts, bytes as null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time | decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return None


def _number(text: str) -> float | None:
    if text and not _NUMBER.match(text):
        raise ValueError
    return float(text) if text else None


def _whole(text: str) -> int | None:
    if text and not _WHOLE.match(text):
        raise ValueError
    return int(text) if text else None


def _boolean(text: str) -> bool | None:
    word = text.lower()
    if word not in _TRUE | _FALSE | {""}:
        raise ValueError
    return None if not word else word in _TRUE


_MAKERS: Mapping[FieldType, Callable[[str], object]] = {
    "number": _number,
    "money": _number,
    "integer": _whole,
    "boolean": _boolean,
}

_GUESSES: tuple[tuple[Callable[[str], object], Callable[[str], object]], ...] = (
    (_WHOLE.match, int),
    (_NUMBER.match, float),
    (lambda text: text.lower() in {"true", "false"}, lambda text: text.lower() == "true"),
)
