"""How the bridge does, in numbers over all accounts: what is due, late, tried again and given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.engine import Connection

from dovetail.bridge.store.tables import delivery, event, feed, instance, task


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """Tasks of a kind: how many are `due` now, wait for `later`, wait to be tried again (`retrying`), and are `dead`.

    `lag`: seconds by which the oldest that nobody does is late.
    """

    due: int
    later: int
    retrying: int
    dead: int
    lag: float


@dataclass(frozen=True, slots=True)
class DeliveryFigures:
    """Deliveries of an action in a state, and the attempts that they took."""

    number: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it.

    `tasks` by kind; `instances` by state; `deliveries` by action and state; `events`: how many were ever logged;
    `feeds`: how many are read; `failing`: how many could not be read the last time; `feed_age`: seconds since the one
    that was read longest ago.
    """

    tasks: Mapping[str, TaskFigures]
    instances: Mapping[str, int]
    deliveries: Mapping[tuple[str, str], DeliveryFigures]
    events: int
    feeds: int
    failing: int
    feed_age: float


def figures(connection: Connection, now: float) -> Figures:
    """The numbers of this moment."""
    living = task.c.dead.is_(False)
    is_due = and_(living, task.c.due <= now)
    free = and_(is_due, task.c.leased_until <= now)
    tasks = {
        row.kind: TaskFigures(
            row.due, row.later, row.retrying, row.dead, max(0.0, now - row.oldest) if row.oldest else 0.0
        )
        for row in connection.execute(
            select(
                task.c.kind,
                func.sum(case((is_due, 1), else_=0)).label("due"),
                func.sum(case((and_(living, task.c.due > now), 1), else_=0)).label("later"),
                func.sum(case((and_(living, task.c.attempt > 0, task.c.leased_until <= now), 1), else_=0)).label(
                    "retrying"
                ),
                func.sum(case((living, 0), else_=1)).label("dead"),
                func.min(case((free, task.c.due))).label("oldest"),
            ).group_by(task.c.kind)
        )
    }
    states = connection.execute(select(instance.c.state, func.count().label("number")).group_by(instance.c.state))
    deliveries = connection.execute(
        select(delivery.c.action, delivery.c.state, func.count(), func.sum(delivery.c.attempts)).group_by(
            delivery.c.action, delivery.c.state
        )
    )
    feeds = connection.execute(
        select(
            func.count(),
            func.sum(case((feed.c.reason != "", 1), else_=0)),
            func.min(case((feed.c.state == "live", feed.c.read_at))),
        )
    ).one()
    return Figures(
        tasks,
        {row.state: row.number for row in states},
        {(action, state): DeliveryFigures(number, attempts) for action, state, number, attempts in deliveries},
        # The log's numbers go up by one: counting a long one takes its time.
        connection.execute(select(func.max(event.c.number))).scalar() or 0,
        feeds[0],
        feeds[1] or 0,
        max(0.0, now - feeds[2]) if feeds[2] else 0.0,
    )
