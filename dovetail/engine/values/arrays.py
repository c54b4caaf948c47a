"""PHP arrays over Python's lists and mappings: keys, reading, and writing without touching what others hold.

A list is a PHP array with the keys 0..n-1. A mapping may spell an integer key as `1` or as `"1"` (JSON
does); every lookup tries both spellings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from dovetail.engine.ports import Record
from dovetail.engine.values.numbers import float_to_int
from dovetail.engine.values.offsets import text_item
from dovetail.engine.values.plain import INT_MAX, INT_MIN, PhpArray, as_array, plain
from dovetail.errors import ValueFault

PhpKey: TypeAlias = "int | str"


class Append:
    """The type of `APPEND`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "APPEND"


APPEND: Final = Append()
"""Stands in a path of keys for `[]`: the next free integer key."""


def canonical(key: str) -> int | None:
    """The integer that PHP takes a text key for: decimal, no leading zero or plus, within 64 bits."""
    digits = key[1:] if key[:1] == "-" else key
    if not digits or len(digits) > 19 or not (digits.isascii() and digits.isdigit()):
        return None
    if digits[0] == "0" and key != "0":
        return None
    number = int(key)
    return number if INT_MIN <= number <= INT_MAX else None


def php_key(key: object) -> PhpKey:
    """The key that PHP makes of a value: '5' is 5, true 1, null '', 1.7 is 1.

    Raises:
        ValueFault: the value is an array.
    """
    if type(key) is int:
        return key
    key = plain(key)
    if isinstance(key, str):
        # Most keys are names: one look at the last character tells.
        number = canonical(key) if key[-1:].isdigit() else None
        return key if number is None else number
    if isinstance(key, (bool, int)):
        return int(key)
    if isinstance(key, float):
        return float_to_int(key)
    if key is None:
        return ""
    if isinstance(key, Record):
        return php_key(key.key)
    raise ValueFault("A list cannot be used as a key.", "use a text or a number between the brackets")


def find(array: PhpArray, key: PhpKey) -> tuple[bool, object]:
    """Whether an array has a PHP key, and the value there."""
    if isinstance(array, Mapping):
        if key in array:
            return True, array[key]
        other = str(key) if isinstance(key, int) else canonical(key)
        if other is not None and other in array:
            return True, array[other]
        return False, None
    if isinstance(key, int) and 0 <= key < len(array):
        return True, array[key]
    return False, None


def _usable(key: object) -> PhpKey | None:
    try:
        return php_key(key)
    except ValueFault:
        return None


def item(container: object, key: object) -> object:
    """`container[key]`, null where there is nothing.

    Records give their fields as they are (also an unanswered `Ref`); texts give a byte.

    Raises:
        ValueFault: a key that is no number into a text (PHP's TypeError).
    """
    kind = type(container)
    if kind is dict and type(key) is str:
        mapping = cast("dict[object, object]", container)
        value = mapping.get(key)
        if value is not None or key in mapping:
            return value
        number = canonical(key)
        return None if number is None else mapping.get(number)
    if kind is list and type(key) is int:
        values = cast("list[object]", container)
        return values[key] if 0 <= key < len(values) else None
    if isinstance(container, str):
        return text_item(container, key)
    array = as_array(container)
    if array is None:
        return None
    usable = _usable(key)
    return None if usable is None else find(array, usable)[1]


def has_item(container: object, key: object) -> bool:
    """isset: whether there is a value that is not null under a key; never fails."""
    if isinstance(container, str):
        try:
            return text_item(container, key) != ""
        except ValueFault:
            return False
    array = as_array(container)
    if array is None:
        return False
    usable = _usable(key)
    return usable is not None and find(array, usable)[1] is not None


def cast_array(value: object) -> list[object] | dict[object, object]:
    """PHP's (array) cast: null is empty, an array itself, anything else an array with it at 0.

    The result may be the very value that came in: read it, never change it.
    """
    if value is None:
        return []
    if isinstance(value, list):
        return cast("list[object]", value)
    if isinstance(value, dict):
        return cast("dict[object, object]", value)
    array = as_array(value)
    if array is None:
        return [value]
    return dict(array) if isinstance(array, Mapping) else list(array)


def entries_of(array: PhpArray) -> Iterable[tuple[PhpKey, object]]:
    """The pairs of an array with PHP's keys."""
    if isinstance(array, Mapping):
        return [
            (key, value) if type(key) is str and not key[-1:].isdigit() else (php_key(key), value)
            for key, value in array.items()
        ]
    return enumerate(array)


def entries(value: object) -> list[tuple[PhpKey, object]]:
    """What `{foreach}` walks: the pairs of an array, of a record's fields, or of the (array) cast of a scalar."""
    if value is None:
        return []
    if type(value) is list:
        return list(enumerate(cast("list[object]", value)))
    array = as_array(value)
    return [(0, value)] if array is None else list(entries_of(array))


def count(value: object) -> int:
    """How many items: 0 for null, 1 for a scalar (Smarty's own `count`)."""
    array = as_array(value)
    return (0 if value is None else 1) if array is None else len(array)


def is_iterable(value: object) -> bool:
    """Whether a value is an array or a record."""
    return as_array(value) is not None


def assign_item(container: object, keys: Sequence[object], value: object) -> list[object] | dict[object, object]:
    """A new array with `value` at a path of keys; nothing that came in is changed.

    `keys` may hold `APPEND`. A scalar at the top becomes an array with the scalar at 0, as Smarty does.

    Raises:
        ValueFault: a step of the path below the top is a scalar, or a key is an array.
    """
    return _put(cast_array(container), keys, value)


def _put(
    array: list[object] | dict[object, object], keys: Sequence[object], value: object
) -> list[object] | dict[object, object]:
    if not keys:
        return array
    first, rest = keys[0], keys[1:]
    key = _next_key(array) if isinstance(first, Append) else php_key(first)
    if rest:
        value = _put(_inner(find(array, key)[1]), rest, value)
    if isinstance(array, list):
        if isinstance(key, int) and 0 <= key <= len(array):
            changed = array.copy()
            changed[key : key + 1] = [value]
            return changed
        return {**dict(enumerate(array)), key: value}
    spelled: object = key
    if key not in array:
        other = str(key) if isinstance(key, int) else canonical(key)
        if other is not None and other in array:
            spelled = other
    return {**array, spelled: value}


def _inner(value: object) -> list[object] | dict[object, object]:
    # PHP makes arrays of null, false and (for `[]`) nothing else below the top.
    if value is None or value is False:
        return []
    if as_array(value) is None:
        raise ValueFault(
            "A key cannot be set inside a text or a number.",
            "assign a list first, as in {$x.a = []}",
        )
    return cast_array(value)


def _next_key(array: list[object] | dict[object, object]) -> int:
    if isinstance(array, list):
        return len(array)
    numbers = [key for key in map(php_key, array) if isinstance(key, int)]
    # After -5 comes -4 (PHP since 8.3, and the engine that the conformance cases were made with).
    following = max(numbers, default=-1) + 1
    if following > INT_MAX:
        raise ValueFault("Nothing can be appended: the list's last key is the largest number there is.")
    return following
