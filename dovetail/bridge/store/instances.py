"""Instances of follow-ups, what they did, and what they sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.engine import Connection, Row

from dovetail.bridge.store import log
from dovetail.bridge.store.statements import AT_ONCE, insert
from dovetail.bridge.store.tables import delivery, passage, profile
from dovetail.bridge.store.tables import instance as table

InstanceState = Literal["waiting", "done", "stopped", "failed"]
"""`stopped`: its condition did not hold, or it is capped; `failed`: an action was given up."""


DeliveryState = Literal["waiting", "done", "dead"]


@dataclass(frozen=True, slots=True)
class Instance:
    """A follow-up that an event started. `step` is the one that comes next, "" before the first."""

    id: str
    account: str
    followup: str
    version: int
    event: str
    person: str
    step: str
    state: InstanceState
    reason: str
    awaits: str
    made_at: float
    changed_at: float

    @property
    def key(self) -> str:
        """The key of what its present step sends: the same however often that is tried."""
        return f"{self.id}-{self.step}"


@dataclass(frozen=True, slots=True)
class Passage:
    """What an instance did in a step."""

    at: float
    step: str
    what: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that went out, or is to. `id` is the key by which its receiver knows it.

    `turn`: the number of its event, where those of later events to the same destination wait until it is done or given
    up; else 0.
    """

    id: str
    instance: str
    action: str
    destination: str
    state: DeliveryState
    attempts: int
    reason: str
    made_at: float
    turn: int = 0


def add(connection: Connection, instances: Sequence[Instance]) -> None:
    """New instances; those that are there already stay as they are."""
    rows = [{name: getattr(each, name) for name in Instance.__slots__} for each in instances]
    if rows:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)


def get(connection: Connection, account: str, name: str) -> Instance | None:
    """An instance."""
    row = connection.execute(select(table).where(table.c.account == account, table.c.id == name)).first()
    return None if row is None else _instance(row)


def present(connection: Connection, names: Sequence[str]) -> set[str]:
    """Which of some ids are those of instances."""
    found = set[str]()
    for at in range(0, len(names), AT_ONCE):
        wanted = select(table.c.id).where(table.c.id.in_(names[at : at + AT_ONCE]))
        found |= set(connection.execute(wanted).scalars())
    return found


def move(
    connection: Connection,
    name: str,
    now: float,
    *,
    step: str,
    state: InstanceState = "waiting",
    reason: str = "",
    awaits: str = "",
) -> None:
    """Where an instance is now."""
    values = {"step": step, "state": state, "reason": reason, "awaits": awaits, "changed_at": now}
    connection.execute(update(table).where(table.c.id == name).values(**values))


def note(connection: Connection, name: str, step: str, what: str, now: float) -> None:
    """What an instance did: a sentence without anybody's data."""
    connection.execute(insert(connection, passage).values(instance=name, at=now, step=step, what=what))


def passages(connection: Connection, name: str) -> Sequence[Passage]:
    """What it did, in order."""
    wanted = select(passage).where(passage.c.instance == name).order_by(passage.c.number)
    return [Passage(row.at, row.step, row.what) for row in connection.execute(wanted)]


def find(
    connection: Connection,
    account: str,
    *,
    followup: str = "",
    person: str = "",
    event: str = "",
    state: str = "",
    subject: str = "",
    sources: Collection[str] | None = None,
    after: str = "",
    limit: int = 100,
) -> Sequence[Instance]:
    """Instances, the latest first; `after`: those behind the one of this id.

    `subject`: the record that their events are about; `sources`: only those that events of these started.
    """
    wanted = select(table).where(table.c.account == account, *started_by(account, subject, sources))
    if followup:
        wanted = wanted.where(table.c.followup == followup)
    if person:
        wanted = wanted.where(table.c.person == person.lower())
    if event:
        wanted = wanted.where(table.c.event == event)
    if state:
        wanted = wanted.where(table.c.state == state)
    if after:
        made_at = select(table.c.made_at).where(table.c.account == account, table.c.id == after).scalar_subquery()
        wanted = wanted.where(
            or_(table.c.made_at < made_at, and_(table.c.made_at == made_at, table.c.id > after)),
        )
    wanted = wanted.order_by(table.c.made_at.desc(), table.c.id).limit(limit)
    return [_instance(row) for row in connection.execute(wanted)]


