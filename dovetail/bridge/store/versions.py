"""Follow-ups of an account, version by version: an instance ends with the version that it began with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError

from dovetail.bridge.store.tables import followup as table
from dovetail.integrations.store.stored import Changed


@dataclass(frozen=True, slots=True)
class Version:
    """A text of a follow-up. `current`: new events start this one; `paused`: they start none."""

    name: str
    version: int
    text: str
    current: bool
    paused: bool
    made_at: float


def put(connection: Connection, account: str, name: str, text: str, now: float) -> Version:
    """Have new events start this text; the same text stays the same version."""
    of = (table.c.account == account, table.c.name == name)
    before = present(connection, account, name)
    if before is not None and before.text == text:
        return before
    last = connection.execute(select(func.max(table.c.version)).where(*of)).scalar() or 0
    paused = before is not None and before.paused
    made = Version(name, last + 1, text, current=True, paused=paused, made_at=now)
    connection.execute(update(table).where(*of).values(current=False))
    connection.execute(
        insert(table).values(
            account=account, name=name, version=made.version, text=text, current=True, paused=paused, made_at=now
        )
    )
    return made


def change(connection: Connection, account: str, name: str, text: str, version: int | None, now: float) -> Version:
    """Have new events start this text instead of that of `version`; None: it is a new follow-up.

    Raises:
        Changed: it is not at that version; nothing was written.
    """
    hold(connection, account, name)
    found = present(connection, account, name)
    if version is None and found is not None:
        raise Changed(f"there is a follow-up `{name}` already. Look at it, then change it")
    if version is not None and (found is None or found.version != version):
        raise Changed(f"`{name}` is not as it was any more. Look at it again, then change it")
    try:
        return put(connection, account, name, text, now)
    except IntegrityError:
        # Two make it at once, and there was nothing to hold.
        raise Changed(f"somebody else made `{name}` at this moment. Look at it, then change it") from None


def remove(connection: Connection, account: str, name: str) -> bool:
    """Have no new event start it; what runs goes on. Whether there was one."""
    return connection.execute(update(table).where(*_current(account, name)).values(current=False)).rowcount > 0


def pause(connection: Connection, account: str, name: str, *, paused: bool) -> bool:
    """Have new events start it no more, or again. Whether there is one."""
    return connection.execute(update(table).where(*_current(account, name)).values(paused=paused)).rowcount > 0


def current(connection: Connection, account: str) -> Sequence[Version]:
    """Those that new events start, and paused ones."""
    wanted = select(table).where(table.c.account == account, table.c.current.is_(True)).order_by(table.c.name)
    return [_version(row) for row in connection.execute(wanted)]


def accounts(connection: Connection) -> Sequence[str]:
    """The accounts that have follow-ups."""
    return connection.execute(select(table.c.account).where(table.c.current.is_(True)).distinct()).scalars().all()


def present(connection: Connection, account: str, name: str) -> Version | None:
    """That of a name which new events start, or which is paused."""
    row = connection.execute(select(table).where(*_current(account, name))).first()
    return None if row is None else _version(row)


def get(connection: Connection, account: str, name: str, version: int) -> Version | None:
    """One of them."""
    row = connection.execute(
        select(table).where(table.c.account == account, table.c.name == name, table.c.version == version)
    ).first()
    return None if row is None else _version(row)


def hold(connection: Connection, account: str, name: str) -> None:
    """Let nobody else hold this follow-up until the transaction ends: what is counted stays so."""
    connection.execute(select(table.c.version).where(*_current(account, name)).with_for_update()).all()


def _current(account: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.account == account, table.c.name == name, table.c.current.is_(True)


def _version(row: Row[tuple[object, ...]]) -> Version:
    return Version(row.name, row.version, row.text, row.current, row.paused, row.made_at)
