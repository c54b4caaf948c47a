"""What is an array, and which plain PHP value stands for a value that an embedder handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, cast

from dovetail.engine.ports import Record

INT_MAX = 2**63 - 1
INT_MIN = -(2**63)

PhpArray: TypeAlias = "Sequence[object] | Mapping[object, object]"


def widen(number: int) -> int | float:
    """A whole number as PHP holds it: past 64 bits it becomes a float."""
    if INT_MIN <= number <= INT_MAX:
        return number
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def plain(value: object) -> object:
    """A value in PHP's own types (or a `Record`): decimals become numbers, dates text, subclasses their base.

    Anything that is no value of the template language (a live root, an unanswered `Ref`) is given back as
    it is; the functions of this package take such things for null.
    """
    kind = type(value)
    if kind is str or kind is float or kind is bool or value is None or kind is list or kind is dict:
        return value
    if isinstance(value, int):
        return bool(value) if isinstance(value, bool) else widen(int(value))
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return decimal_number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return value


def decimal_number(value: Decimal) -> int | float:
    """A decimal as a number: whole ones stay exact."""
    if not value.is_finite():
        return float(value) if not value.is_snan() else float("nan")
    # Decimal("1E+999999") is one short literal and a number of a million digits.
    if value.adjusted() < 19 and value == value.to_integral_value():
        return widen(int(value))
    return float(value)


def as_array(value: object) -> PhpArray | None:
    """The list or mapping behind an array or a record; None for everything else."""
    if isinstance(value, (list, tuple)):
        return cast("Sequence[object]", value)
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    if isinstance(value, Record):
        return cast("Mapping[object, object]", value.fields)
    return None


def to_bytes(text: str) -> bytes:
    """UTF-8, as PHP holds a string; never fails, whatever the data hold."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Bytes of another charset stand in text as lone surrogates (`to_charset`).
        raw = bytearray()
        for char in text:
            code = ord(char)
            raw += bytes((code - 0xDC00,)) if 0xDC80 <= code <= 0xDCFF else char.encode("utf-8", "replace")
        return bytes(raw)


def from_bytes(raw: bytes) -> str:
    """Text of bytes that may have been cut inside a character."""
    return raw.decode("utf-8", "replace")
