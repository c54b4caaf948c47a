"""Secrets of an account by name: what its follow-ups sign their webhooks with. Written, used, never told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from dovetail.errors import SettingsError
from dovetail.integrations.secrets import Secret
from dovetail.integrations.store.accounts import Actor, record
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.tables import account_secret as table

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}\Z")
MOST = 100
"""Secrets that an account may have."""


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """What is told of a secret. `changed_at` in Unix seconds."""

    name: str
    changed_at: float


class AccountSecrets:
    """The secrets of all accounts. `seal` encrypts them."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def put(self, connection: Connection, actor: Actor, name: str, text: str, now: float) -> NamedSecret:
        """A secret in place of the one of that name.

        Raises:
            SettingsError: that is no name, or there are too many.
        """
        if not NAME.match(name):
            raise SettingsError(f"`{name}` is no name of a secret: letters, digits and _ make one")
        of = table.c.account == actor.account, table.c.name == name
        sealed = self._seal.seal(_place(actor.account, name), text)
        if connection.execute(update(table).where(*of).values(secret=sealed, changed_at=now)).rowcount == 0:
            if len(self.names(connection, actor.account)) >= MOST:
                raise SettingsError(f"an account has {MOST} secrets at most. Remove some")
            connection.execute(insert(table).values(account=actor.account, name=name, secret=sealed, changed_at=now))
        record(connection, actor, "secret.put", name, now)
        return NamedSecret(name, now)

    def remove(self, connection: Connection, actor: Actor, name: str, now: float) -> bool:
        """Take a secret away. Whether there was one."""
        of = table.c.account == actor.account, table.c.name == name
        gone = connection.execute(delete(table).where(*of)).rowcount > 0
        if gone:
            record(connection, actor, "secret.remove", name, now)
        return gone

    def names(self, connection: Connection, account: str) -> Sequence[NamedSecret]:
        """What secrets there are."""
        rows = connection.execute(
            select(table.c.name, table.c.changed_at).where(table.c.account == account).order_by(table.c.name)
        )
        return [NamedSecret(row.name, row.changed_at) for row in rows]

    def get(self, connection: Connection, account: str, name: str) -> Secret | None:
        """A secret.

        Raises:
            SettingsError: the key it was sealed with is not there.
        """
        sealed = connection.execute(
            select(table.c.secret).where(table.c.account == account, table.c.name == name)
        ).scalar()
        return None if sealed is None else self._seal.open(_place(account, name), sealed)


def reseal(connection: Connection, seal: Seal) -> int:
    """Seal all of them with the newest key; how many there are.

    Raises:
        SettingsError: one was sealed with a key that is not given.
    """
    rows = connection.execute(select(table.c.account, table.c.name, table.c.secret)).all()
    for row in rows:
        of = table.c.account == row.account, table.c.name == row.name
        connection.execute(update(table).where(*of).values(secret=seal.renew(row.secret)))
    return len(rows)


def _place(account: str, name: str) -> str:
    """What a sealed text is bound to: it opens as no other account's, under no other name."""
    return f"{account}/secret/{name}"
