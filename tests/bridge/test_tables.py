"""The tables that Alembic makes are those that the bridge uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import dovetail.bridge.store.tables  # noqa: F401  # its tables are part of the metadata
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.tables import metadata
from tests.postgres import PostgreSQL


def differences(url: str) -> list[object]:
    database = Database(url, upgrade=True)
    try:
        with database.read() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), metadata))
    finally:
        database.close()


def test_on_sqlite(tmp_path: Path) -> None:
    assert differences(f"sqlite:///{tmp_path / 'accounts.sqlite'}") == []


@pytest.mark.external("initdb", "pg_ctl")
def test_on_postgresql(quick_postgres: PostgreSQL) -> None:
    assert differences(quick_postgres.new_database()) == []
