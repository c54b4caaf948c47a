"""What modifiers make of their arguments: PHP's parameter conversions, and the bound on a result's size."""

from __future__ import annotations

from typing import Final

from dovetail.engine.values import is_iterable, to_int, to_text
from dovetail.engine.values.numbers import float_to_int, leading_number
from dovetail.engine.values.plain import plain
from dovetail.errors import ValueFault

LARGEST: Final = 1_000_000
"""How many characters a modifier may make; more is a mistake or an attack on memory."""

WHITE: Final = " \t\n\x0b\f\r\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""PCRE's Unicode white space, for a character class (Python's `\\s` also has the separators 1C–1F)."""


def text_of(value: object, modifier: str) -> str:
    """A value where PHP wants a string: everything but an array.

    Raises:
        ValueFault: an array; the message names the modifier.
    """
    if type(value) is str:
        return value
    if is_iterable(value) and to_text(value) == "Array":
        raise ValueFault(
            f"|{modifier} works on a text and got a list.", "loop over the list, or join it first: |join:', '"
        )
    return to_text(value)


def number_of(value: object, modifier: str) -> int | float:
    """A value where PHP wants a number: null is 0, a text must begin with a number.

    Raises:
        ValueFault: an empty text, a text that is no number, an array.
    """
    value = plain(value)
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        found = leading_number(value)
        if found is not None:
            return found[0]
        what = "a text that is no number" if value.strip() else "an empty text"
    else:
        what = "a list" if is_iterable(value) else "a value that is no number"
    raise ValueFault(f"|{modifier} works on a number and got {what}.", "give it a number first, as in |default:0")


def whole_of(value: object, modifier: str) -> int:
    """A parameter where PHP wants an int."""
    number = number_of(value, modifier)
    return float_to_int(number) if isinstance(number, float) else number


def loose_whole(value: object) -> int:
    """A parameter that Smarty itself casts with (int)."""
    return to_int(value)


def bounded(length: int, modifier: str) -> None:
    """Refuse to make a text that is too long.

    Raises:
        ValueFault: `length` is above `LARGEST`.
    """
    if length > LARGEST:
        raise ValueFault(
            f"|{modifier} would make a text of more than {LARGEST:,} characters.", "use smaller numbers or texts"
        )
