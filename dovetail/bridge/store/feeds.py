"""Where the feeds of an account are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row

from dovetail.bridge.store.statements import insert
from dovetail.bridge.store.tables import feed as table


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entity of an integration is read: `state` is `first` until its first look is done, then `live`.

    `cursor` and `sweep_cursor` are the feed's own; `sweep` counts sweeps. `began_at`: when the first look began, by the
    other system's clock. `read_at`, `swept_at`: when it was last read, and last swept, by ours. `reason`: why it could
    not be read the last time.
    """

    account: str
    integration: str
    entity: str
    state: str = "first"
    cursor: str = ""
    sweep: int = 0
    sweep_cursor: str = ""
    began_at: float = 0.0
    read_at: float = 0.0
    swept_at: float = 0.0
    reason: str = ""


def place(connection: Connection, account: str, integration: str, entity: str) -> Place:
    """Where an entity is read; at its beginning when it is new."""
    row = connection.execute(
        select(table).where(table.c.account == account, table.c.integration == integration, table.c.entity == entity)
    ).first()
    return Place(account, integration, entity) if row is None else _place(row)


def places(connection: Connection, account: str) -> Sequence[Place]:
    """All that an account reads."""
    wanted = select(table).where(table.c.account == account).order_by(table.c.integration, table.c.entity)
    return [_place(row) for row in connection.execute(wanted)]


def keep(connection: Connection, at: Place) -> None:
    """Write down where an entity is read."""
    row = {name: getattr(at, name) for name in Place.__slots__}
    keys = ("account", "integration", "entity")
    values = {name: value for name, value in row.items() if name not in keys}
    connection.execute(insert(connection, table).values(row).on_conflict_do_update(index_elements=keys, set_=values))


def _place(row: Row[tuple[object, ...]]) -> Place:
    return Place(**{name: getattr(row, name) for name in Place.__slots__})
