"""Values of templates as variables of a query, in the type that the query declares. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from dovetail.engine.ports import Constant
from dovetail.providers.graphql.documents import Document
from dovetail.providers.graphql.spec import Names

_LONGEST_KEY = 300
_INT = 2**31


class Unfit(ValueError):
    """A value that a variable's type has no place for: a word where an Int goes."""


def usable(key: object) -> bool:
    """Whether a key can be somebody's: an empty one names nobody."""
    text = str(key)
    return bool(text.strip()) and len(text) <= _LONGEST_KEY


def fitted(value: Constant, named: str) -> object:
    """A value in the form of a type (GraphQL §3.5): texts of digits as numbers for an Int, numbers as texts.

    Raises:
        Unfit: it has none.
    """
    if isinstance(value, tuple):
        return [fitted(each, named) for each in value]
    if value is None:
        return None
    if named == "Int":
        number = _number(value)
        if number is None or not number.is_integer() or abs(number) >= _INT:
            raise Unfit(named)
        return int(number)
    if named == "Float":
        number = _number(value)
        if number is None:
            raise Unfit(named)
        return number
    if named in {"ID", "String"}:
        if isinstance(value, bool):
            raise Unfit(named)
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if named == "Boolean" and not isinstance(value, bool):
        raise Unfit(named)
    return value


def placed(pairs: Sequence[tuple[Names, object]]) -> Mapping[str, object] | None:
    """Variables with values at their places; None where two values want the same place."""
    found: dict[str, object] = {}
    for place, value in pairs:
        inside = found
        for name in place[:-1]:
            inner = inside.setdefault(name, {})
            if not isinstance(inner, dict):
                return None
            inside = cast("dict[str, object]", inner)
        if place[-1] in inside:
            return None
        inside[place[-1]] = value
    return found


def at(document: Document, place: Names, value: Constant) -> tuple[Names, object]:
    """A value for a place: of a type where that is a variable itself; within an object, as it is.

    Raises:
        Unfit: the variable's type has no place for it.
    """
    variable = document.variable(place[0]) if len(place) == 1 else None
    if variable is None:
        return place, [*value] if isinstance(value, tuple) else value
    if variable.many and not isinstance(value, tuple):
        value = (value,)
    return place, fitted(value, variable.named)


def merged(fixed: Mapping[str, object], more: Mapping[str, object]) -> Mapping[str, object]:
    """Fixed variables and those of a question; objects that both have are joined."""
    found = dict(fixed)
    for name, value in more.items():
        old = found.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            inner = merged(cast("Mapping[str, object]", old), cast("Mapping[str, object]", value))
            found[name] = inner
        else:
            found[name] = value
    return found


def _number(value: Constant) -> float | None:
    if value is None or isinstance(value, bool | tuple):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
