"""Values as text and as truth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dovetail.engine.ports import Record
from dovetail.engine.values.numbers import float_text
from dovetail.engine.values.plain import INT_MAX, INT_MIN, as_array, plain


def to_text(value: object) -> str:
    """A value as `{$value}` prints it.

    true is '1'; null and false are ''; floats have 14 significant digits; arrays print `Array`, records
    their title; anything that is no template value prints nothing.
    """
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]  # `kind` is the check: the commonest case, kept short
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if kind is int and INT_MIN <= value <= INT_MAX:  # type: ignore[operator]
        return str(value)
    if kind is float:
        return float_text(value)  # type: ignore[arg-type]
    return _rare_text(value)


def _rare_text(value: object) -> str:
    if isinstance(value, Record):
        return value.title
    if isinstance(value, Decimal):
        # A shop's "12.50" keeps its places; monstrous exponents go the way of floats.
        if value.is_finite() and abs(value.adjusted()) < 40:
            return f"{value:f}"
        return float_text(float(value) if not value.is_snan() else float("nan"))
    if isinstance(value, (str, int, float, date)):
        return to_text(plain(value))
    return "" if as_array(value) is None else "Array"


def truth(value: object) -> bool:
    """Whether a value counts as true: not null, false, 0, 0.0, '', '0' or an empty array."""
    kind = type(value)
    if kind is bool:
        return value  # type: ignore[return-value]  # `kind` is the check
    if kind is str:
        return value not in ("", "0")
    if value is None:
        return False
    if kind is Record:
        return True
    value = plain(value)
    if isinstance(value, str):
        return value not in ("", "0")
    if isinstance(value, (int, float)):
        return value != 0
    array = as_array(value)
    # A live root or collection is something, as an object is in PHP.
    return True if array is None else len(array) > 0
