"""Values of databases and Parquet files as those of a template.

Texts, whole numbers, floats, decimals, booleans, dates and null stay what they are; lists and mappings are gone
through. A moment with a zone is that moment in UTC: databases and Parquet keep the moment, not who wrote it down
where. Times of a day, UUIDs and other small values that a template has no type for are their texts.
"""

from __future__ import annotations

import datetime
import decimal
import ipaddress
import uuid
from collections.abc import Mapping
from typing import cast

from dovetail.mailing.rows import BrokenRow, Recipient, Row, is_text

_AS_TEXT = (
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
)


class Unfit(Exception):
    """A value that no template can use; its text says why, never which value it is."""


def row_of(row: int, columns: Mapping[str, object]) -> Row:
    """A row of plain values from one of a database; broken where a value does not fit, with its column."""
    profile: dict[str, object] = {}
    for name, value in columns.items():
        try:
            profile[name] = of_template(value)
        except Unfit as error:
            return BrokenRow(row, f"column `{name}`: {error}")
    return Recipient(row, {"profile": profile})


def of_template(value: object, *, pairs: bool = False) -> object:
    """A value as templates have it. `pairs`: a list of pairs is a mapping, as Parquet's maps are.

    Raises:
        Unfit: it cannot be one.
    """
    if value is None or isinstance(value, bool | int | float | decimal.Decimal):
        return value
    if isinstance(value, str):
        if not is_text(value):
            raise Unfit("it is not UTF-8 text")
        return value
    if isinstance(value, datetime.datetime):
        return _moment(value)
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return _text(bytes(value))
    if isinstance(value, list | tuple | set | frozenset):
        return _many(list(cast("list[object]", value)), pairs=pairs)
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {str(name): of_template(item, pairs=pairs) for name, item in items}
    if isinstance(value, _AS_TEXT):
        return str(value)
    raise Unfit(f"a value of type {type(value).__name__} is none of a template; make it a text in the query")


def _many(items: list[object], *, pairs: bool) -> object:
    if pairs and items and all(isinstance(item, tuple) for item in items):
        named = cast("list[tuple[object, object]]", items)
        return {str(name): of_template(item, pairs=pairs) for name, item in named}
    return [of_template(item, pairs=pairs) for item in items]


def _moment(value: datetime.datetime) -> datetime.datetime:
    if value.tzinfo is None:
        return value
    try:
        return value.astimezone(datetime.UTC)
    except OverflowError:
        raise Unfit("the moment is outside the years 1 to 9999") from None


def _text(value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unfit("it is binary data, not text")
    return text
