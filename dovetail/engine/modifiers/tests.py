"""Modifiers that test values, and the stand-in for missing ones."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.values import cast_array, contains, is_iterable, strict_equal, truth


@modifier("default", group="tests")
def default(value: object, *stand_ins: object) -> object:
    """Another value in place of null or an empty text; of several the first that is neither."""
    for stand_in in stand_ins:
        if value is not None and not (isinstance(value, str) and value == ""):
            return value
        value = stand_in
    return value if stand_ins or value is not None else ""


@modifier("isset", group="tests")
def isset(value: object) -> bool:
    """Whether a variable has a value that is not null."""
    return value is not None


@modifier("empty", group="tests")
def empty(value: object) -> bool:
    """Whether a value is missing, null, false, 0, '', '0' or an empty list."""
    return not truth(value)


@modifier("is_array", group="tests")
def is_array(value: object) -> bool:
    """Whether a value is a list or a map."""
    return is_iterable(value)


@modifier("in_array", group="tests")
def in_array(value: object, values: object, strict: object = False) -> bool:
    """Whether a value is in a list; `strict` compares types too."""
    if not truth(strict):
        return contains(value, values)
    array = cast_array(values)
    items = array.values() if isinstance(array, Mapping) else array
    return any(strict_equal(value, item) for item in items)
