"""What an integration is spared: requests at once, requests a second, pauses it asks for, rests, a budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email.utils import formatdate

import pytest

from dovetail.engine.ports import Answers, Ask
from dovetail.errors import ProviderError, UnreachableError
from dovetail.providers.connections import Connections
from dovetail.providers.retries import ATTEMPTS
from tests.providers.station import Reply, Station, Things, asking, connected, error, thing, value

A = thing("a")
GONE = Reply(404, b"{}")
DOWN = [Reply(503, b"")] * 1000
FRESH_NEVER = {"thing": 0.0}


def many(number: int) -> Sequence[Ask]:
    return [thing(f"n{each}") for each in range(number)]


def run(connections: Connections, *asks: Ask) -> Answers:
    return connections.run(asking(*asks))


# --- pace


def test_requests_are_sent_at_the_rate_of_the_policy(station: Station, things: Things) -> None:
    with Connections([connected(things, rate=50.0, concurrency=8)]) as connections:
        run(connections, *many(26))
    moments = sorted(seen.at for seen in station.seen)
    assert len(moments) == 26
    # 25 steps of 20 ms; a step may come late on a busy machine, and the next one sooner after it.
    assert moments[-1] - moments[0] >= 0.45


def test_some_may_come_together_after_a_rest(station: Station, things: Things) -> None:
    with Connections([connected(things, rate=2.0, burst=5, concurrency=8)]) as connections:
        run(connections, *many(5))
        run(connections, thing("another"))
    # Evenly spread, the fifth would come after two seconds.
    assert station.seen[4].at - station.seen[0].at < 1.9
    assert station.seen[-1].at - station.seen[0].at >= 0.4


def test_a_retry_takes_its_turn_like_any_other_request(station: Station, things: Things) -> None:
    station.script("a", *[Reply(drop=True)] * 2)
    with Connections([connected(things, rate=1.0)]) as connections:
        assert value(run(connections, A), A) == "fine"
    assert len(station.seen) == 3
    assert station.seen[2].at - station.seen[0].at >= 1.8


# --- pauses that the other system asks for


@pytest.mark.parametrize("status", [429, 503])
def test_nobody_who_waits_for_a_turn_goes_out_during_a_pause(station: Station, things: Things, status: int) -> None:
    station.script("n0", Reply(status, b"", {"retry-after": "1"}))
    with Connections([connected(things, concurrency=1)]) as connections:
        run(connections, *many(6))
    first, *others = station.seen
    assert first.path == "/n0"
    assert len(others) == 6
    assert all(seen.at - first.at >= 0.95 for seen in others)


def test_a_pause_too_long_to_wait_for_is_told_to_all_without_asking_again(station: Station, things: Things) -> None:
    station.script("a", Reply(429, b"", {"retry-after": "3600"}))
    with Connections([connected(things)]) as connections:
        assert "asks to wait 3600 seconds" in error(run(connections, A), A).message
        later = error(run(connections, thing("b")), thing("b"))
    assert "left alone for 3600 seconds" in later.message
    assert "it asks to wait 3600 seconds" in later.message
    assert later.retryable
    assert station.paths() == ["/a"]


# --- a rest after many failures


def test_a_source_that_fails_again_and_again_is_left_alone_and_the_error_says_so(
    station: Station, things: Things
) -> None:
    for ask in many(100):
        station.script(str(ask.key), *DOWN)
    with Connections([connected(things, breaker_failures=6, breaker_pause=60.0, concurrency=2)]) as connections:
        answers = run(connections, *many(100))
    messages = {error(answers, ask).message for ask in many(100)}
    # Those under way when it opens are the only ones more.
    assert 6 <= len(station.seen) <= 7
    # Mails that fail for one reason have one reason in the account of the mailing.
    assert messages - {"`station`: status 503"} == {
        "`station` is left alone for 60 seconds: the last 6 requests failed, the last with status 503"
    }
    assert all(isinstance(error(answers, ask), UnreachableError) for ask in many(100))


def test_after_the_pause_one_request_tries_and_the_others_follow_when_it_goes_well(
    station: Station, things: Things
) -> None:
    station.script("a", *DOWN)
    policy = {"breaker_failures": ATTEMPTS, "breaker_pause": 1.0, "ttl": FRESH_NEVER, "concurrency": 8}
    with Connections([connected(things, **policy)]) as connections:
        run(connections, A)
        assert len(station.seen) == ATTEMPTS
        assert "left alone" in error(run(connections, thing("b")), thing("b")).message
        assert len(station.seen) == ATTEMPTS
        time.sleep(1.05)
        station.script("n0", Reply(delay=0.1))
        began = time.monotonic()
        trial = run(connections, *many(20))
    assert [value(trial, ask) for ask in many(20)] == ["fine"] * 20
    assert station.paths()[ATTEMPTS] == "/n0"
    assert time.monotonic() - began >= 0.1, "the others wait for what comes of the trial"


def test_a_trial_that_fails_is_the_only_request_of_its_pause(station: Station, things: Things) -> None:
    station.script("a", *DOWN)
    policy = {"breaker_failures": ATTEMPTS, "breaker_pause": 1.0, "ttl": FRESH_NEVER}
    with Connections([connected(things, **policy)]) as connections:
        run(connections, A)
        time.sleep(1.05)
        for _ in range(2):
            assert "left alone" in error(run(connections, A), A).message
    assert len(station.seen) == ATTEMPTS + 1


def test_all_who_wait_for_a_trial_share_its_failure(station: Station, things: Things) -> None:
    station.script("a", *DOWN)
    policy = {"breaker_failures": ATTEMPTS, "breaker_pause": 1.0, "ttl": FRESH_NEVER, "concurrency": 8}
    with Connections([connected(things, **policy)]) as connections:
        run(connections, A)
        time.sleep(1.05)
        station.script("n0", Reply(503, b"", delay=0.1))
        failed = run(connections, *many(20))
    assert station.paths()[ATTEMPTS:] == ["/n0"]
    assert all("left alone" in error(failed, ask).message for ask in many(20)[1:])


def test_a_trial_that_is_given_up_leaves_its_place_to_another(station: Station, things: Things) -> None:
    station.script("a", *[Reply(503, b"")] * ATTEMPTS, Reply(200, b'"x"', promised=0))
    private = Things(station.url, identifier="station")
    with Connections([connected(private, breaker_failures=ATTEMPTS, breaker_pause=0.2)]) as connections:
        run(connections, A)
        time.sleep(0.25)
        # What fails before anything is sent says nothing about the source.
        object.__setattr__(private, "url", "ftp://nowhere")
        assert "usable address" in error(run(connections, A), A).message
        object.__setattr__(private, "url", station.url)
        assert value(run(connections, A), A) == "x"


@pytest.mark.parametrize("reply", [Reply(500, b"{}"), GONE, Reply(401, b"{}")], ids=["500", "404", "401"])
def test_what_one_record_or_a_permission_does_wrong_is_no_reason_to_leave_the_source_alone(
    station: Station, things: Things, reply: Reply
) -> None:
    for ask in many(30):
        station.script(str(ask.key), *[reply] * 5)
    with Connections([connected(things, breaker_failures=3, concurrency=1)]) as connections:
        run(connections, *many(30))
        assert value(run(connections, A), A) == "fine"


def test_one_source_that_is_left_alone_takes_no_other_with_it(station: Station, things: Things) -> None:
    other = Station()
    station.script("a", *DOWN)
    second = Things(other.url, identifier="second")
    with Connections([connected(things, breaker_failures=2), connected(second)]) as connections:
        run(connections, A)
        answers = run(connections, A, thing("a", "second"))
    other.close()
    assert "left alone" in error(answers, A).message
    assert value(answers, thing("a", "second")) == "fine"


# --- a budget


def test_a_run_sends_no_more_requests_than_its_budget_and_the_error_says_what_to_do(
    station: Station, things: Things
) -> None:
    with Connections([connected(things, max_requests=10)]) as connections:
        answers = run(connections, *many(30))
        found = [answers.by_ask[ask] for ask in many(30)]
        failed = [each for each in found if isinstance(each, ProviderError)]
        assert len(station.seen) == 10
        assert len(failed) == 20
        assert {each.message for each in failed} == {
            "`station`: this run has used its budget of 10 requests (max_requests)"
        }
        assert "raise max_requests" in failed[0].help
        assert not failed[0].retryable
        connections.new_run()
        assert value(run(connections, A), A) == "fine"


def test_attempts_are_what_counts(station: Station, things: Things) -> None:
    station.script("a", *DOWN)
    with Connections([connected(things, max_requests=2)]) as connections:
        assert "budget of 2 requests" in error(run(connections, A), A).message
    assert len(station.seen) == 2


def test_what_is_kept_costs_nothing_of_it(station: Station, things: Things) -> None:
    with Connections([connected(things, max_requests=1)]) as connections:
        for _ in range(5):
            assert value(run(connections, A), A) == "fine"


# --- clocks


def ago(seconds: float) -> str:
    return formatdate(time.time() - seconds, usegmt=True)


@pytest.mark.parametrize("minutes", [-20, 20])
def test_requests_carry_the_other_side_s_time(station: Station, things: Things, minutes: int) -> None:
    station.script("a", Reply(headers={"date": formatdate(time.time() + 60 * minutes, usegmt=True)}))
    with Connections([connected(things)]) as connections:
        run(connections, A)
        run(connections, thing("b"))
    before, after = (float(seen.headers["x-time"]) for seen in station.seen)
    assert abs(before - time.time()) < 10
    assert abs(after - time.time() - 60 * minutes) < 10


@pytest.mark.parametrize(
    "headers",
    [lambda: {"date": ago(3600), "age": "3600"}, lambda: {"date": "yesterday"}, lambda: {"date": ago(-5)}],
    ids=["kept by a cache", "no date", "a few seconds"],
)
def test_what_does_not_tell_the_time_changes_nothing(
    station: Station, things: Things, headers: Callable[[], dict[str, str]]
) -> None:
    station.script("a", Reply(headers=headers()))
    with Connections([connected(things)]) as connections:
        run(connections, A)
        run(connections, thing("b"))
    assert abs(float(station.seen[1].headers["x-time"]) - time.time()) < 3
