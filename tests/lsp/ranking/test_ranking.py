"""Ranking is measured, and must not get worse."""

from __future__ import annotations

from tests.lsp.ranking.evaluation import cases, mean_reciprocal_rank

FLOOR = 0.93


def test_what_designers_want_stands_high() -> None:
    ranks = {case: case.rank() for case in cases()}
    assert len(ranks) >= 90
    absent = [case.text for case, rank in ranks.items() if not rank]
    assert not absent
    score = mean_reciprocal_rank(ranks)
    print(f"mean reciprocal rank {score:.3f}")
    assert score >= FLOOR
