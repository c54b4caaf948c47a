"""Copies of shared data that nobody else can change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from dovetail.engine.ports import Record

_SCALARS = frozenset({type(None), bool, int, float, str, Decimal, date, datetime})
_DEEPEST = 100


class Unfit(Exception):
    """A value that can change, or whose reading has effects, or that is nested too deeply to tell."""


def frozen(value: object, depth: int = 0) -> object:
    """A deep copy of plain data: scalars, lists, dictionaries and records. Live data are no plain data.

    Raises:
        Unfit: it holds something else.
    """
    kind = type(value)
    if kind in _SCALARS:
        return value
    if depth > _DEEPEST:
        raise Unfit
    if kind is dict:
        items = cast("dict[object, object]", value).items()
        return {key: element if type(element) in _SCALARS else frozen(element, depth + 1) for key, element in items}
    if kind is list:
        return [frozen(element, depth + 1) for element in cast("list[object]", value)]
    if kind is tuple:
        return tuple(frozen(element, depth + 1) for element in cast("tuple[object, ...]", value))
    if isinstance(value, Record):
        fields: object = value.fields
        return Record(value.collection, value.key, value.title, cast("Mapping[str, object]", frozen(fields, depth + 1)))
    raise Unfit
