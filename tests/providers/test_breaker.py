"""When a source is left alone: the breaker and the pace, by a clock of the test's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dovetail.providers.breaker import LOOKED_AT, Breaker
from dovetail.providers.pace import Pace


def closed() -> Breaker:
    return Breaker(failures=3, share=0.5, pause=30.0)


def attempt(breaker: Breaker, now: float, *, well: bool) -> None:
    trial = breaker.enter()
    if well:
        breaker.succeeded(trial=trial)
    else:
        breaker.failed(now, "the last with status 503", trial=trial)


def opened(now: float = 100.0) -> Breaker:
    breaker = closed()
    for _ in range(3):
        attempt(breaker, now, well=False)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row_and_says_why() -> None:
    breaker = opened()
    assert breaker.left(100.0) == 30.0
    assert breaker.left(120.0) == 10.0
    assert breaker.reason == "the last 3 requests failed, the last with status 503"


def test_a_success_between_them_begins_the_row_anew() -> None:
    breaker = closed()
    for well in (False, False, True, False, False):
        attempt(breaker, 100.0, well=well)
    assert breaker.left(100.0) == 0


def test_it_opens_when_the_share_of_failures_is_reached() -> None:
    breaker = Breaker(failures=100, share=0.5, pause=30.0)
    for number in range(LOOKED_AT):
        assert breaker.left(100.0) == 0, number
        attempt(breaker, 100.0, well=number % 2 == 0)
    assert breaker.left(100.0) == 30.0
    assert breaker.reason.startswith("10 of the last 20 requests failed")


def test_after_the_pause_one_may_try_and_no_second_one() -> None:
    breaker = opened()
    assert breaker.left(130.0) == 0
    assert not breaker.trying
    assert breaker.enter()
    assert breaker.trying


def test_a_trial_that_goes_well_lets_all_through() -> None:
    breaker = opened()
    attempt(breaker, 130.0, well=True)
    assert breaker.left(130.0) == 0
    assert not breaker.enter()
    attempt(breaker, 130.0, well=False)
    assert breaker.left(130.0) == 0


def test_a_trial_that_fails_begins_another_pause() -> None:
    breaker = opened()
    attempt(breaker, 131.0, well=False)
    assert breaker.left(131.0) == 30.0


def test_a_trial_that_ends_without_a_word_leaves_the_place_to_another() -> None:
    breaker = opened()
    assert breaker.enter()
    breaker.abandoned(trial=True)
    assert breaker.left(130.0) == 0
    assert breaker.enter()


def test_what_was_under_way_when_it_opened_decides_nothing() -> None:
    breaker = opened()
    breaker.succeeded(trial=False)
    assert breaker.left(110.0) == 20.0
    for _ in range(10):
        breaker.failed(110.0, "late", trial=False)
    assert breaker.left(110.0) == 20.0


def test_a_longer_pause_that_the_system_asked_for_counts() -> None:
    breaker = opened()
    breaker.open(100.0, 3600.0, "it asks to wait 3600 seconds")
    assert breaker.left(100.0) == 3600.0
    breaker.open(100.0, 5.0, "shorter")
    assert breaker.left(100.0) == 3600.0


@given(some.lists(some.tuples(some.floats(0, 5), some.booleans()), max_size=200), some.integers(1, 10))
def test_no_more_failures_get_through_than_the_policy_says(steps: list[tuple[float, bool]], failures: int) -> None:
    breaker = Breaker(failures=failures, share=1.0, pause=30.0)
    now, row = 0.0, 0
    for passed, well in steps:
        now += passed
        if breaker.left(now) > 0:
            continue
        attempt(breaker, now, well=well)
        row = 0 if well else row + 1
        # In a row: as many as it takes to open, then one trial for each pause.
        assert row <= failures + now / 30.0


# --- pace


def test_requests_are_spread_evenly() -> None:
    pace = Pace(rate=4.0, burst=1)
    assert [pace.take(0.0) for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]


def test_some_may_come_together_after_a_rest() -> None:
    pace = Pace(rate=1.0, burst=3)
    assert [pace.take(100.0) for _ in range(5)] == [0.0, 0.0, 0.0, 1.0, 2.0]
    assert [pace.take(1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_without_a_rate_nobody_waits() -> None:
    assert [Pace(None, 1).take(0.0) for _ in range(3)] == [0.0, 0.0, 0.0]


@given(
    some.lists(some.floats(0, 3), min_size=1, max_size=60),
    some.floats(0.1, 50),
    some.integers(1, 10),
    some.floats(0.01, 20),
)
def test_in_any_span_no_more_begin_than_the_bucket_holds(
    gaps: list[float], rate: float, burst: int, span: float
) -> None:
    pace, now, began = Pace(rate, burst), 0.0, []
    for gap in gaps:
        now += gap
        began.append(now + pace.take(now))
    for start in began:
        inside = [moment for moment in began if start <= moment < start + span]
        assert len(inside) <= burst + rate * span + 1e-6


@pytest.mark.parametrize("burst", [1, 5])
def test_the_pace_is_used_to_the_full(burst: int) -> None:
    pace = Pace(10.0, burst)
    assert [pace.take(0.0) for _ in range(101)][-1] == pytest.approx((101 - burst) / 10.0)
