"""What happened hour by hour, counted where it is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, case, func, select
from sqlalchemy.engine import Connection

from dovetail.bridge.store.instances import started_by
from dovetail.bridge.store.statements import span_of
from dovetail.bridge.store.tables import delivery, event, instance

HOUR = 3600.0
Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour that began at `at` (Unix seconds).

    `events`: by type, as they were logged; `begun`: instances; `ended`: instances by state; `deliveries`: those that
    were tried for the first time in it, by what became of them since.
    """

    at: float
    events: Numbers
    begun: int
    ended: Numbers
    deliveries: Numbers


@dataclass(frozen=True, slots=True)
class Statistics:
    """Hours in their order, the last one is not over; and how many instances wait, or have failed, now."""

    hours: Sequence[Hour]
    waiting: int
    failed: int


def statistics(
    connection: Connection, account: str, hours: int, now: float, sources: Collection[str] | None = None
) -> Statistics:
    """The last `hours` hours. `sources`: only events of these, and what they started; None for all."""
    last = int(now // HOUR)
    first = last - hours + 1
    since = first * HOUR
    events = _by_hour(connection, event, event.c.recorded_at, event.c.type, _events(account, since, sources))
    begun = _by_hour(
        connection, instance, instance.c.made_at, instance.c.account,
        [*_instances(account, sources), instance.c.made_at >= since],
    )  # fmt: skip
    ended, totals = _instances_now(connection, account, since, sources)
    deliveries = _by_hour(
        connection, delivery, delivery.c.made_at, delivery.c.state, _deliveries(account, since, sources)
    )
    made = [
        Hour(at * HOUR, events[at], begun[at].get(account, 0), ended[at], deliveries[at])
        for at in range(first, last + 1)
    ]
    return Statistics(made, totals.get("waiting", 0), totals.get("failed", 0))


def _by_hour(
    connection: Connection,
    table: Table,
    moment: ColumnElement[float],
    kind: ColumnElement[str],
    where: Sequence[ColumnElement[bool]],
) -> defaultdict[int, dict[str, int]]:
    hour = span_of(connection, moment, HOUR)
    found = defaultdict[int, dict[str, int]](dict)
    for at, name, number in connection.execute(
        select(hour, kind, func.count()).select_from(table).where(*where).group_by(hour, kind)
    ):
        found[at][name] = number
    return found


def _instances_now(
    connection: Connection, account: str, since: float, sources: Collection[str] | None
) -> tuple[defaultdict[int, dict[str, int]], dict[str, int]]:
    """Instances that ended by hour and state, and all by state: one look at each."""
    hour = case((instance.c.changed_at >= since, span_of(connection, instance.c.changed_at, HOUR)), else_=-1)
    ended, totals = defaultdict[int, dict[str, int]](dict), defaultdict[str, int](int)
    for at, state, number in connection.execute(
        select(hour, instance.c.state, func.count())
        .where(*_instances(account, sources))
        .group_by(hour, instance.c.state)
    ):
        totals[state] += number
        if state != "waiting":
            ended[at][state] = number
    return ended, totals


def _events(account: str, since: float, sources: Collection[str] | None) -> Sequence[ColumnElement[bool]]:
    # The log is in the order of time: from its end back to the first that is too old, by its index.
    before = (
        select(event.c.number)
        .where(event.c.account == account, event.c.recorded_at < since)
        .order_by(event.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    where = [event.c.account == account, event.c.number > func.coalesce(before, 0), event.c.recorded_at >= since]
    return where if sources is None else [*where, event.c.source.in_(sources)]


def _instances(account: str, sources: Collection[str] | None) -> Sequence[ColumnElement[bool]]:
    return [instance.c.account == account, *started_by(account, sources=sources)]


def _deliveries(account: str, since: float, sources: Collection[str] | None) -> Sequence[ColumnElement[bool]]:
    where = [delivery.c.account == account, delivery.c.made_at >= since]
    if sources is None:
        return where
    return [*where, delivery.c.instance.in_(select(instance.c.id).where(*_instances(account, sources)))]
