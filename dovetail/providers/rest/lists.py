"""Lists: queries pushed into parameters; those that differ in one value only are fetched together.

The last order of each of a thousand customers is a handful of requests where the API takes several customers at
once (a filter with `in`), instead of a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dovetail.engine.ports import Answer, Ask, Constant, Filter, Query, Talk
from dovetail.errors import ProviderError
from dovetail.providers.described.paging import Found
from dovetail.providers.described.queries import checked, empty, finish, fold, selects_nothing
from dovetail.providers.described.shapes import Raw, part
from dovetail.providers.rest import pages, replies
from dovetail.providers.rest.plan import joined, make_plan, values_template, without
from dovetail.providers.rest.spec import Api, Collection
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]

_TOGETHER = 50
"""Values of one request."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What merged queries have in common: the field whose value differs, and all the rest."""

    field: str
    rest: Query


def answers(api: Api, collection: Collection, asks: Sequence[Ask], now: float) -> Iterator[Talk[Answered]]:
    """The talks that answer list asks of one collection. Their faults are answers."""
    left: dict[Ask, None] = dict.fromkeys(asks)
    groups: dict[_Group, list[tuple[Ask, Constant]]] = {}
    for ask in asks:
        for field, value, rest in _mergeable(collection, query_of(ask)):
            groups.setdefault(_Group(field, rest), []).append((ask, value))
    for group, members in sorted(groups.items(), key=lambda item: -len(item[1])):
        mine = [(ask, value) for ask, value in members if ask in left]
        if len(mine) > 1:
            for ask, _ in mine:
                del left[ask]
            for at in range(0, len(mine), _TOGETHER):
                yield _merged(api, collection, group, mine[at : at + _TOGETHER], now)
    for ask in left:
        yield single(api, collection, ask, now)


def query_of(ask: Ask) -> Query:
    """The query of a list's ask."""
    return ask.key if isinstance(ask.key, Query) else Query()


def single(api: Api, collection: Collection, ask: Ask, now: float) -> Talk[Answered]:
    """The answer to one list ask."""
    query = query_of(ask)
    if selects_nothing(collection.shape, query):
        yield from ()
        return {ask: Answer([], fetched_at=now)}
    plan = make_plan(collection, query)
    try:
        found = yield from pages.read(api, collection, plan.parameters, plan.wanted)
        rows = checked(found.rows, plan.checks)
        notes = [*plan.notes]
        if len(rows) < len(found.rows):
            # It gave what was not asked for: then the first few may hide the right ones behind them.
            if plan.wanted is not None and found.more:
                found = yield from pages.read(api, collection, plan.parameters, None)
                rows = checked(found.rows, plan.checks)
            fields = ", ".join(dict.fromkeys(each.field for each in plan.checks))
            notes.append(f"`{api.identifier}` does not filter its list of {collection.shape.name} by {fields}")
        if found.more and (plan.wanted is None or plan.wanted > len(found.rows)):
            notes.append(f"only the first {len(found.rows):,} of {collection.shape.name} were read; add a filter")
        records = _records(api, collection, finish(rows, plan.left))
        return {ask: Answer(records, fetched_at=found.at or now, notes=tuple(notes))}
    except ProviderError as error:
        return {ask: error}


def _mergeable(collection: Collection, query: Query) -> Iterator[tuple[str, Constant, Query]]:
    for at, condition in enumerate(query.filters):
        template = values_template(collection, condition.field)
        if condition.operator != "==" or template is None or empty(condition.value) or query.limit == 0:
            continue
        if not isinstance(condition.value, tuple) and joined(template, (condition.value,)) is not None:
            yield condition.field, condition.value, without(query, at)


def _merged(
    api: Api, collection: Collection, group: _Group, members: Sequence[tuple[Ask, Constant]], now: float
) -> Talk[Answered]:
    values = tuple(dict.fromkeys(value for _, value in members))
    shared = Filter(group.field, "in", tuple(each for each in values if not isinstance(each, tuple)))
    plan = make_plan(collection, Query((shared, *group.rest.filters)))
    pushed = shared in plan.checks and not selects_nothing(collection.shape, group.rest)
    try:
        found = (yield from pages.read(api, collection, plan.parameters, None)) if pushed else Found(more=True)
    except ProviderError as error:
        return dict.fromkeys((ask for ask, _ in members), error)
    apart = {fold(value) for value in values}
    if found.more or len(apart) < len(values) or any(part(row, group.field) is None for row in found.rows):
        # Too many for one answer, or not to be told apart: each by itself.
        parts = yield from together([single(api, collection, ask, now) for ask, _ in members])
        return {ask: answer for part in parts if not isinstance(part, ProviderError) for ask, answer in part.items()}
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask, value in members:
        own = checked(found.rows, (Filter(group.field, "==", value), *plan.checks))
        left = Query(plan.left.filters, group.rest.order, group.rest.limit)
        try:
            records = _records(api, collection, finish(own, left))
            answered[ask] = Answer(records, fetched_at=found.at or now, notes=plan.notes)
        except ProviderError as error:
            answered[ask] = error
    return answered


def _records(api: Api, collection: Collection, rows: Sequence[Raw]) -> list[object]:
    return [collection.shape.record(row, replies.key_of(api, collection, row)) for row in rows]
