"""How Alembic is run here: within a transaction that somebody else began (`migrate`)."""

from __future__ import annotations

from alembic import context

from dovetail.integrations.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
