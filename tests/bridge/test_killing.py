"""The whole pipe killed at any moment: some of the runs of `python -m tests.bridge.killing`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bridge.killing import kill
from tests.postgres import PostgreSQL


def test_killed_on_sqlite(tmp_path: Path) -> None:
    assert kill(f"sqlite:///{tmp_path / 'killed.sqlite'}", 5, 1, 1).effects == 30


@pytest.mark.external("initdb", "pg_ctl")
def test_killed_on_postgresql_with_three_workers(quick_postgres: PostgreSQL) -> None:
    assert kill(quick_postgres.new_database(), 5, 3, 2).effects == 30
