"""The mirror: what is known of each record of a feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import Connection, Row

from dovetail.bridge.store.feeds import Place
from dovetail.bridge.store.statements import AT_ONCE, insert
from dovetail.bridge.store.tables import mirror as table
from dovetail.providers.feeds import State

MOST_DUE = 100
"""Records that are looked at together: their keys are asked for in one address."""


@dataclass(frozen=True, slots=True)
class Known:
    """A record by its key."""

    key: str
    state: State


def known(connection: Connection, at: Place, keys: Sequence[str]) -> Mapping[str, State]:
    """The states of those records that are known."""
    found = dict[str, State]()
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        for row in connection.execute(select(table).where(*_of(at), table.c.key.in_(part))):
            found[row.key] = _state(row)
    return found


def write(connection: Connection, at: Place, records: Sequence[Known]) -> None:
    """Records with their new states."""
    rows = [
        {
            "account": at.account,
            "integration": at.integration,
            "entity": at.entity,
            "key": each.key,
            "facts": dict(each.state.facts),
            "person": each.state.person[:320],
            "due": each.state.due,
            "seen": at.sweep,
        }
        for each in records
    ]
    if rows:
        wanted = insert(connection, table)
        changed = {name: wanted.excluded[name] for name in ("facts", "person", "due", "seen")}
        keys = ["account", "integration", "entity", "key"]
        connection.execute(wanted.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def met(connection: Connection, at: Place, keys: Sequence[str]) -> None:
    """Records that are as they were."""
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        wanted = update(table).where(*_of(at), table.c.key.in_(part), table.c.seen != at.sweep)
        connection.execute(wanted.values(seen=at.sweep))


def met_all(connection: Connection, at: Place) -> None:
    """Take all records for met."""
    connection.execute(update(table).where(*_of(at)).values(seen=at.sweep))


def overdue(connection: Connection, at: Place, moment: float) -> Sequence[Known]:
    """The first `MOST_DUE` records that are to be looked at, until they are `looked_at`."""
    wanted = select(table).where(*_of(at), table.c.due <= moment).order_by(table.c.due).limit(MOST_DUE)
    return [_known(row) for row in connection.execute(wanted)]


def looked_at(connection: Connection, at: Place, keys: Sequence[str]) -> None:
    """Records of which time alone brings nothing more."""
    connection.execute(update(table).where(*_of(at), table.c.key.in_(keys)).values(due=None))


def of_person(connection: Connection, at: Place, person: str) -> Mapping[str, Sequence[State]]:
    """The states of a person's records in the same integration, by entity."""
    found = dict[str, list[State]]()
    if not person:
        return found
    wanted = select(table).where(
        table.c.account == at.account, table.c.integration == at.integration, table.c.person == person
    )
    for row in connection.execute(wanted):
        found.setdefault(row.entity, []).append(_state(row))
    return found


def unmet(connection: Connection, at: Place) -> Sequence[Known]:
    """Records that the present sweep did not meet."""
    wanted = select(table).where(*_of(at), table.c.seen < at.sweep).order_by(table.c.key)
    return [_known(row) for row in connection.execute(wanted)]


def forget_unmet(connection: Connection, at: Place) -> None:
    """Take them away."""
    connection.execute(delete(table).where(*_of(at), table.c.seen < at.sweep))


def forget(connection: Connection, at: Place, keys: Sequence[str]) -> None:
    """Take some records away."""
    connection.execute(delete(table).where(*_of(at), table.c.key.in_(keys)))


def _of(at: Place) -> tuple[ColumnElement[bool], ...]:
    return (table.c.account == at.account, table.c.integration == at.integration, table.c.entity == at.entity)


def _state(row: Row[tuple[object, ...]]) -> State:
    return State(row.facts, row.person, row.due)


def _known(row: Row[tuple[object, ...]]) -> Known:
    return Known(row.key, _state(row))
