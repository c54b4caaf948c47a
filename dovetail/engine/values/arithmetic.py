"""PHP's arithmetic: 64-bit integers that overflow into floats, numeric texts, type errors."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dovetail.engine.ports import Record
from dovetail.engine.values.arrays import entries_of, find
from dovetail.engine.values.numbers import float_to_int, leading_number, numeric
from dovetail.engine.values.plain import INT_MAX, INT_MIN, as_array, from_bytes, plain, to_bytes, widen
from dovetail.errors import ValueFault

Number: TypeAlias = "int | float"


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text" if value.strip() else "an empty text"
    return "a record" if isinstance(value, Record) else "a list" if as_array(value) is not None else "an object"


def _fault(a: object, sign: str, b: object) -> ValueFault:
    return ValueFault(
        f"Cannot calculate {_kind(a)} {sign} {_kind(b)}.",
        "only numbers can be calculated with; |default:0 puts a number in place of an empty value",
    )


def _operands(a: object, sign: str, b: object) -> tuple[Number, Number]:
    first, second = _operand(a), _operand(b)
    if first is None or second is None:
        raise _fault(plain(a), sign, plain(b))
    return first, second


def _operand(value: object) -> Number | None:
    """A value as a number for arithmetic; None where PHP throws a TypeError."""
    value = plain(value)
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        # A text that merely begins with a number is a warning in PHP: its number counts.
        found = leading_number(value)
        return None if found is None else found[0]
    return None


def _float(compute: Callable[[], float | complex]) -> float:
    try:
        result = compute()
    except OverflowError:
        return math.inf
    return math.nan if isinstance(result, complex) else float(result)


def _mixed(a: object, b: object) -> bool:
    """Whether one is a float and the other a float or an int of 64 bits: Python calculates these as PHP does."""
    if type(a) is float:
        return type(b) is float or (type(b) is int and INT_MIN <= b <= INT_MAX)
    return type(b) is float and type(a) is int and INT_MIN <= a <= INT_MAX


def add(a: object, b: object) -> object:
    """`a + b`; of two arrays: `a` with the pairs of `b` whose keys it lacks."""
    if type(a) is int and type(b) is int:
        result = a + b
        return result if INT_MIN <= result <= INT_MAX else float(widen(a)) + float(widen(b))
    if _mixed(a, b):
        return a + b  # type: ignore[operator]  # checked just above, kept short for speed
    first, second = as_array(a), as_array(b)
    if first is not None and second is not None and not isinstance(a, Record) and not isinstance(b, Record):
        joined: dict[object, object] = dict(entries_of(first))
        for key, value in entries_of(second):
            if not find(joined, key)[0]:
                joined[key] = value
        whole = not isinstance(first, Mapping) and list(joined) == list(range(len(joined)))
        return list(joined.values()) if whole else joined
    x, y = _operands(a, "+", b)
    return widen(x + y) if isinstance(x, int) and isinstance(y, int) else float(x) + float(y)


def subtract(a: object, b: object) -> Number:
    """`a - b`."""
    if type(a) is int and type(b) is int:
        result = a - b
        return result if INT_MIN <= result <= INT_MAX else float(widen(a)) - float(widen(b))
    if _mixed(a, b):
        return a - b  # type: ignore[operator,no-any-return]  # checked just above, kept short for speed
    x, y = _operands(a, "-", b)
    return widen(x - y) if isinstance(x, int) and isinstance(y, int) else float(x) - float(y)


def multiply(a: object, b: object) -> Number:
    """`a * b`."""
    if type(a) is int and type(b) is int:
        result = a * b
        return result if INT_MIN <= result <= INT_MAX else float(widen(a)) * float(widen(b))
    if _mixed(a, b):
        return a * b  # type: ignore[operator,no-any-return]  # checked just above, kept short for speed
    x, y = _operands(a, "*", b)
    return widen(x * y) if isinstance(x, int) and isinstance(y, int) else float(x) * float(y)


def divide(a: object, b: object) -> Number:
    """`a / b`: an int when it comes out even."""
    x, y = _operands(a, "/", b)
    if y == 0:
        raise ValueFault("Division by zero.", "test the divisor first, as in {if $n}{$sum / $n}{/if}")
    if isinstance(x, int) and isinstance(y, int) and x % y == 0:
        return widen(x // y)
    return _float(lambda: float(x) / float(y))


def modulo(a: object, b: object) -> int:
    """`a % b` of whole numbers, with the sign of `a`."""
    x, y = _operands(a, "%", b)
    first, second = _whole(x), _whole(y)
    if second == 0:
        raise ValueFault("Modulo by zero.", "test the divisor first, as in {if $n}{$sum % $n}{/if}")
    result = abs(first) % abs(second)
    return -result if first < 0 else result


def _whole(number: Number) -> int:
    return float_to_int(number) if isinstance(number, float) else number


def power(a: object, b: object) -> Number:
    """`a ** b`."""
    x, y = _operands(a, "**", b)
    if isinstance(x, int) and isinstance(y, int) and y >= 0 and (y < 64 or abs(x) < 2):
        result = x**y if abs(x) > 1 else (1 if y == 0 else x if y % 2 or x >= 0 else 1)
        return result if INT_MIN <= result <= INT_MAX else _float(lambda: float(x) ** float(y))
    if x == 0 and y < 0:
        return math.inf
    try:
        return _float(lambda: math.pow(float(x), float(y)))
    except ValueError:
        return math.nan


def negate(value: object) -> Number:
    """`-value`: PHP multiplies by -1, which keeps -0.0 apart."""
    return multiply(value, -1) if not isinstance(plain(value), float) else -float(_operands(value, "*", -1)[0])


def plus(value: object) -> Number:
    """`+value`: the number that a value is."""
    return multiply(value, 1)


def bit_and(a: object, b: object) -> object:
    """`a & b`; of two texts bytewise."""
    return _bits(a, "&", b, lambda x, y: x & y)


def bit_or(a: object, b: object) -> object:
    """`a | b`; of two texts bytewise."""
    return _bits(a, "|", b, lambda x, y: x | y)


def bit_xor(a: object, b: object) -> object:
    """`a ^ b`; of two texts bytewise."""
    return _bits(a, "^", b, lambda x, y: x ^ y)


def _bits(a: object, sign: str, b: object, combine: Callable[[int, int], int]) -> object:
    if type(a) is int and type(b) is int:
        return combine(a, b)
    if isinstance(a, str) and isinstance(b, str):
        first, second = to_bytes(a), to_bytes(b)
        joined = bytes(combine(x, y) for x, y in zip(first, second, strict=False))
        longer = first if len(first) > len(second) else second
        return from_bytes(joined + longer[len(joined) :] if sign == "|" else joined)
    x, y = _operands(a, sign, b)
    return combine(_whole(x), _whole(y))


_CARRY = re.compile(r"(?P<head>.*?)(?P<tail>[A-Za-z0-9]*)\Z", re.DOTALL)


def increment(value: object) -> object:
    """`value++`: null becomes 1, true and false stay, texts count like PHP's ('a9' → 'b0')."""
    value = plain(value)
    if value is None:
        return 1
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        number = numeric(value)
        if number is None:
            return _next_text(value) if value else "1"
        value = number
    if isinstance(value, (int, float)):
        return add(value, 1)
    raise ValueFault(f"Cannot count up {_kind(value)}.", "only numbers and texts can be counted up")


def decrement(value: object) -> object:
    """`value--`: null, true, false and texts that are no number stay; '' becomes -1."""
    value = plain(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value:
            return -1
        number = numeric(value)
        if number is None:
            return value
        value = number
    if isinstance(value, (int, float)):
        return subtract(value, 1)
    raise ValueFault(f"Cannot count down {_kind(value)}.", "only numbers can be counted down")


def _next_text(text: str) -> str:
    """Perl's counting of texts: 'Az' → 'Ba', 'Zz' → 'AAa', 'a9' → 'b0'."""
    found = _CARRY.match(text)
    tail = found.group("tail") if found else ""
    if not tail:
        return text
    done: list[str] = []
    at = len(tail)
    while at:
        at -= 1
        char = tail[at]
        if char not in "zZ9":
            return text[: len(text) - len(tail)] + tail[:at] + chr(ord(char) + 1) + "".join(reversed(done))
        done.append({"z": "a", "Z": "A", "9": "0"}[char])
    first = {"a": "a", "A": "A", "0": "1"}[done[-1]]
    return text[: len(text) - len(tail)] + first + "".join(reversed(done))
