"""Databases and shops for the bridge."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dovetail.integrations.store.accounts import make_account
from dovetail.integrations.store.database import Database
from tests.postgres import PostgreSQL


@pytest.fixture(scope="session")
def bridge_postgres() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.external("initdb", "pg_ctl"))])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bridge.sqlite'}"
    server: PostgreSQL = request.getfixturevalue("bridge_postgres")
    return server.new_database()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = opened(url)
    yield made
    made.close()


def opened(url: str) -> Database:
    """A database with the account `ours`."""
    database = Database(url, upgrade=True)
    with database.write() as connection:
        make_account(connection, "Ours", time.time(), "ours")
    return database
