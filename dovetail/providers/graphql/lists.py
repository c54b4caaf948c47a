"""Lists: a query in two parts, variables for the API and what is left to do with the records here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dovetail.engine.ports import Answer, Ask, Filter, Query, Talk
from dovetail.errors import ProviderError
from dovetail.providers.described.queries import checked, empty, finish, selects_nothing
from dovetail.providers.graphql import pages, replies
from dovetail.providers.graphql.spec import Api, Collection, Listed, Names
from dovetail.providers.graphql.variables import Unfit, at, placed

Answered = Mapping[Ask, Answer | ProviderError]


@dataclass(frozen=True, slots=True)
class Plan:
    """`variables` for the API, `left` for here. `checks`: pushed, and looked at once more.

    `wanted` is how many records are to be read; None: all, because something is left to do here.
    """

    variables: Mapping[str, object]
    left: Query
    checks: tuple[Filter, ...]
    wanted: int | None
    notes: tuple[str, ...]


def answer(api: Api, collection: Collection, listed: Listed, ask: Ask, now: float) -> Talk[Answered]:
    """The answer to one list ask; a fault is the answer."""
    query = ask.key if isinstance(ask.key, Query) else Query()
    if selects_nothing(collection.shape, query):
        yield from ()
        return {ask: Answer([], fetched_at=now)}
    plan = make_plan(collection, listed, query)
    name = collection.shape.name
    try:
        found = yield from pages.read(api, collection, listed, plan.variables, plan.wanted)
        rows = checked(found.rows, plan.checks)
        notes = [*plan.notes]
        if len(rows) < len(found.rows):
            # It gave what was not asked for: then the first few may hide the right ones behind them.
            if plan.wanted is not None and found.more:
                found = yield from pages.read(api, collection, listed, plan.variables, None)
                rows = checked(found.rows, plan.checks)
            fields = ", ".join(dict.fromkeys(each.field for each in plan.checks))
            notes.append(f"`{api.identifier}` does not filter its list of {name} by {fields}")
        if found.more and (plan.wanted is None or plan.wanted > len(found.rows)):
            notes.append(f"only the first {len(found.rows):,} of {name} were read; add a filter")
        records = [
            collection.shape.record(row, replies.key_of(api, collection, row)) for row in finish(rows, plan.left)
        ]
        return {ask: Answer(records, fetched_at=found.at or now, notes=tuple(notes))}
    except ProviderError as error:
        return {ask: error}


def make_plan(collection: Collection, listed: Listed, query: Query) -> Plan:
    """Push what the description has variables for."""
    pairs: list[tuple[Names, object]] = []
    left: list[Filter] = []
    checks: list[Filter] = []
    for condition in query.filters:
        made = _with_value(listed, condition)
        # Two conditions for one variable: one of them is left.
        if made is None or placed([*pairs, made]) is None:
            left.append(condition)
            continue
        pairs.append(made)
        if condition.operator in ("==", "in"):
            checks.append(condition)
    ordered = _ordered(listed, query)
    if ordered is None or placed([*pairs, *ordered]) is None:
        ordered = None
    rest = Query(tuple(left), () if ordered is not None else query.order, query.limit)
    return Plan(
        variables=placed([*pairs, *(ordered or [])]) or {},
        left=rest,
        checks=tuple(checks),
        wanted=query.limit if ordered is not None and not left else None,
        notes=_notes(collection.shape.name, rest),
    )


def _with_value(listed: Listed, condition: Filter) -> tuple[Names, object] | None:
    place = listed.filters.get(condition.field, {}).get(condition.operator)
    value = condition.value
    if place is None:
        return None
    if condition.operator == "set":
        return place, True
    if condition.operator == "in":
        value = tuple(each for each in value if not empty(each)) if isinstance(value, tuple) else ()
    # "" and null mean something else to each API.
    elif value is None or value == "" or isinstance(value, tuple):
        return None
    elif condition.operator == "like":
        value = str(value).strip("%")
    try:
        return at(listed.document, place, value)
    except Unfit:
        return None


def _ordered(listed: Listed, query: Query) -> list[tuple[Names, object]] | None:
    """The variables for an order; None where it is left to do here."""
    if not query.order:
        return []
    ordering = listed.order
    if ordering is None or len(query.order) != 1 or query.order[0].field not in ordering.fields:
        return None
    name = ordering.fields[query.order[0].field]
    pairs = ordering.descending if query.order[0].descending else ordering.ascending
    found: list[tuple[Names, object]] = [
        (tuple(part.replace("{field}", name) for part in place.strip("/").split("/")), text.replace("{field}", name))
        for place, text in pairs
    ]
    return found or None


def _notes(name: str, left: Query) -> tuple[str, ...]:
    notes: list[str] = []
    if left.filters:
        fields = ", ".join(dict.fromkeys(each.field for each in left.filters))
        notes.append(f"the list of {name} is filtered by {fields} here, after reading it whole")
    if left.order:
        fields = ", ".join(each.field for each in left.order)
        notes.append(f"the list of {name} is put in order of {fields} here, after reading it whole")
    return tuple(notes)
