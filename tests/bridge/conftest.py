"""Databases and shops for the bridge."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from dovetail.integrations.store.accounts import make_account
from dovetail.integrations.store.database import Database
from tests.databases import quick_postgres, url

__all__ = ["quick_postgres", "url"]


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
