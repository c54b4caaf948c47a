"""Templates of accounts, by the names by which they include each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dovetail.errors import SettingsError
from dovetail.integrations.store.accounts import Actor, new_id, record
from dovetail.integrations.store.stored import Changed
from dovetail.integrations.store.tables import template

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

LARGEST = 1_000_000
"""Characters of a template."""
_PART = re.compile(r"[\w][\w .@+-]{0,99}")


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """A template of an account."""

    name: str
    text: str
    revision: int
    changed_at: float


def fault_of_name(name: str) -> str:
    """What is wrong with a template's name, as a sentence with a remedy; '' when it is fine."""
    parts = name.split("/")
    if len(name) > 300 or not all(_PART.fullmatch(part) and not part.endswith((" ", ".")) for part in parts):
        return (
            "a template's name is made of letters, digits, blanks and . - _ + @, in folders with / between them; "
            "for example parts/footer.tpl"
        )
    return ""


def put(connection: Connection, actor: Actor, name: str, text: str, revision: int | None, now: float) -> StoredTemplate:
    """Write a template. `revision` is that which it replaces: None for one that is not there yet.

    Raises:
        SettingsError: the name or the text cannot be taken.
        Changed: it is not at that revision; nothing was written.
    """
    if wrong := fault_of_name(name):
        raise SettingsError(wrong)
    if len(text) > LARGEST:
        raise SettingsError(f"a template has {LARGEST:,} characters at most")
    if "\x00" in text:
        raise SettingsError("a template holds no null characters")
    if revision is None:
        try:
            connection.execute(
                insert(template).values(
                    id=new_id("tpl"), account=actor.account, name=name, text=text, revision=1, changed_at=now
                )
            )
        except IntegrityError:
            raise Changed(f"there is a template `{name}` already. Look at it, then change it") from None
    else:
        done = connection.execute(
            update(template)
            .where(template.c.account == actor.account, template.c.name == name, template.c.revision == revision)
            .values(text=text, revision=revision + 1, changed_at=now)
        )
        if done.rowcount != 1:
            raise Changed(f"`{name}` is not as it was any more. Look at it again, then change it")
    record(connection, actor, "template.put", name, now)
    found = get(connection, actor.account, name)
    assert found is not None
    return found


def get(connection: Connection, owner: str, name: str) -> StoredTemplate | None:
    """One template of an account."""
    row = connection.execute(select(template).where(template.c.account == owner, template.c.name == name)).first()
    return None if row is None else _stored(row)


def names(connection: Connection, owner: str, after: str = "", limit: int = 100) -> Sequence[StoredTemplate]:
    """An account's templates by name, those behind `after`."""
    rows = connection.execute(
        select(template)
        .where(template.c.account == owner, template.c.name > after)
        .order_by(template.c.name)
        .limit(limit)
    )
    return [_stored(row) for row in rows]


def texts(connection: Connection, owner: str) -> Mapping[str, str]:
    """All templates of an account: they include each other."""
    rows = connection.execute(select(template.c.name, template.c.text).where(template.c.account == owner))
    return {row.name: row.text for row in rows}


def remove(connection: Connection, actor: Actor, name: str, now: float) -> bool:
    """Take a template away; False when there is none."""
    gone = connection.execute(delete(template).where(template.c.account == actor.account, template.c.name == name))
    if gone.rowcount:
        record(connection, actor, "template.remove", name, now)
    return bool(gone.rowcount)


def _stored(row: Row[tuple[object, ...]]) -> StoredTemplate:
    values = row._mapping
    return StoredTemplate(values["name"], values["text"], values["revision"], values["changed_at"])
