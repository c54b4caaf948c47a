"""Takes out of the log what nobody needs any more, or what somebody wants forgotten."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.engine import Connection

from dovetail.bridge.store import queue
from dovetail.bridge.store.tables import delivery, event, instance, passage, profile, task
from dovetail.integrations.store.tables import account as account_table


def forget_before(connection: Connection, account: str, moment: float) -> int:
    """Forget events from before a moment with what they started, but for what still waits. How many events."""
    ended = and_(instance.c.account == account, instance.c.state != "waiting", instance.c.changed_at < moment)
    _forget_instances(connection, account, ended)
    kept = select(instance.c.event).where(instance.c.account == account)
    old = event.c.account == account, event.c.time < moment, event.c.id.not_in(kept)
    return connection.execute(delete(event).where(*old)).rowcount


def forget_before_everywhere(connection: Connection, moment: float) -> int:
    """As `forget_before`, for all accounts."""
    accounts = connection.execute(select(account_table.c.id)).scalars().all()
    return sum(forget_before(connection, each, moment) for each in accounts)


def forget_person(connection: Connection, account: str, person: str) -> int:
    """Forget all about an e-mail address: events, what they started and what of it waits, the profile. How many events.

    What is kept to know changes of the shop's records goes when the record is gone from the shop.
    """
    address = person.lower()
    _forget_instances(connection, account, and_(instance.c.account == account, instance.c.person == address))
    connection.execute(delete(profile).where(profile.c.account == account, profile.c.email == address))
    return connection.execute(delete(event).where(event.c.account == account, event.c.person == address)).rowcount


def _forget_instances(connection: Connection, account: str, which: ColumnElement[bool]) -> None:
    ids = select(instance.c.id).where(which)
    connection.execute(delete(passage).where(passage.c.instance.in_(ids)))
    connection.execute(delete(delivery).where(delivery.c.account == account, delivery.c.instance.in_(ids)))
    connection.execute(delete(task).where(task.c.account == account, task.c.kind == queue.STEP, task.c.key.in_(ids)))
    connection.execute(delete(instance).where(which))
