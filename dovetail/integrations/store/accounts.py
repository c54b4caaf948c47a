"""Accounts: whose integrations, keys and templates these are, and the trail of who changed what."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from dovetail.integrations.store.tables import LAST, account, audit

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: the account it belongs to, and a name for the trail (a key's prefix, or `cli`)."""

    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `details` holds names of what changed, never values."""

    number: int
    at: float
    actor: str
    action: str
    subject: str
    details: Mapping[str, object]


def new_id(prefix: str) -> str:
    """An id that nobody guesses: `int_…`."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"


def make_account(connection: Connection, name: str, now: float, id: str | None = None) -> str:  # noqa: A002
    """A new account; its id."""
    made = id or new_id("acc")
    connection.execute(insert(account).values(id=made, name=name, created_at=now))
    return made


def has_account(connection: Connection, id: str) -> bool:  # noqa: A002
    """Whether there is an account of that id."""
    return connection.execute(select(account.c.id).where(account.c.id == id)).first() is not None


def record(connection: Connection, actor: Actor, action: str, subject: str, now: float, **details: object) -> None:
    """Add a line to the trail, in the transaction of what it tells."""
    connection.execute(
        insert(audit).values(
            account=actor.account, at=now, actor=actor.name, action=action, subject=subject, details=details
        )
    )


def trail(connection: Connection, owner: str, before: int | None, limit: int) -> Sequence[Entry]:
    """The latest lines first; `before` continues behind the last number of the page before."""
    wanted = select(audit).where(audit.c.account == owner).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(audit.c.number < min(before, LAST))
    return [
        Entry(row.number, row.at, row.actor, row.action, row.subject, row.details) for row in connection.execute(wanted)
    ]
