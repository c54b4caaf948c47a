"""List modifiers: filter, orderby, limit, first (Copernica's, on any list).

On a live list they refine its query, which the provider answers; on any other list they work in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from functools import cmp_to_key
from typing import cast

from dovetail.engine.live import Listing
from dovetail.engine.modifiers.registry import Context, modifier
from dovetail.engine.ports import Constant, Filter, Operator, Order, Query
from dovetail.engine.values import (
    cast_array,
    contains,
    entries,
    item,
    loose_equal,
    spaceship,
    to_int,
    to_text,
)
from dovetail.errors import ValueFault, did_you_mean

OPERATORS: dict[str, Operator] = {
    "==": "==",
    "=": "==",
    "eq": "==",
    "!=": "!=",
    "<>": "!=",
    "ne": "!=",
    "<": "<",
    "lt": "<",
    "<=": "<=",
    "lte": "<=",
    ">": ">",
    "gt": ">",
    ">=": ">=",
    "gte": ">=",
    "in": "in",
    "like": "like",
    "=~": "like",
}


@modifier("filter", group="lists", context=True, extension=True)
def filter_(context: Context, value: object, field: object, *condition: object) -> object:
    """The elements whose field meets a condition: `filter:'price':'<':15`, `filter:'sku':'A1'`, `filter:'sku'`."""
    wanted = _condition(to_text(field), condition)
    if isinstance(value, Listing):
        refined = value.filter(wanted)
        if refined is not None:
            return refined
    return [element for element in _elements(context, value) if _meets(context, element, wanted)]


@modifier("orderby", group="lists", context=True, extension=True)
def orderby(context: Context, value: object, field: object, direction: object = "asc") -> object:
    """The elements in order of a field, ascending unless the direction is 'desc'."""
    word = to_text(direction).lower()
    if word not in {"asc", "desc"}:
        raise ValueFault(f"`orderby` knows no direction `{word}`", "use 'asc' or 'desc'")
    order = Order(to_text(field), word == "desc")
    if isinstance(value, Listing):
        refined = value.orderby(order)
        if refined is not None:
            return refined
    return _sorted(context, _elements(context, value), order)


@modifier("limit", group="lists", context=True, extension=True)
def limit(context: Context, value: object, count: object) -> object:
    """At most that many elements, from the start."""
    most = to_int(count)
    if isinstance(value, Listing):
        return value.limit(most)
    return _elements(context, value)[: max(0, most)]


@modifier("first", group="lists", context=True, extension=True)
def first(context: Context, value: object) -> object:
    """The first element, or null."""
    if isinstance(value, Listing):
        value = value.limit(1)
    found = _elements(context, value)
    return context.settle(found[0]) if found else None


def select(elements: Sequence[object], query: Query) -> list[object]:
    """The elements that a query selects, in its order: for providers whose records are in memory."""
    found = [element for element in elements if all(_meets(_PLAIN, element, wanted) for wanted in query.filters)]
    for order in reversed(query.order):
        found = _sorted(_PLAIN, found, order)
    return found if query.limit is None else found[: query.limit]


def _sorted(context: Context, elements: list[object], order: Order) -> list[object]:
    key = cmp_to_key(spaceship)
    return sorted(elements, key=lambda element: key(_field(context, element, order.field)), reverse=order.descending)


class _Plain:
    """A context in which every value is already here."""

    now = 0.0
    timezone = UTC
    language = "en"

    def settle(self, value: object) -> object:
        return value


_PLAIN: Context = _Plain()


def _condition(field: str, condition: tuple[object, ...]) -> Filter:
    if not condition:
        return Filter(field, "set")
    if len(condition) == 1:
        return Filter(field, "==", _constant(condition[0]))
    word = to_text(condition[0]).strip()
    operator = OPERATORS.get(word.lower())
    if operator is None:
        raise ValueFault(
            f"`filter` knows no operator `{word}`",
            did_you_mean(word, list(OPERATORS)) or "it knows == != < <= > >= in like",
        )
    if operator == "in":
        return Filter(field, "in", tuple(_plain(element) for _, element in entries(cast_array(condition[1]))))
    return Filter(field, operator, _constant(condition[1]))


def _plain(value: object) -> None | bool | int | float | str:
    return value if value is None or isinstance(value, bool | int | float | str) else to_text(value)


def _constant(value: object) -> Constant:
    return _plain(value)


def _elements(context: Context, value: object) -> list[object]:
    settled = context.settle(value)
    if isinstance(settled, list):
        return cast("list[object]", settled)
    return [element for _, element in entries(cast_array(settled))]


def _field(context: Context, element: object, field: str) -> object:
    found: object = context.settle(element)
    for name in field.split("."):
        found = context.settle(item(found, name)) if not isinstance(found, str) else None
    return found


def _meets(context: Context, element: object, wanted: Filter) -> bool:
    value = _field(context, element, wanted.field)
    match wanted.operator:
        case "set":
            return value is not None and value != ""
        case "==":
            return loose_equal(value, wanted.value)
        case "!=":
            return not loose_equal(value, wanted.value)
        case "in":
            return isinstance(wanted.value, tuple) and contains(value, list(wanted.value))
        case "like":
            return to_text(wanted.value).strip("%").lower() in to_text(value).lower()
        case _:
            # As in SQL, nothing is smaller or greater than a missing value.
            if value is None:
                return False
            order = spaceship(value, wanted.value)
            return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[wanted.operator]
