"""The event log of an account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection, Row

from dovetail.bridge.events.event import Event
from dovetail.bridge.store.statements import AT_ONCE, insert
from dovetail.bridge.store.tables import event as table
from dovetail.integrations.store.tables import LAST


@dataclass(frozen=True, slots=True)
class Logged:
    """An event in the log: its place there, and when it was written (Unix seconds)."""

    number: int
    recorded_at: float
    event: Event


def append(connection: Connection, account: str, events: Sequence[Event], now: float) -> Sequence[Event]:
    """Log events; those that were not in the log yet, in their order. All others are known, and change nothing."""
    fresh = set[str]()
    for at in range(0, len(events), AT_ONCE // 5):
        part = events[at : at + AT_ONCE // 5]
        rows = [
            {name: getattr(each, name) for name in Event.__slots__}
            | {"account": account, "recorded_at": now, "data": dict(each.data)}
            for each in part
        ]
        wanted = insert(connection, table).values(rows).on_conflict_do_nothing().returning(table.c.id)
        fresh |= set(connection.execute(wanted).scalars())
    first = dict[str, Event]()
    for each in events:
        first.setdefault(each.id, each)
    return [each for name, each in first.items() if name in fresh]


def get(connection: Connection, account: str, name: str) -> Logged | None:
    """An event by its id, or by its number in the log."""
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 11 else LAST + 1
    same = table.c.number == number if number <= LAST else table.c.id == name
    row = connection.execute(select(table).where(table.c.account == account, same)).first()
    return None if row is None else _logged(row)


def find(
    connection: Connection,
    account: str,
    *,
    after: int = 0,
    before: int | None = None,
    types: Sequence[str] = (),
    person: str = "",
    subject: str = "",
    sources: Collection[str] | None = None,
    since: float | None = None,
    limit: int = 100,
) -> Sequence[Logged]:
    """Events in the order of the log; with `before`, the last ones before that number, the latest first.

    `sources`: only those of these; None for all.
    """
    wanted = select(table).where(table.c.account == account, table.c.number > after)
    if before is not None:
        wanted = wanted.where(table.c.number < min(before, LAST)).order_by(table.c.number.desc())
    else:
        wanted = wanted.order_by(table.c.number)
    if types:
        wanted = wanted.where(table.c.type.in_(types))
    if person:
        wanted = wanted.where(table.c.person == person.lower())
    if subject:
        wanted = wanted.where(table.c.subject == subject)
    if sources is not None:
        wanted = wanted.where(table.c.source.in_(sources))
    if since is not None:
        wanted = wanted.where(table.c.time >= since)
    return [_logged(row) for row in connection.execute(wanted.limit(limit))]


def ids(account: str, *, subject: str = "", sources: Collection[str] | None = None) -> Select[tuple[str]]:
    """The ids of events about a record, or of sources, as a question within others."""
    wanted = select(table.c.id).where(table.c.account == account)
    if subject:
        wanted = wanted.where(table.c.subject == subject)
    return wanted if sources is None else wanted.where(table.c.source.in_(sources))


def _logged(row: Row[tuple[object, ...]]) -> Logged:
    made = Event(row.id, row.source, row.type, row.subject, row.person, row.time, row.data, row.cause, row.depth)
    return Logged(row.number, row.recorded_at, made)
