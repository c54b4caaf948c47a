"""What is left of a query when the other side has done its part, and who may be selected by an empty value. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.engine.modifiers.lists import select
from dovetail.engine.ports import Filter, Query
from dovetail.providers.described.shapes import Raw, Shape, part

MOST_RECORDS = 10_000
"""Records of one list that are read at most."""


def selects_nothing(shape: Shape, query: Query) -> bool:
    """Whether a query can meet no record: none are wanted, or it asks for those of nobody.

    "Orders without a customer" are those of all guests: a recipient whose id is missing must never see them.
    """
    if query.limit == 0:
        return True
    for each in query.filters:
        if each.operator == "in":
            values = each.value if isinstance(each.value, tuple) else ()
            if not values or (shape.identifies(each.field) and all(empty(value) for value in values)):
                return True
        elif each.operator == "==" and shape.identifies(each.field) and empty(each.value):
            return True
    return False


def empty(value: object) -> bool:
    """Whether a value names nobody."""
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def finish(rows: Sequence[Raw], query: Query) -> list[Raw]:
    """The rows that a query selects, compared as templates compare."""
    return [row for row in select(rows, query) if isinstance(row, dict)]


def checked(rows: Sequence[Raw], conditions: Sequence[Filter]) -> list[Raw]:
    """The rows without those that have the field of an `==` or `in` condition, but no value that it names.

    An API may not know a parameter, and give the records of everybody. Upper and lower case are the API's matter.
    """
    return [row for row in rows if all(_could_meet(part(row, each.field), each) for each in conditions)]


def _could_meet(value: object, condition: Filter) -> bool:
    if value is None or isinstance(value, list | dict):
        return True
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return any(fold(value) == fold(each) for each in wanted)


def fold(value: object) -> str:
    """A value as text, by which the other side's and ours are told apart: without case, numbers in one spelling."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = "" if value is None else str(value).strip().casefold()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else text
