"""The whole service killed while clients write: some of the runs of `python -m tests.service.killing`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import PostgreSQL
from tests.service.killing import kill


def test_killed_on_sqlite(tmp_path: Path) -> None:
    assert kill(tmp_path, f"sqlite:///{tmp_path / 'killed.sqlite'}", 5, 1).count > 20


@pytest.mark.external("initdb", "pg_ctl")
def test_killed_on_postgresql(tmp_path: Path, postgres: PostgreSQL) -> None:
    assert kill(tmp_path, postgres.new_database(), 4, 2).count > 20
