"""Killed at any moment, the database has each integration whole and every key that was given out."""

from __future__ import annotations

import pytest

from tests.integrations.store.killing import kill


@pytest.mark.timeout(120)
def test_nothing_is_lost_or_half_written_when_a_writer_is_killed(url: str) -> None:
    tally = kill(url, runs=8, seed=20_261_126)
    assert tally.said > 50
