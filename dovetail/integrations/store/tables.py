"""The tables of the accounts' database. Times are Unix seconds; every row belongs to one account."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

LAST = 2**31 - 1
"""No row has a larger number: PostgreSQL refuses questions about those."""

metadata = MetaData()


def _account() -> Column[str]:
    return Column("account", String(40), ForeignKey("account.id", ondelete="CASCADE"), nullable=False)


account = Table(
    "account",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
)

integration = Table(
    "integration",
    metadata,
    Column("id", String(40), primary_key=True),
    _account(),
    Column("identifier", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("settings", JSON, nullable=False),
    # Each sealed by itself, under the name of its setting.
    Column("secrets", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Column("checked_at", Double),
    Column("findings", JSON),
    # An identifier is a variable's name, and those are case-sensitive.
    UniqueConstraint("account", "identifier", name="one_identifier"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(40), primary_key=True),
    _account(),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("identifiers", JSON),
    Column("rate", Double, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("revoked_at", Double),
    Column("used_at", Double),
)

template = Table(
    "template",
    metadata,
    Column("id", String(40), primary_key=True),
    _account(),
    Column("name", String(300), nullable=False),
    Column("text", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Double, nullable=False),
    UniqueConstraint("account", "name", name="one_template"),
)

mailing = Table(
    "mailing",
    metadata,
    Column("id", String(40), primary_key=True),
    _account(),
    Column("template", String(300), nullable=False),
    Column("state", String(20), nullable=False),
    Column("total", Integer, nullable=False),
    Column("written", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    # A process that runs it tells so each second; one that says nothing any more was ended.
    Column("beat_at", Double, nullable=False),
    Index("mailing_of_account", "account", "created_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _account(),
    Column("at", Double, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("details", JSON, nullable=False),
    Index("audit_of_account", "account", "number"),
)

once = Table(
    "once",
    metadata,
    _account(),
    Column("key", String(200), nullable=False),
    Column("request", String(64), nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("at", Double, nullable=False),
    UniqueConstraint("account", "key", name="one_answer"),
)
"""Answers to requests that came with an idempotency key; kept for a day."""

hook = Table(
    "hook",
    metadata,
    Column("id", String(40), primary_key=True),
    _account(),
    Column("integration", String(40), ForeignKey("integration.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("scheme", String(40), nullable=False),
    # Sealed, under the hook's id.
    Column("secret", Text, nullable=False),
    Column("made_at", Double, nullable=False),
)
"""Where another system says that something changed in an integration."""

account_secret = Table(
    "account_secret",
    metadata,
    Column("account", String(40), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
    # Sealed, under account and name.
    Column("secret", Text, nullable=False),
    Column("changed_at", Double, nullable=False),
)
"""What an account's follow-ups sign their webhooks with."""

nonce = Table(
    "nonce",
    metadata,
    Column("hook", String(40), ForeignKey("hook.id", ondelete="CASCADE"), primary_key=True),
    Column("nonce", String(300), primary_key=True),
    Column("expires_at", Double, nullable=False),
)
"""Requests of hooks that were taken: the same one once more is refused."""
