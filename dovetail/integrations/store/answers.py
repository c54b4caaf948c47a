"""Answers that were given to requests with an idempotency key; kept for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from dovetail.integrations.store.stored import Changed
from dovetail.integrations.store.tables import once

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_KEPT = 86_400.0


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of before; `request` is the digest of what was asked."""

    request: str
    status: int
    body: str


def given(connection: Connection, account: str, key: str, now: float) -> Given | None:
    """The answer to the request with this key."""
    connection.execute(delete(once).where(once.c.at < now - _KEPT))
    row = connection.execute(select(once).where(once.c.account == account, once.c.key == key)).first()
    return None if row is None else Given(row.request, row.status, row.body)


def keep(connection: Connection, account: str, key: str, answer: Given, now: float) -> None:
    """Keep an answer.

    Raises:
        Changed: the same request is under way elsewhere.
    """
    try:
        connection.execute(
            insert(once).values(
                account=account, key=key, request=answer.request, status=answer.status, body=answer.body, at=now
            )
        )
    except IntegrityError:
        raise Changed("the same request is under way; ask again in a moment") from None
