"""From a list's query to parameters of the API, and what is left to do with the records here. Pure."""

from __future__ import annotations

from dovetail.engine.ports import Constant, Filter, Query
from dovetail.providers.described.lists import Plan
from dovetail.providers.described.queries import empty
from dovetail.providers.rest.addresses import filled
from dovetail.providers.rest.spec import Collection, Parameters, Template


def make_plan(collection: Collection, query: Query) -> Plan[Parameters]:
    """Push what the description has parameters for."""
    pushed: list[tuple[str, str]] = []
    left: list[Filter] = []
    checks: list[Filter] = []
    for condition in query.filters:
        made = _with_value(collection, condition)
        # A parameter twice would mean one of the two conditions, or none.
        if made is None or {name for name, _ in made} & {name for name, _ in pushed}:
            left.append(condition)
            continue
        pushed += made
        if condition.operator in ("==", "in"):
            checks.append(condition)
    order = _ordered(collection, query)
    ordered = not query.order or order is not None
    if order is not None and {name for name, _ in order} & {name for name, _ in pushed}:
        order, ordered = None, False
    rest = Query(tuple(left), () if ordered else query.order, query.limit)
    return Plan(
        pushed=(*pushed, *(order or ())),
        left=rest,
        checks=tuple(checks),
        wanted=query.limit if ordered and not left else None,
    )


def values_template(collection: Collection, field: str) -> Template | None:
    """The parameters that ask for several values of a field at once."""
    return collection.filters.get(field, {}).get("in")


def joined(template: Template, values: tuple[Constant, ...]) -> Parameters | None:
    """Several values behind commas; None where one of them holds a comma or is nothing."""
    texts = [text_of(value) for value in values]
    if not texts or any("," in text or not text for text in texts):
        return None
    # Each by itself: the commas between them are meant.
    if any(filled(template, {"value": text}) is None for text in texts):
        return None
    return tuple((name, pattern.replace("{value}", ",".join(texts))) for name, pattern in template.pairs)


def text_of(value: Constant) -> str:
    """A constant as it stands in an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _with_value(collection: Collection, condition: Filter) -> Parameters | None:
    template = collection.filters.get(condition.field, {}).get(condition.operator)
    if template is None:
        return None
    if condition.operator == "set":
        return template.pairs
    if condition.operator == "in":
        values = condition.value if isinstance(condition.value, tuple) else ()
        return joined(template, tuple(value for value in values if not empty(value)))
    # "" and null are spelled by each API in its own way.
    if condition.value is None or condition.value == "" or isinstance(condition.value, tuple):
        return None
    text = text_of(condition.value)
    return filled(template, {"value": text.strip("%") if condition.operator == "like" else text})


def _ordered(collection: Collection, query: Query) -> Parameters | None:
    ordering = collection.order
    if ordering is None or len(query.order) != 1 or query.order[0].field not in ordering.fields:
        return None
    template = ordering.descending if query.order[0].descending else ordering.ascending
    return None if template is None else filled(template, {"field": query.order[0].field})
