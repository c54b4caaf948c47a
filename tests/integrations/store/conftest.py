"""Accounts in a real SQLite file and in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dovetail.integrations.store.accounts import Actor, make_account
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.stored import Shelf
from dovetail.providers.registry import kinds
from dovetail.providers.vault import new_key
from tests.databases import quick_postgres, url

__all__ = ["quick_postgres", "url"]

NOW = 1_800_000_000.0


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, upgrade=True)
    yield database
    database.close()


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def shelf(key: str) -> Shelf:
    return Shelf(Seal([key]), kinds())


@pytest.fixture
def ann(database: Database) -> Actor:
    with database.write() as connection:
        return Actor(make_account(connection, "Ann's shop", NOW), "cli")


@pytest.fixture
def bob(database: Database) -> Actor:
    with database.write() as connection:
        return Actor(make_account(connection, "Bob's shop", NOW), "cli")
