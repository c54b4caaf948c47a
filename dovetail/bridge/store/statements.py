"""Statements that SQLite and PostgreSQL both have, and SQLAlchemy has for each by itself."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Table, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

AT_ONCE = 500
"""Rows of one statement: SQLite takes so many parameters and no more."""


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that may say what happens when the row is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def span_of(connection: Connection, moment: ColumnElement[float], seconds: float) -> ColumnElement[int]:
    """Which span of so many seconds a moment is in, counted from 1970."""
    spans = moment / seconds
    # SQLite cuts off what is behind the point, PostgreSQL rounds; and not every SQLite has `floor`.
    return cast(spans if connection.dialect.name == "sqlite" else func.floor(spans), BigInteger)
