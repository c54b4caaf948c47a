"""Mailings of accounts: how far they are, and how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Row, insert, select, update

from dovetail.integrations.store.accounts import Actor, new_id, record
from dovetail.integrations.store.tables import mailing

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

State = Literal["running", "done", "failed", "cancelled"]
_SILENT = 60.0
"""Seconds after which a mailing that nobody tells of was ended with its process."""


@dataclass(frozen=True, slots=True)
class StoredMailing:
    """A mailing. `total` recipients, of which `written` have their mail and `failed` have none; `reason` says why it
    ended before the last one. Times in Unix seconds.
    """

    id: str
    template: str
    state: State
    total: int
    written: int
    failed: int
    reason: str
    created_at: float


def begin(connection: Connection, actor: Actor, template: str, total: int, now: float) -> str:
    """A new mailing, which runs; its id."""
    id_ = new_id("mlg")
    connection.execute(
        insert(mailing).values(
            id=id_, account=actor.account, template=template, state="running", total=total, written=0, failed=0,
            reason="", created_at=now, beat_at=now,
        )
    )  # fmt: skip
    record(connection, actor, "mailing.start", template, now, recipients=total)
    return id_


def tell(
    connection: Connection, id_: str, written: int, failed: int, now: float, state: State = "running", reason: str = ""
) -> None:
    """How far it is. One that has ended stays ended."""
    connection.execute(
        update(mailing)
        .where(mailing.c.id == id_, mailing.c.state == "running")
        .values(written=written, failed=failed, state=state, reason=reason, beat_at=now)
    )


def get(connection: Connection, owner: str, id_: str, now: float) -> StoredMailing | None:
    """One mailing of an account."""
    row = connection.execute(select(mailing).where(mailing.c.account == owner, mailing.c.id == id_)).first()
    return None if row is None else _stored(row, now)


def latest(connection: Connection, owner: str, limit: int, now: float) -> Sequence[StoredMailing]:
    """Mailings of an account, the latest first."""
    rows = connection.execute(
        select(mailing).where(mailing.c.account == owner).order_by(mailing.c.created_at.desc()).limit(limit)
    )
    return [_stored(row, now) for row in rows]


def _stored(row: Row[tuple[object, ...]], now: float) -> StoredMailing:
    values = row._mapping
    state, reason = values["state"], values["reason"]
    if state == "running" and now - values["beat_at"] > _SILENT:
        state, reason = "failed", "the service ended while it ran; start it again"
    return StoredMailing(
        values["id"], values["template"], state, values["total"], values["written"], values["failed"], reason,
        values["created_at"],
    )  # fmt: skip
