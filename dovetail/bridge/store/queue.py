"""The queue: tasks in a table, leased by any number of workers, in the transaction of whatever else is written.

A task is claimed for a while (a lease) and finished in the transaction that has its effects. A worker that dies loses
its lease by that alone, and another takes the task; one that was only slow finds out when it finishes (`LeaseLost`),
and its transaction is rolled back. So each task has its effects in the database exactly once; what it did elsewhere may
be done again, and carries a key by which the receiver knows it (docs/decisions/0013-the-database-is-the-queue.md).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.engine import Connection, Row

from dovetail.bridge.store.statements import insert
from dovetail.bridge.store.tables import task as table
from dovetail.errors import DovetailError

STEP = "step"
"""The kind of tasks that take an instance's next step; its key is the instance's id."""


class LeaseLost(DovetailError):
    """Somebody else has the task now: nothing of what was done is to be kept."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do. `attempt` counts from 1. `due` and `made_at` are Unix seconds."""

    id: int
    account: str
    kind: str
    key: str
    payload: Mapping[str, object]
    due: float
    attempt: int
    token: str
    made_at: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task to be put: one of a kind and key at a time."""

    kind: str
    key: str
    due: float
    payload: Mapping[str, object]


def put(connection: Connection, account: str, wanted: Sequence[Wanted], now: float) -> int:
    """Put tasks; those that are there already stay as they are. How many were new."""
    rows = [
        {
            "account": account,
            "kind": each.kind,
            "key": each.key,
            "payload": dict(each.payload),
            "due": each.due,
            "leased_until": 0.0,
            "token": "",
            "attempt": 0,
            "dead": False,
            "reason": "",
            "made_at": now,
        }
        for each in wanted
    ]
    if not rows:
        return 0
    return connection.execute(insert(connection, table).on_conflict_do_nothing(), rows).rowcount


def hasten(
    connection: Connection,
    account: str,
    kind: str,
    key: str,
    due: float,
    payload: Mapping[str, object] | None = None,
) -> bool:
    """Have a task done by `due` at the latest, with another payload if one is given; whether there is one.

    One that is being done now is done once more.
    """
    wanted = update(table).where(*_named(account, kind, key))
    values: dict[str, object] = {"due": case((table.c.due > due, due), else_=table.c.due)}
    if payload is not None:
        values["payload"] = dict(payload)
    return connection.execute(wanted.values(**values)).rowcount > 0


def claim(
    connection: Connection, kinds: Sequence[str], now: float, lease: float, most: int, account: str = ""
) -> Sequence[Task]:
    """Take up to `most` tasks that are due, the oldest first, for `lease` seconds. `account` "": of all accounts."""
    chosen = (
        select(table)
        .where(*_free(kinds, now, account), table.c.due <= now)
        .order_by(table.c.due)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(chosen).all()
    if not rows:
        return []
    token = secrets.token_urlsafe(16)
    connection.execute(
        update(table)
        .where(table.c.id.in_([row.id for row in rows]))
        .values(leased_until=now + lease, token=token, attempt=table.c.attempt + 1)
    )
    return [_task(row, token) for row in rows]


def _task(row: Row[tuple[object, ...]], token: str) -> Task:
    return Task(row.id, row.account, row.kind, row.key, row.payload, row.due, row.attempt + 1, token, row.made_at)


def finish(connection: Connection, task: Task) -> None:
    """The task is done.

    Raises:
        LeaseLost: somebody else has it.
    """
    _mine(connection.execute(delete(table).where(table.c.id == task.id, table.c.token == task.token)).rowcount)


def again(
    connection: Connection,
    task: Task,
    due: float,
    *,
    payload: Mapping[str, object] | None = None,
    reason: str = "",
    attempts: int = 0,
) -> None:
    """Do the task once more, at `due`; at once when it was hastened meanwhile. `attempts`: how many failed so far.

    Raises:
        LeaseLost: somebody else has it.
    """
    # A hint that came while it was being done is not answered by what was done.
    moved = case((table.c.due != task.due, case((table.c.due < due, table.c.due), else_=due)), else_=due)
    values: dict[str, object] = {"due": moved, "leased_until": 0.0, "token": "", "reason": reason, "attempt": attempts}
    if payload is not None:
        values["payload"] = dict(payload)
    _mine(
        connection.execute(
            update(table).where(table.c.id == task.id, table.c.token == task.token).values(**values)
        ).rowcount
    )


def bury(connection: Connection, task: Task, reason: str) -> None:
    """Nobody does it any more until it is revived; it stays to be looked at.

    Raises:
        LeaseLost: somebody else has it.
    """
    wanted = update(table).where(table.c.id == task.id, table.c.token == task.token)
    _mine(connection.execute(wanted.values(dead=True, leased_until=0.0, token="", reason=reason)).rowcount)


def extend(connection: Connection, tasks: Sequence[Task], until: float) -> None:
    """Keep tasks for longer; those that were lost stay lost."""
    for each in tasks:
        wanted = update(table).where(table.c.id == each.id, table.c.token == each.token)
        connection.execute(wanted.values(leased_until=until))


def revive(connection: Connection, account: str, kind: str, key: str, now: float) -> bool:
    """Do a buried task after all. Whether there was one."""
    wanted = update(table).where(*_named(account, kind, key), table.c.dead.is_(True))
    return connection.execute(wanted.values(dead=False, due=now, attempt=0, reason="")).rowcount > 0


def cancel(connection: Connection, account: str, kind: str, key: str) -> bool:
    """Take a task away; who is at it finds out when he finishes. Whether there was one."""
    wanted = delete(table).where(*_named(account, kind, key))
    return connection.execute(wanted).rowcount > 0


def next_due(connection: Connection, kinds: Sequence[str], now: float, account: str = "") -> float | None:
    """When the next task that nobody has is due; None: there is none. The index gives it, however many sleep."""
    wanted = select(table.c.due).where(*_free(kinds, now, account)).order_by(table.c.due).limit(1)
    found: float | None = connection.execute(wanted).scalar()
    return found


def _free(kinds: Sequence[str], now: float, account: str) -> tuple[ColumnElement[bool], ...]:
    free = table.c.dead.is_(False), table.c.leased_until <= now, table.c.kind.in_(kinds)
    return (*free, table.c.account == account) if account else free


def _named(account: str, kind: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.account == account, table.c.kind == kind, table.c.key == key


def _mine(rows: int) -> None:
    if rows != 1:
        raise LeaseLost("this task is somebody else's now")
