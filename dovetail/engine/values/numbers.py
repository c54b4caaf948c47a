"""Numbers as PHP reads and prints them: numeric strings, casts, precision.

Source of the rules: facts/smarty.md (Value to string, Arithmetic) and PHP 8.2's casts.
"""

from __future__ import annotations

import math
import re

from dovetail.engine.ports import Record
from dovetail.engine.values.plain import INT_MAX, INT_MIN, as_array, plain, widen

_LEADING = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+(\.[0-9]*)?|(\.[0-9]+))([eE][+-]?[0-9]+)?)")
_BLANKS = " \t\n\r\v\f"
# More digits than any 64-bit number has: skip Python's slow (and bounded) conversion of long digit strings.
_MOST_DIGITS = 400


def _value(found: re.Match[str]) -> int | float:
    digits = found.group(1)
    if found.group(2) is None and found.group(3) is None and found.group(4) is None and len(digits) <= _MOST_DIGITS:
        return widen(int(digits))
    return float(digits)


def leading_number(text: str) -> tuple[int | float, bool] | None:
    """The number at the start of a text and whether it is the whole text (blanks aside); None when there is none."""
    found = _LEADING.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    return _value(found), not rest or not rest.strip(_BLANKS)


def numeric(text: str) -> int | float | None:
    """The number that a text is as a whole, blanks around it allowed; None for other texts."""
    found = leading_number(text)
    return found[0] if found is not None and found[1] else None


def float_text(value: float, precision: int = 14, exponent: str = "E") -> str:
    """A float as PHP prints it with that many significant digits."""
    text = f"{value:.14G}" if precision == 14 else f"{value:.{precision}G}"
    # Neither an exponent nor NAN nor INF: prices are always so.
    if "E" not in text and "N" not in text:
        return text
    if value != value:
        return "NAN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    mantissa, _, power = text.partition("E")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}{exponent}{power[0]}{power[1:].lstrip('0')}"


def shortest_float_text(value: float, exponent: str = "E") -> str:
    """A finite float with the fewest digits that give it back (serialize_precision -1)."""
    if value == 0:
        return "-0.0" if math.copysign(1.0, value) < 0 else "0"
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if point < -3 or point > 17:
        text = f"{digits[0]}.{digits[1:] or '0'}{exponent}{point - 1:+d}"
    elif point <= 0:
        text = f"0.{'0' * -point}{digits}"
    elif point >= len(digits):
        text = digits.ljust(point, "0")
    else:
        text = f"{digits[:point]}.{digits[point:]}"
    return f"-{text}" if value < 0 else text


def float_to_int(value: float) -> int:
    """(int) of a float: truncated, modulo 2**64 when it is too large, 0 for INF and NAN."""
    if not math.isfinite(value):
        return 0
    whole = int(value)
    if INT_MIN <= whole <= INT_MAX:
        return whole
    whole = int(math.fmod(value, 2.0**64)) % 2**64
    return whole - 2**64 if whole > INT_MAX else whole


def to_int(value: object) -> int:
    """PHP's (int) cast."""
    kind = type(value)
    if kind is int and INT_MIN <= value <= INT_MAX:  # type: ignore[operator]  # `kind` is the check
        return value  # type: ignore[return-value]
    number = to_number(value)
    if isinstance(number, float):
        if isinstance(value, str):  # PHP saturates texts and wraps floats around
            if number >= INT_MAX:
                return INT_MAX
            if number <= INT_MIN:
                return INT_MIN
        return float_to_int(number)
    return number


def to_float(value: object) -> float:
    """PHP's (float) cast."""
    return float(to_number(value))


def to_number(value: object) -> int | float:
    """A value as the number that it is or begins with; 0 for other texts, 0 or 1 for arrays."""
    value = plain(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        found = leading_number(value)
        return 0 if found is None else found[0]
    if isinstance(value, Record):
        return 1
    array = as_array(value)
    return 0 if array is None or not len(array) else 1
