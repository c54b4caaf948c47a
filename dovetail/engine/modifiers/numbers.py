"""Modifiers that round and format numbers.

Source of the rules: PHP 8.2. `round` and `number_format` pre-round to 15 digits (1.005 → 1.01),
`string_format` rounds the exact binary value (1.005 → 1.00).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from dovetail.engine.modifiers.arguments import LARGEST, number_of, text_of, whole_of
from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.modifiers.sprintf import sprintf
from dovetail.engine.values import to_float, to_int, to_text
from dovetail.errors import ValueFault

HALF_UP, HALF_DOWN, HALF_EVEN, HALF_ODD = 1, 2, 3, 4


def _whole(value: float, mode: int) -> float:
    if mode == HALF_DOWN:
        return math.ceil(value - 0.5) if value >= 0 else math.floor(value + 0.5)
    if mode in (HALF_EVEN, HALF_ODD):
        even = float(round(value))
        if mode == HALF_EVEN or abs(value - math.trunc(value)) != 0.5:
            return even
        return 2.0 * math.floor(value / 2.0) + 1.0
    return math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5)


def rounded(value: float, places: int, mode: int = HALF_UP) -> float:
    """PHP's round(): halves away from zero, after rounding to the 15 digits that a float is sure of."""
    if not math.isfinite(value) or value == 0.0:
        return value
    places = max(-400, min(400, places))
    sure = 14 - math.floor(math.log10(abs(value)))
    scale = 10.0 ** abs(places) if abs(places) < 309 else math.inf
    if sure > places and sure - 15 < places:
        use = max(-308, min(308, sure))
        shifted = value * 10.0**use if use >= 0 else value / 10.0**-use
        shifted = _whole(shifted, mode) / 10.0 ** min(308, abs(places - use))
    else:
        shifted = value * scale if places >= 0 else value / scale
        if abs(shifted) >= 1e15 or shifted != shifted:
            return value
    if abs(shifted) >= 1e15:
        return value
    shifted = float(_whole(shifted, mode))
    if abs(places) >= 23:
        return float(f"{shifted:.0f}e{-places}")
    return shifted / scale if places > 0 else shifted * scale


@modifier("round", group="numbers")
def round_number(value: object, precision: object = 0, mode: object = HALF_UP) -> float:
    """Round a number to a number of decimals (negative: tens, hundreds), halves away from zero."""
    return rounded(to_float(value), whole_of(precision, "round"), to_int(mode))


@modifier("number_format", group="numbers")
def number_format(value: object, decimals: object = 0, point: object = ".", thousands: object = ",") -> str:
    """A number with a number of decimals, a decimal point and a separator of thousands."""
    if type(decimals) is int and 0 < decimals < 15 and type(point) is str and type(thousands) is str:
        if type(value) is float:
            return priced(decimals, point, thousands)(value)
        if type(value) is int and -(2**53) < value < 2**53:
            return _separated(f"{value:,}.{'0' * decimals}", point, thousands)
    return formatted(value, decimals, point, thousands)


_TABLED = 2
"""Up to so many decimals, what stands behind the point is taken from a table."""

_WHOLES = tuple(map(str, range(1000)))


@lru_cache(maxsize=64)
def priced(decimals: int, point: str, thousands: str) -> Callable[[float], str]:
    """A function that writes ints and floats with so many decimals (1 to 14).

    Far from a half every way to round gives the same; what is near one goes the long way.
    """
    scale, whole = 10.0**decimals, int(10.0**decimals)
    # What is printed most is looked up in two tables.
    ends = tuple(f"{point}{end:0{decimals}d}" for end in range(whole)) if decimals <= _TABLED else ()
    tabled = 1000.0 * scale if ends else 0.0

    def show(value: float) -> str:
        shifted = value * scale + 0.5
        if 0.5 <= shifted < 1e11:
            number = int(shifted)
            if 0.0001 < shifted - number < 0.9999:
                if shifted < tabled:
                    return _WHOLES[number // whole] + ends[number % whole]
                if number:
                    return _separated(f"{value:,.{decimals}f}", point, thousands)
        return formatted(value, decimals, point, thousands)

    return show


def _separated(text: str, point: str, thousands: str) -> str:
    if point == "." and thousands == ",":
        return text
    return text.replace(",", "\0").replace(".", point).replace("\0", thousands)


def formatted(value: object, decimals: object, point: object, thousands: object) -> str:
    """PHP's number_format(): rounds as round() does, then groups.

    Raises:
        ValueFault: it is no number, or more decimals are asked for than anybody shows.
    """
    number = float(number_of(value, "number_format"))
    places = whole_of(decimals, "number_format")
    if places > 500:
        raise ValueFault("|number_format cannot show more than 500 decimals.", "use a smaller number")
    places = max(0, places)
    number = rounded(number, places)
    if not math.isfinite(number):
        return to_text(number).lower()
    whole, _, fraction = f"{abs(number):.{places}f}".partition(".")
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]
    shown = to_text(thousands).join(groups) + (to_text(point) + fraction if places else "")
    return f"-{shown}" if number < 0 and shown.strip("0.,") else shown


@modifier("string_format", group="numbers")
def string_format(value: object, format: object) -> str:  # noqa: A002  # the parameter's name in Smarty
    """A value in a sprintf pattern, as in |string_format:'%.2f'."""
    return sprintf(text_of(format, "string_format"), (value,), LARGEST)
