"""Lists: queries pushed to an API; those that differ in one value only are fetched together.

The last order of each of a thousand customers is a handful of requests where the API takes several customers at
once (a filter with `in`), instead of a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from dovetail.engine.ports import Answer, Ask, Constant, Filter, Query, Record, Talk
from dovetail.errors import ProviderError
from dovetail.providers.described.paging import Found
from dovetail.providers.described.queries import checked, empty, finish, fold, selects_nothing
from dovetail.providers.described.shapes import Raw, Shape, part
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]
Pushed = TypeVar("Pushed")

_TOGETHER = 50
"""Values of one request."""


@dataclass(frozen=True, slots=True)
class Plan(Generic[Pushed]):
    """A query in two parts: `pushed` for the API, `left` for here. `checks`: pushed, and looked at once more.

    `wanted` is how many records are to be read; None: all, because something is left to do here.
    """

    pushed: Pushed
    left: Query
    checks: tuple[Filter, ...]
    wanted: int | None

    def notes(self, name: str) -> list[str]:
        """What a report says of the list of `name`."""
        notes: list[str] = []
        if self.left.filters:
            fields = ", ".join(dict.fromkeys(each.field for each in self.left.filters))
            notes.append(f"the list of {name} is filtered by {fields} here, after reading it whole")
        if self.left.order:
            fields = ", ".join(each.field for each in self.left.order)
            notes.append(f"the list of {name} is put in order of {fields} here, after reading it whole")
        return notes


class Source(Protocol[Pushed]):
    """The list of one collection of an API."""

    @property
    def identifier(self) -> str:
        """The name under which templates know the API."""
        ...

    @property
    def shape(self) -> Shape:
        """What its records are."""
        ...

    def takes_several(self, field: str, value: Constant) -> bool:
        """Whether it can be asked for several values of a field at once, this one among them."""
        ...

    def plan(self, query: Query) -> Plan[Pushed]:
        """What of a query it does itself."""
        ...

    def read(self, pushed: Pushed, wanted: int | None) -> Talk[Found]:
        """Its first `wanted` records; None: all.

        Raises:
            ProviderError: a page could not be had, or is not what the description says.
        """
        ...

    def record(self, row: Raw) -> Record:
        """A row as a record.

        Raises:
            ProviderError: it has no key.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Group:
    """What merged queries have in common: the field whose value differs, and all the rest."""

    field: str
    rest: Query


def answers(source: Source[Pushed], asks: Sequence[Ask], now: float) -> Iterator[Talk[Answered]]:
    """The talks that answer list asks of one collection. Their faults are answers."""
    left: dict[Ask, None] = dict.fromkeys(asks)
    groups: dict[_Group, list[tuple[Ask, Constant]]] = {}
    for ask in asks:
        for group, value in _mergeable(source, _query(ask)):
            groups.setdefault(group, []).append((ask, value))
    for group, members in sorted(groups.items(), key=lambda item: -len(item[1])):
        mine = [(ask, value) for ask, value in members if ask in left]
        if len(mine) > 1:
            for ask, _ in mine:
                del left[ask]
            for start in range(0, len(mine), _TOGETHER):
                yield _merged(source, group, mine[start : start + _TOGETHER], now)
    for ask in left:
        yield _single(source, ask, now)


def _query(ask: Ask) -> Query:
    return ask.key if isinstance(ask.key, Query) else Query()


def _single(source: Source[Pushed], ask: Ask, now: float) -> Talk[Answered]:
    query = _query(ask)
    if selects_nothing(source.shape, query):
        yield from ()
        return {ask: Answer([], fetched_at=now)}
    plan = source.plan(query)
    name = source.shape.name
    try:
        found = yield from source.read(plan.pushed, plan.wanted)
        rows = checked(found.rows, plan.checks)
        notes = plan.notes(name)
        if len(rows) < len(found.rows):
            # It gave what was not asked for: then the first few may hide the right ones behind them.
            if plan.wanted is not None and found.more:
                found = yield from source.read(plan.pushed, None)
                rows = checked(found.rows, plan.checks)
            fields = ", ".join(dict.fromkeys(each.field for each in plan.checks))
            notes.append(f"`{source.identifier}` does not filter its list of {name} by {fields}")
        if found.more and (plan.wanted is None or plan.wanted > len(found.rows)):
            notes.append(f"only the first {len(found.rows):,} of {name} were read; add a filter")
        records: list[object] = [source.record(row) for row in finish(rows, plan.left)]
        return {ask: Answer(records, fetched_at=found.at or now, notes=tuple(notes))}
    except ProviderError as error:
        return {ask: error}


def _mergeable(source: Source[Pushed], query: Query) -> Iterator[tuple[_Group, Constant]]:
    """The conditions whose value may differ, each with the rest of the query."""
    if query.limit == 0:
        return
    for at, condition in enumerate(query.filters):
        value = condition.value
        if condition.operator != "==" or empty(value) or isinstance(value, tuple):
            continue
        if source.takes_several(condition.field, value):
            rest = replace(query, filters=(*query.filters[:at], *query.filters[at + 1 :]))
            yield _Group(condition.field, rest), value


def _merged(
    source: Source[Pushed], group: _Group, members: Sequence[tuple[Ask, Constant]], now: float
) -> Talk[Answered]:
    values = tuple(dict.fromkeys(value for _, value in members))
    shared = Filter(group.field, "in", tuple(each for each in values if not isinstance(each, tuple)))
    plan = source.plan(Query((shared, *group.rest.filters)))
    pushed = shared in plan.checks and not selects_nothing(source.shape, group.rest)
    try:
        found = (yield from source.read(plan.pushed, None)) if pushed else Found(more=True)
    except ProviderError as error:
        return dict.fromkeys((ask for ask, _ in members), error)
    apart = {fold(value) for value in values}
    if found.more or len(apart) < len(values) or any(part(row, group.field) is None for row in found.rows):
        # Too many for one answer, or not to be told apart: each by itself.
        parts = yield from together([_single(source, ask, now) for ask, _ in members])
        return {ask: answer for each in parts if not isinstance(each, ProviderError) for ask, answer in each.items()}
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask, value in members:
        own = checked(found.rows, (Filter(group.field, "==", value), *plan.checks))
        left = Query(plan.left.filters, group.rest.order, group.rest.limit)
        try:
            records: list[object] = [source.record(row) for row in finish(own, left)]
            notes = tuple(plan.notes(source.shape.name))
            answered[ask] = Answer(records, fetched_at=found.at or now, notes=notes)
        except ProviderError as error:
            answered[ask] = error
    return answered