def started_by(
    account: str, subject: str = "", sources: Collection[str] | None = None
) -> Sequence[ColumnElement[bool]]:
    """Of instances, that events about a record, or of sources, started them; as a condition."""
    if not subject and sources is None:
        return []
    return [table.c.event.in_(log.ids(account, subject=subject, sources=sources))]


def awaiting(connection: Connection, account: str, person: str, event: str) -> Sequence[Instance]:
    """Those that wait for an event of a person."""
    wanted = select(table).where(
        table.c.account == account, table.c.person == person, table.c.awaits == event, table.c.state == "waiting"
    )
    return [_instance(row) for row in connection.execute(wanted)]


def times(connection: Connection, of: Instance, since: float) -> int:
    """How often a follow-up ran for the same person since a moment, without this one and those that stopped."""
    wanted = select(func.count()).where(
        table.c.account == of.account,
        table.c.followup == of.followup,
        table.c.person == of.person,
        table.c.made_at >= since,
        table.c.id != of.id,
        table.c.state != "stopped",
        table.c.step != "",
    )
    return connection.execute(wanted).scalar() or 0


def counts(connection: Connection, account: str, sources: Collection[str] | None = None) -> dict[tuple[str, str], int]:
    """How many instances of each follow-up are in each state; `sources`: only those that events of these started."""
    wanted = select(table.c.followup, table.c.state, func.count())
    wanted = wanted.where(table.c.account == account, *started_by(account, sources=sources))
    return {(name, state): number for name, state, number in connection.execute(wanted.group_by("followup", "state"))}


def deliver(connection: Connection, account: str, made: Delivery, now: float) -> None:
    """Write down what became of something that goes out."""
    row = {name: getattr(made, name) for name in Delivery.__slots__} | {"account": account, "changed_at": now}
    changed = {name: row[name] for name in ("state", "attempts", "reason", "changed_at")}
    wanted = insert(connection, delivery).values(row)
    connection.execute(wanted.on_conflict_do_update(index_elements=["id"], set_=changed))


def give_up(connection: Connection, account: str, of: str, reason: str, now: float) -> None:
    """Nothing of an instance that waits to go out will: nobody waits for it."""
    wanted = update(delivery).where(
        delivery.c.account == account, delivery.c.instance == of, delivery.c.state == "waiting"
    )
    connection.execute(wanted.values(state="dead", reason=reason, changed_at=now))


def first_in_order(connection: Connection, account: str, destination: str) -> Delivery | None:
    """Of what is sent to a destination in order, the one whose turn it is."""
    wanted = select(delivery).where(
        delivery.c.account == account,
        delivery.c.turn > 0,
        delivery.c.state == "waiting",
        delivery.c.destination == destination,
    )
    row = connection.execute(wanted.order_by(delivery.c.turn, delivery.c.id).limit(1)).first()
    return None if row is None else _delivery(row)


def deliveries(connection: Connection, account: str, of: str) -> Sequence[Delivery]:
    """What an instance sent, in order."""
    wanted = select(delivery).where(delivery.c.account == account, delivery.c.instance == of)
    rows = connection.execute(wanted.order_by(delivery.c.made_at, delivery.c.id))
    return [_delivery(row) for row in rows]


# --- profiles


def profile_of(connection: Connection, account: str, email: str) -> dict[str, object] | None:
    """The fields of a profile."""
    row = connection.execute(
        select(profile).where(profile.c.account == account, profile.c.email == email.lower())
    ).first()
    return None if row is None else {"email": row.email, **row.fields}


def change_profile(connection: Connection, account: str, email: str, fields: dict[str, str], now: float) -> None:
    """Make a profile, or change fields of it."""
    before = connection.execute(
        select(profile.c.fields).where(profile.c.account == account, profile.c.email == email.lower())
    ).scalar()
    row = {"account": account, "email": email.lower(), "fields": {**(before or {}), **fields}, "changed_at": now}
    wanted = insert(connection, profile).values(row)
    changed = {"fields": row["fields"], "changed_at": now}
    connection.execute(wanted.on_conflict_do_update(index_elements=["account", "email"], set_=changed))


def remove_profile(connection: Connection, account: str, email: str) -> bool:
    """Take a profile away. Whether there was one."""
    wanted = profile.delete().where(profile.c.account == account, profile.c.email == email.lower())
    return connection.execute(wanted).rowcount > 0


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__slots__})


def _instance(row: Row[tuple[object, ...]]) -> Instance:
    return Instance(**{name: getattr(row, name) for name in Instance.__slots__})
