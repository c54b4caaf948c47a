"""The bridge's tables. Times are Unix seconds; every row belongs to one account."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from dovetail.integrations.store.tables import metadata


def _account(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "account",
        String(40),
        ForeignKey("account.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


feed = Table(
    "feed",
    metadata,
    _account(primary_key=True),
    Column("integration", String(64), primary_key=True),
    Column("entity", String(40), primary_key=True),
    # `first`: the first look, which fires nothing; `live`: changes.
    Column("state", String(10), nullable=False),
    Column("cursor", Text, nullable=False),
    # The sweep that runs or ran last, and where it is; "" when none runs.
    Column("sweep", Integer, nullable=False),
    Column("sweep_cursor", Text, nullable=False),
    # By the other system's clock, when the first look or the sweep began.
    Column("began_at", Double, nullable=False),
    Column("read_at", Double, nullable=False),
    Column("swept_at", Double, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Where a feed is read."""

mirror = Table(
    "mirror",
    metadata,
    _account(primary_key=True),
    Column("integration", String(64), primary_key=True),
    Column("entity", String(40), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("facts", JSON, nullable=False),
    Column("person", String(320), nullable=False),
    Column("due", Double),
    Column("seen", Integer, nullable=False),
    Index("mirror_of_person", "account", "integration", "person"),
    Index("mirror_due", "account", "integration", "entity", "due"),
)
"""What is known of each record; `seen`: the last sweep that met it."""

event = Table(
    "event",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _account(),
    Column("id", String(300), nullable=False),
    Column("source", String(64), nullable=False),
    Column("type", String(80), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("person", String(320), nullable=False),
    Column("time", Double, nullable=False),
    Column("recorded_at", Double, nullable=False),
    Column("data", JSON, nullable=False),
    # The event that led to it, and how long that chain is.
    Column("cause", String(300), nullable=False),
    Column("depth", Integer, nullable=False),
    UniqueConstraint("account", "id", name="one_event"),
    Index("event_of_account", "account", "number"),
    Index("event_of_person", "account", "person", "number"),
    Index("event_of_subject", "account", "subject", "number"),
)
"""The log: nothing in it is ever changed."""

task = Table(
    "task",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _account(),
    Column("kind", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("due", Double, nullable=False),
    # Until then it belongs to who has the token; a worker that died loses it by that alone.
    Column("leased_until", Double, nullable=False),
    Column("token", String(40), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("dead", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    UniqueConstraint("account", "kind", "key", name="one_task"),
    Index("task_due", "dead", "due"),
)
"""What is to be done, and when: the queue."""

followup = Table(
    "followup",
    metadata,
    _account(primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    # Of the versions, the one that new events start.
    Column("current", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("made_at", Double, nullable=False),
)

instance = Table(
    "instance",
    metadata,
    Column("id", String(64), primary_key=True),
    _account(),
    Column("followup", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("event", String(300), nullable=False),
    Column("person", String(320), nullable=False),
    Column("step", String(64), nullable=False),
    # waiting, done, stopped, failed
    Column("state", String(10), nullable=False),
    # The event that it waits for, in a step that waits for one.
    Column("awaits", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Index("instance_of_person", "account", "followup", "person", "made_at"),
    Index("instance_of_account", "account", "made_at"),
    Index("instance_of_event", "account", "event"),
    Index("instance_of_anybody", "account", "person", "made_at"),
)
"""A follow-up that an event started, with the version it began with."""

passage = Table(
    "passage",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("instance", String(64), ForeignKey("instance.id", ondelete="CASCADE"), nullable=False),
    Column("at", Double, nullable=False),
    Column("step", String(64), nullable=False),
    Column("what", Text, nullable=False),
    Index("passage_of_instance", "instance", "number"),
)
"""What an instance did, step by step: the answer to "why did she get this mail"."""

delivery = Table(
    "delivery",
    metadata,
    # What the receiver sees as the idempotency key.
    Column("id", String(80), primary_key=True),
    _account(),
    Column("instance", String(64), nullable=False),
    Column("action", String(20), nullable=False),
    Column("destination", String(320), nullable=False),
    # waiting, done, dead
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    # The number of its event, where those of later events to the same destination wait for it; else 0.
    Column("turn", Integer, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Index("delivery_of_account", "account", "made_at"),
    Index("delivery_of_instance", "instance"),
    Index("delivery_in_order", "account", "destination", "state", "turn"),
)

profile = Table(
    "profile",
    metadata,
    _account(primary_key=True),
    Column("email", String(320), primary_key=True),
    Column("fields", JSON, nullable=False),
    Column("changed_at", Double, nullable=False),
)
"""Recipients that follow-ups make and change."""
