"""The bridge: feeds, mirror, events, tasks, follow-ups, deliveries, profiles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _account(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "account",
        sa.String(40),
        sa.ForeignKey("account.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "feed",
        _account(primary_key=True),
        sa.Column("integration", sa.String(64), primary_key=True),
        sa.Column("entity", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("cursor", sa.Text, nullable=False),
        sa.Column("sweep", sa.Integer, nullable=False),
        sa.Column("sweep_cursor", sa.Text, nullable=False),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("read_at", sa.Double, nullable=False),
        sa.Column("swept_at", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "mirror",
        _account(primary_key=True),
        sa.Column("integration", sa.String(64), primary_key=True),
        sa.Column("entity", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("person", sa.String(320), nullable=False),
        sa.Column("due", sa.Double),
        sa.Column("seen", sa.Integer, nullable=False),
    )
    op.create_index("mirror_of_person", "mirror", ["account", "integration", "person"])
    op.create_index("mirror_due", "mirror", ["account", "integration", "entity", "due"])
    op.create_table(
        "event",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        _account(),
        sa.Column("id", sa.String(300), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("person", sa.String(320), nullable=False),
        sa.Column("time", sa.Double, nullable=False),
        sa.Column("recorded_at", sa.Double, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("cause", sa.String(300), nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.UniqueConstraint("account", "id", name="one_event"),
    )
    op.create_index("event_of_account", "event", ["account", "number"])
    op.create_index("event_of_person", "event", ["account", "person", "number"])
    op.create_index("event_of_subject", "event", ["account", "subject", "number"])
    op.create_table(
        "task",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _account(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("leased_until", sa.Double, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("dead", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.UniqueConstraint("account", "kind", "key", name="one_task"),
    )
    op.create_index("task_due", "task", ["dead", "due"])
    op.create_table(
        "followup",
        _account(primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
    )
    op.create_table(
        "instance",
        sa.Column("id", sa.String(64), primary_key=True),
        _account(),
        sa.Column("followup", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("event", sa.String(300), nullable=False),
        sa.Column("person", sa.String(320), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("awaits", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_index("instance_of_person", "instance", ["account", "followup", "person", "made_at"])
    op.create_index("instance_of_account", "instance", ["account", "made_at"])
    op.create_index("instance_of_event", "instance", ["account", "event"])
    op.create_index("instance_of_anybody", "instance", ["account", "person", "made_at"])
    op.create_table(
        "passage",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("instance", sa.String(64), sa.ForeignKey("instance.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index("passage_of_instance", "passage", ["instance", "number"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(80), primary_key=True),
        _account(),
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("destination", sa.String(320), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_index("delivery_of_account", "delivery", ["account", "made_at"])
    op.create_index("delivery_of_instance", "delivery", ["instance"])
    op.create_index("delivery_in_order", "delivery", ["account", "destination", "state", "turn"])
    op.create_table(
        "profile",
        _account(primary_key=True),
        sa.Column("email", sa.String(320), primary_key=True),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_table(
        "hook",
        sa.Column("id", sa.String(40), primary_key=True),
        _account(),
        sa.Column(
            "integration",
            sa.String(40),
            sa.ForeignKey("integration.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
    )
    op.create_table(
        "account_secret",
        _account(primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_table(
        "nonce",
        sa.Column("hook", sa.String(40), sa.ForeignKey("hook.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("nonce", sa.String(300), primary_key=True),
        sa.Column("expires_at", sa.Double, nullable=False),
    )
