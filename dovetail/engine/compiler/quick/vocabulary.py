"""What the quick form calls beyond the plain form's vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NoReturn

from dovetail.engine import native
from dovetail.engine.constructs import html_text
from dovetail.engine.frames import ABSENT
from dovetail.engine.modifiers.numbers import priced
from dovetail.engine.ports import Ask, Record
from dovetail.engine.values import add, loose_equal, multiply, subtract, to_text
from dovetail.engine.values.compare import BEGINS_A_NUMBER
from dovetail.engine.values.numbers import float_text
from dovetail.engine.values.plain import INT_MAX, INT_MIN


class Unexpected(Exception):
    """The quick form met a value that only the plain form can handle; `args` is the number of a path."""


def absent(cause: int) -> NoReturn:
    """Give up: a path is not what was expected."""
    raise Unexpected(cause)


def fields(value: object, cause: int) -> Mapping[str, object]:
    """The fields of a record, if they are a plain dictionary."""
    if type(value) is Record:
        found: Mapping[str, object] = value.fields
        if type(found) is dict:
            return found  # pyright: ignore[reportUnknownVariableType]  # the test widens what was declared
    raise Unexpected(cause)


def settled(value: object) -> object:
    """A value of an unusual type, if ordinary code can work with it."""
    if value is ABSENT or type(value) is Ask:
        raise Unexpected
    return value


def shown(value: object) -> str:
    """What a value prints, escaped for HTML."""
    kind = type(value)
    if kind is int:
        text = str(value)
        # Longer ones may be beyond PHP's integers.
        return text if len(text) < 19 else to_text(value)
    if kind is float:
        return float_text(value)  # type: ignore[arg-type]  # `kind` is the check
    return html_text(value if kind is str else settled(value))


def equal(a: object, b: object) -> bool:
    """PHP's `==` of two raw values."""
    kind = type(a)
    if kind is type(b):
        if kind is int:
            return a == b
        if kind is str and (a == b or a[:1] not in BEGINS_A_NUMBER or b[:1] not in BEGINS_A_NUMBER):  # type: ignore[index]
            return a == b
    return loose_equal(settled(a), settled(b))


def sum_of(a: object, b: object) -> object:
    """`a + b` of two raw values."""
    if type(a) is int and type(b) is int and INT_MIN <= (total := a + b) <= INT_MAX:
        return total
    return add(settled(a), settled(b))


def difference(a: object, b: object) -> object:
    """`a - b` of two raw values."""
    return subtract(settled(a), settled(b))


def product(a: object, b: object) -> object:
    """`a * b` of two raw values."""
    return multiply(settled(a), settled(b))


@cache
def quick_vocabulary() -> Mapping[str, object]:
    """The names that the quick form may use, and no others."""
    from dovetail.engine.compiler.program import vocabulary

    return {
        **vocabulary(),
        "Filler": native.Filler,
        "NUMBERS": frozenset({int, float}),
        "PLAIN": frozenset({str, int, float, bool, type(None), list, dict}),
        "UNTRUE": ("", "0"),
        "absent": absent,
        "corrected": native.corrected,
        "difference": difference,
        "enumerate": enumerate,
        "equal": equal,
        "fields": fields,
        "escape_inner": native.escape_inner,
        "html": native.html,
        "list": list,
        "number_format": native.number_format,
        "priced": priced,
        "product": product,
        "settled": settled,
        "shown": shown,
        "str": str,
        "sum_of": sum_of,
        "text": native.text,
    }
