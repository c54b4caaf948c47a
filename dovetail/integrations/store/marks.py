"""Whether what an account's renders are made of has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from dovetail.integrations.store.tables import integration, template

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def marks(connection: Connection, account: str) -> object:
    """Marks of the account's integrations and templates, to compare: others when something was changed."""
    integrations = connection.execute(
        select(integration.c.id, integration.c.revision)
        .where(integration.c.account == account, integration.c.enabled)
        .order_by(integration.c.id)
    ).all()
    templates = connection.execute(
        select(func.count(), func.sum(template.c.revision), func.max(template.c.changed_at)).where(
            template.c.account == account
        )
    ).one()
    return [tuple(row) for row in integrations], tuple(templates)
