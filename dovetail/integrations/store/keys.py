"""API keys: shown once, kept as hashes, for some scopes and some integrations, until they expire or are revoked.

A key is `dvt_` + 8 letters that name it + `_` + 32 random bytes. Of a secret with so much chance a plain SHA-256 is
kept: there is nothing to guess, and each request has to be answered.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import Row, insert, select, update

from dovetail.errors import SettingsError
from dovetail.integrations.store.accounts import Actor, new_id, record
from dovetail.integrations.store.tables import api_key

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Scope = Literal["read", "write", "events", "render", "tracker", "keys"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
RATE = 20.0
"""Requests a second that a key may make unless it says otherwise; as many may come at once."""
_USED_EVERY = 60.0
"""Seconds between two notes of a key's last use: a write each request would be the slowest part of it."""
_FORM = re.compile(r"dvt_([a-z0-9]{8})_[A-Za-z0-9_-]{40,60}")
_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret. `identifiers`: the integrations it is for, None for all. Times in Unix seconds."""

    id: str
    account: str
    prefix: str
    name: str
    scopes: frozenset[str]
    identifiers: frozenset[str] | None
    rate: float
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    used_at: float | None

    def lives(self, now: float) -> bool:
        """Whether it may be used."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def sees(self, identifier: str) -> bool:
        """Whether it is for an integration."""
        return self.identifiers is None or identifier in self.identifiers


def make_key(
    connection: Connection,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    now: float,
    *,
    identifiers: Iterable[str] | None = None,
    expires_at: float | None = None,
    rate: float = RATE,
) -> tuple[Key, str]:
    """A new key and its text, which is never seen again.

    Raises:
        SettingsError: there is no such scope, or it would have expired already.
    """
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise SettingsError(
            f"a key is for one or more of: {', '.join(SCOPES)}" + (f"; not for `{unknown[0]}`" if unknown else "")
        )
    if expires_at is not None and expires_at <= now:
        raise SettingsError("this key would have expired already; give a later time")
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(8))
    text = f"dvt_{prefix}_{secrets.token_urlsafe(32)}"
    limited = None if identifiers is None else sorted(set(identifiers))
    id_ = new_id("key")
    connection.execute(
        insert(api_key).values(
            id=id_, account=actor.account, prefix=prefix, digest=_digest(text), name=name, scopes=wanted,
            identifiers=limited, rate=rate, created_at=now, expires_at=expires_at,
        )
    )  # fmt: skip
    record(connection, actor, "key.create", f"{name} (dvt_{prefix})", now, scopes=wanted, identifiers=limited)
    made = key_of(connection, actor.account, id_)
    assert made is not None
    return made, text


def authenticate(connection: Connection, text: str, now: float) -> Key | None:
    """The living key that a text is; None for one that is wrong, expired or revoked."""
    form = _FORM.fullmatch(text)
    row = None
    if form is not None:
        row = connection.execute(select(api_key).where(api_key.c.prefix == form[1])).first()
    # As long for a key that nobody has as for a wrong one.
    expected = row.digest if row is not None else _digest("")
    same = hmac.compare_digest(expected, _digest(text))
    if row is None or not same:
        return None
    key = _key(row)
    return key if key.lives(now) else None


def note_use(connection: Connection, key: Key, now: float) -> None:
    """Note that a key was used just now."""
    connection.execute(update(api_key).where(api_key.c.id == key.id).values(used_at=now))


def is_noted(key: Key, now: float) -> bool:
    """Whether its last use was noted a moment ago."""
    return key.used_at is not None and now - key.used_at < _USED_EVERY


def keys_of(connection: Connection, owner: str) -> Sequence[Key]:
    """All keys of an account, the newest first."""
    rows = connection.execute(
        select(api_key).where(api_key.c.account == owner).order_by(api_key.c.created_at.desc(), api_key.c.id)
    )
    return [_key(row) for row in rows]


def key_of(connection: Connection, owner: str, id_: str) -> Key | None:
    """One key of an account."""
    row = connection.execute(select(api_key).where(api_key.c.account == owner, api_key.c.id == id_)).first()
    return None if row is None else _key(row)


def revoke(connection: Connection, actor: Actor, id_: str, now: float) -> Key | None:
    """End a key at once; None when the account has none of that id."""
    key = key_of(connection, actor.account, id_)
    if key is None:
        return None
    if key.revoked_at is None:
        connection.execute(update(api_key).where(api_key.c.id == id_).values(revoked_at=now))
        record(connection, actor, "key.revoke", f"{key.name} (dvt_{key.prefix})", now)
    return key_of(connection, actor.account, id_)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Row[tuple[object, ...]]) -> Key:
    values = row._mapping
    return Key(
        id=values["id"],
        account=values["account"],
        prefix=values["prefix"],
        name=values["name"],
        scopes=frozenset(values["scopes"]),
        identifiers=None if values["identifiers"] is None else frozenset(values["identifiers"]),
        rate=values["rate"],
        created_at=values["created_at"],
        expires_at=values["expires_at"],
        revoked_at=values["revoked_at"],
        used_at=values["used_at"],
    )
