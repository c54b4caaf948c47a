"""Spans of time as people write them."""

from __future__ import annotations

import pytest

from dovetail.integrations.durations import in_words, seconds_of


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("10m", 600), ("1h30m", 5400), ("1h 30m", 5400), ("7d", 604800), ("1.5h", 5400), (0, 0), (2.5, 2.5)],
)
def test_a_span_is_read_in_seconds(written: object, seconds: float) -> None:
    assert seconds_of(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "10", "m", "10 minutes", "-1m", -1, True, None, float("nan"), float("inf"), []]
)
def test_what_is_not_a_span_is_none(written: object) -> None:
    assert seconds_of(written) is None


@pytest.mark.parametrize(("seconds", "words"), [(600, "10m"), (604800, "1w"), (90, "90s"), (0.5, "0.5s"), (7200, "2h")])
def test_a_span_is_shown_in_its_largest_whole_unit(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
