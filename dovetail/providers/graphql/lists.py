"""Lists: queries pushed into variables; those that differ in one value only are fetched together.

The orders of each of fifty customers are one request where the API takes several customers at once (a filter with
`in`), instead of fifty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dovetail.engine.ports import Answer, Ask, Constant, Filter, Query, Talk
from dovetail.errors import ProviderError
from dovetail.providers.described.paging import Found
from dovetail.providers.described.queries import checked, empty, finish, fold, selects_nothing
from dovetail.providers.described.shapes import Raw, part
from dovetail.providers.graphql import pages, replies
from dovetail.providers.graphql.spec import Api, Collection, Listed, Names
from dovetail.providers.graphql.variables import Unfit, at, placed
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]

_TOGETHER = 50
"""Values of one request."""


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


def answers(
    api: Api, collection: Collection, listed: Listed, asks: Sequence[Ask], now: float
) -> Iterator[Talk[Answered]]:
    """The talks that answer list asks of one collection. Their faults are answers."""
    left: dict[Ask, None] = dict.fromkeys(asks)
    groups: dict[tuple[str, Query], list[tuple[Ask, Constant]]] = {}
    for ask in asks:
        for field, value, rest in _mergeable(listed, _query(ask)):
            groups.setdefault((field, rest), []).append((ask, value))
    for (field, rest), members in sorted(groups.items(), key=lambda item: -len(item[1])):
        mine = [(ask, value) for ask, value in members if ask in left]
        if len(mine) > 1:
            for ask, _ in mine:
                del left[ask]
            for start in range(0, len(mine), _TOGETHER):
                yield _merged(api, collection, listed, field, rest, mine[start : start + _TOGETHER], now)
    for ask in left:
        yield single(api, collection, listed, ask, now)


def single(api: Api, collection: Collection, listed: Listed, ask: Ask, now: float) -> Talk[Answered]:
    """The answer to one list ask."""
    query = _query(ask)
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
        records = _records(api, collection, finish(rows, plan.left))
        return {ask: Answer(records, fetched_at=found.at or now, notes=tuple(notes))}
    except ProviderError as error:
        return {ask: error}


def _query(ask: Ask) -> Query:
    return ask.key if isinstance(ask.key, Query) else Query()


def _mergeable(listed: Listed, query: Query) -> Iterator[tuple[str, Constant, Query]]:
    """The conditions whose value may differ, each with the rest of the query."""
    for position, condition in enumerate(query.filters):
        several = listed.filters.get(condition.field, {}).get("in")
        if condition.operator != "==" or several is None or query.limit == 0:
            continue
        if not empty(condition.value) and not isinstance(condition.value, tuple):
            others = (*query.filters[:position], *query.filters[position + 1 :])
            yield condition.field, condition.value, replace(query, filters=others)


def _merged(
    api: Api,
    collection: Collection,
    listed: Listed,
    field: str,
    rest: Query,
    members: Sequence[tuple[Ask, Constant]],
    now: float,
) -> Talk[Answered]:
    values = tuple(dict.fromkeys(value for _, value in members))
    shared = Filter(field, "in", tuple(each for each in values if not isinstance(each, tuple)))
    plan = make_plan(collection, listed, Query((shared, *rest.filters)))
    pushed = shared in plan.checks and not selects_nothing(collection.shape, rest)
    try:
        found = (yield from pages.read(api, collection, listed, plan.variables, None)) if pushed else Found(more=True)
    except ProviderError as error:
        return dict.fromkeys((ask for ask, _ in members), error)
    apart = {fold(value) for value in values}
    if found.more or len(apart) < len(values) or any(part(row, field) is None for row in found.rows):
        # Too many for one answer, or not to be told apart: each by itself.
        parts = yield from together([single(api, collection, listed, ask, now) for ask, _ in members])
        return {ask: answer for each in parts if not isinstance(each, ProviderError) for ask, answer in each.items()}
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask, value in members:
        own = checked(found.rows, (Filter(field, "==", value), *plan.checks))
        left = Query(plan.left.filters, rest.order, rest.limit)
        try:
            records = _records(api, collection, finish(own, left))
            answered[ask] = Answer(records, fetched_at=found.at or now, notes=plan.notes)
        except ProviderError as error:
            answered[ask] = error
    return answered


def _records(api: Api, collection: Collection, rows: Sequence[Raw]) -> list[object]:
    return [collection.shape.record(row, replies.key_of(api, collection, row)) for row in rows]


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
    places = listed.filters.get(condition.field, {})
    place, value = places.get(condition.operator), condition.value
    if place is None and condition.operator == "==" and not isinstance(value, tuple) and not empty(value):
        # A list of one says the same.
        place, value = places.get("in"), (value,)
    if place is None:
        return None
    if condition.operator == "set":
        return place, True
    if condition.operator == "in":
        value = tuple(each for each in value if not empty(each)) if isinstance(value, tuple) else ()
    # "" and null mean something else to each API.
    elif value is None or value == "" or isinstance(condition.value, tuple):
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
