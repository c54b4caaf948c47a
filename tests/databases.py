"""Fixtures of databases: an empty one of each kind that Dovetail works with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgreSQL


@pytest.fixture(scope="session")
def quick_postgres() -> Iterator[PostgreSQL]:
    """A server that does not wait for the disk."""
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.external("initdb", "pg_ctl"))])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'accounts.sqlite'}"
    server: PostgreSQL = request.getfixturevalue("quick_postgres")
    return server.new_database()
