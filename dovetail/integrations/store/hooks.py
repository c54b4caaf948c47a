"""Hooks: addresses under which other systems say that something changed, each with what signs their requests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from dovetail.errors import SettingsError
from dovetail.integrations.secrets import Secret
from dovetail.integrations.store.accounts import Actor, record
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.tables import hook, integration, nonce

Scheme = Literal["standard-webhooks", "mage-os", "adobe-io-events", "copernica"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook of an integration."""

    id: str
    account: str
    identifier: str
    scheme: Scheme
    secret: Secret


class Hooks:
    """The hooks of all accounts. `seal` encrypts what their requests are signed with."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def make(
        self, connection: Connection, actor: Actor, identifier: str, scheme: Scheme, secret: str, now: float
    ) -> str | None:
        """A hook in place of the one that was there; its id. None: there is no such integration.

        Raises:
            SettingsError: there is no such scheme.
        """
        if scheme not in SCHEMES:
            raise SettingsError(f"there is no scheme `{scheme}`. There are {', '.join(SCHEMES)}")
        row = connection.execute(
            select(integration.c.id).where(
                integration.c.account == actor.account, integration.c.identifier == identifier
            )
        ).first()
        if row is None:
            return None
        id_ = f"hook_{secrets.token_urlsafe(18)}"
        connection.execute(delete(hook).where(hook.c.integration == row.id))
        connection.execute(
            insert(hook).values(
                id=id_,
                account=actor.account,
                integration=row.id,
                scheme=scheme,
                secret=self._seal.seal(id_, secret),
                made_at=now,
            )
        )
        record(connection, actor, "hook.create", identifier, now, scheme=scheme)
        return id_

    def remove(self, connection: Connection, actor: Actor, identifier: str, now: float) -> bool:
        """Take an integration's hook away. Whether there was one."""
        of = select(integration.c.id).where(
            integration.c.account == actor.account, integration.c.identifier == identifier
        )
        gone = connection.execute(delete(hook).where(hook.c.integration.in_(of))).rowcount > 0
        if gone:
            record(connection, actor, "hook.delete", identifier, now)
        return gone

    def get(self, connection: Connection, id_: str) -> Hook | None:
        """A hook by its id, which only those know who were told its address."""
        row = connection.execute(
            select(hook, integration.c.identifier)
            .join(integration, integration.c.id == hook.c.integration)
            .where(hook.c.id == id_)
        ).first()
        if row is None:
            return None
        return Hook(row.id, row.account, row.identifier, row.scheme, self._seal.open(row.id, row.secret))


def first_time(connection: Connection, id_: str, mark: str, expires_at: float, now: float) -> bool:
    """Whether a request is met for the first time; until `expires_at` it is known again."""
    connection.execute(delete(nonce).where(nonce.c.expires_at < now))
    try:
        with connection.begin_nested():
            connection.execute(insert(nonce).values(hook=id_, nonce=mark, expires_at=expires_at))
    except IntegrityError:
        return False
    return True
