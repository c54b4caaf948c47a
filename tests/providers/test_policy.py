"""Freshness and failure, from the driver's side: what a render is given, and what its report says."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dovetail import Environment, Mailing, ProviderError
from dovetail.engine.ports import Answer, Ask
from dovetail.engine.rendered import Rendered
from dovetail.providers.connections import Connections
from tests.providers.station import Reply, Station, Things, asking, connected, error, thing, value

A = thing("a")
DOWN = [Reply(503, b"")] * 1000


class Clock:
    """Lets time pass without waiting."""

    def __init__(self) -> None:
        self._real = time.time
        self._passed = 0.0

    def __call__(self) -> float:
        return self._real() + self._passed

    def later(self, seconds: float) -> None:
        self._passed += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock)
    return clock


def answer(connections: Connections, ask: Ask = A) -> Answer:
    found = connections.run(asking(ask)).by_ask[ask]
    assert isinstance(found, Answer), found
    return found


def soon(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


# --- used while it is renewed


def test_an_answer_past_its_time_is_used_at_once_and_renewed_in_the_background(
    station: Station, things: Things, clock: Clock
) -> None:
    with Connections([connected(things, revalidate=3600.0)]) as connections:
        station.script("a", Reply(body=b'"old"'), Reply(body=b'"new"', delay=0.3))
        assert answer(connections).value == "old"
        clock.later(720)
        answers = connections.run(asking(A))
        used = answers.by_ask[A]
        assert isinstance(used, Answer)
        assert (used.value, used.stale) == ("old", True)
        assert used.notes == ("$station.thing is 12 minutes old; it is being asked again",)
        # No render pays for what is renewed.
        assert (answers.requests, answers.hits) == (0, 1)
        soon(lambda: answer(connections).value == "new")
        assert not answer(connections).stale
    assert station.paths() == ["/a"] * 2


def test_many_renders_renew_an_answer_once(station: Station, things: Things, clock: Clock) -> None:
    with Connections([connected(things, revalidate=3600.0)]) as connections:
        answer(connections)
        clock.later(720)
        station.script("a", Reply(delay=1.0))
        stale = [answer(connections).stale for _ in range(20)]
        assert any(stale)
        soon(lambda: not answer(connections).stale)
        assert len(station.seen) == 2


def test_an_answer_that_cannot_be_renewed_is_used_up_to_its_age_and_no_longer(
    station: Station, things: Things, clock: Clock
) -> None:
    with Connections([connected(things, revalidate=3600.0)]) as connections:
        answer(connections)
        station.script("a", *DOWN)
        clock.later(3500)
        assert answer(connections).value == "fine"
        clock.later(200)
        assert "503" in error(connections.run(asking(A)), A).message


def test_what_a_short_run_renews_is_there_for_the_next_one(
    station: Station, things: Things, tmp_path: Path, clock: Clock
) -> None:
    integration = connected(things, revalidate=3600.0)
    with Connections([integration], cache_folder=tmp_path) as connections:
        answer(connections)
    clock.later(720)
    station.script("a", Reply(body=b'"new"', delay=0.2))
    with Connections([integration], cache_folder=tmp_path) as connections:
        assert answer(connections).stale
    with Connections([integration], cache_folder=tmp_path) as connections:
        assert answer(connections).value == "new"


# --- rechecks


def test_what_is_to_be_rechecked_is_asked_again_though_its_time_has_not_passed(
    station: Station, things: Things, clock: Clock
) -> None:
    with Connections([connected(things, recheck={"thing": 30.0}, revalidate=3600.0)]) as connections:
        answer(connections)
        clock.later(20)
        assert answer(connections).value == "fine"
        clock.later(20)
        station.script("a", Reply(body=b'"dearer"'))
        assert answer(connections).value == "dearer"
    assert len(station.seen) == 2


def test_a_mailing_is_told_which_of_its_answers_are_too_old_to_send(things: Things, clock: Clock) -> None:
    with Connections([connected(things, recheck={"thing": 30.0})]) as connections:
        held = {ask: answer(connections, ask) for ask in (A, Ask("station", "other", "b"))}
        assert connections.too_old_to_send(held) == []
        clock.later(40)
        assert connections.too_old_to_send(held) == [A]


# --- what does not exist


def test_how_long_it_is_believed_that_an_id_does_not_exist_is_a_setting(
    station: Station, things: Things, clock: Clock
) -> None:
    station.script("a", Reply(404, b"{}"))
    with Connections([connected(things, not_found=20.0)]) as connections:
        assert not answer(connections).found
        clock.later(10)
        assert not answer(connections).found
        clock.later(15)
        assert answer(connections).found


# --- settings that change


def test_a_setting_that_is_changed_holds_for_what_is_kept_already(things: Things, tmp_path: Path, clock: Clock) -> None:
    with Connections([connected(things, ttl={"thing": 3600.0})], cache_folder=tmp_path) as connections:
        answer(connections)
    clock.later(100)
    with Connections([connected(things, ttl={"thing": 60.0})], cache_folder=tmp_path) as connections:
        assert connections.run(asking(A)).requests == 1


# --- failure


def test_each_kind_of_data_has_its_own_failure_policy(station: Station, things: Things) -> None:
    policy = {"ttl": {"others": 0.0}, "on_failure": {"thing": "stale", "price": "fail", "picture": "empty"}}
    asks = [Ask("station", kind, f"{kind}1") for kind in ("thing", "price", "picture")]
    with Connections([connected(things, **policy, breaker_failures=100)]) as connections:
        connections.run(asking(*asks))
        for ask in asks:
            station.script(str(ask.key), *DOWN)
        answers = connections.run(asking(*asks))
    stale, failed, empty = (answers.by_ask[ask] for ask in asks)
    assert isinstance(stale, Answer)
    assert stale.value == "fine"
    assert "status 503" in stale.notes[-1]
    assert isinstance(failed, ProviderError)
    assert isinstance(empty, Answer)
    assert empty.value is None
    assert empty.notes


TEMPLATE = "Price: {$station.thing[$profile.sku]}"
PEOPLE = [{"profile": {"sku": sku}} for sku in ("good", "bad", "better")]


def mails(things: Things, **policy: object) -> list[Rendered | Exception]:
    with Environment(integrations=[connected(things, **policy)], cache_folder=None) as environment:
        return list(Mailing(environment.from_string(TEMPLATE)).render_many(PEOPLE))


def test_a_mail_whose_price_cannot_be_had_is_not_made_and_says_which_source_and_why(
    station: Station, things: Things
) -> None:
    station.script("bad", *DOWN)
    first, second, third = mails(things)
    assert (first, third) == ("Price: fine", "Price: fine")
    assert isinstance(second, Exception)
    assert "`station`" in str(second)
    assert "status 503" in str(second)


def test_a_mail_that_is_made_without_it_has_that_in_its_report(station: Station, things: Things) -> None:
    station.script("bad", *DOWN)
    _, second, _ = mails(things, on_failure="empty")
    assert isinstance(second, Rendered)
    assert second == "Price: "
    assert "status 503" in second.report.notes[0]


def test_a_mail_with_an_older_price_has_its_age_in_its_report(station: Station, things: Things, clock: Clock) -> None:
    with Environment(integrations=[connected(things, on_failure="stale")], cache_folder=None) as environment:
        template = environment.from_string("{$station.thing.bad}")
        assert template.render().report.notes == ()
        station.script("bad", *DOWN)
        clock.later(3 * 3600)
        report = template.render().report
    assert report.notes == ("$station.thing is 3 hours old: `station`: status 503",)
    assert report.oldest >= 3 * 3600


# --- answers about persons


def test_an_answer_about_a_person_is_kept_for_its_own_short_time(
    station: Station, things: Things, clock: Clock
) -> None:
    secret = Ask("station", "secret", "1")
    policy = {"personal_ttl": 20.0, "on_failure": "stale", "revalidate": 3600.0}
    with Connections([connected(things, **policy)]) as connections:
        connections.run(asking(secret))
        clock.later(15)
        assert connections.run(asking(secret)).requests == 0
        clock.later(10)
        station.script("1", *DOWN)
        assert "503" in error(connections.run(asking(secret)), secret).message


def test_a_key_that_is_missing_leaves_them_in_memory_and_the_report_says_so(things: Things, tmp_path: Path) -> None:
    def missing() -> str:
        from dovetail.errors import SettingsError

        raise SettingsError("the environment variable DOVETAIL_CACHE_KEY is not set")

    secret = Ask("station", "secret", "1")
    policy = {"personal_cache": "encrypted", "personal_key": missing}
    with Connections([connected(things, **policy)], cache_folder=tmp_path) as connections:
        told = answer(connections, secret)
        assert answer(connections, A).notes == ()
        assert connections.run(asking(secret)).requests == 0
    assert told.notes == (
        "answers about persons are kept in memory only: the environment variable DOVETAIL_CACHE_KEY is not set",
    )
    with Connections([connected(things, **policy)], cache_folder=tmp_path) as connections:
        assert connections.run(asking(secret)).requests == 1


def test_with_a_key_they_are_there_for_the_next_run(things: Things, tmp_path: Path) -> None:
    from dovetail.providers.vault import new_key

    key = new_key()
    secret = Ask("station", "secret", "1")
    policy = {"personal_cache": "encrypted", "personal_key": lambda: key}
    for requests in (1, 0):
        with Connections([connected(things, **policy)], cache_folder=tmp_path) as connections:
            answers = connections.run(asking(secret))
        assert answers.requests == requests
        assert value(answers, secret) == "fine"
    assert b"fine" not in b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())


def test_a_person_is_forgotten_in_memory_as_well(station: Station, things: Things) -> None:
    secret = Ask("station", "secret", "ann@example.org")
    with Connections([connected(things)]) as connections:
        connections.run(asking(secret, A))
        assert connections.clear_cache(person="Ann@example.org") == 1
        assert connections.run(asking(secret, A)).requests == 1
        assert connections.clear_cache(identifier="station") == 2
        assert connections.clear_cache() == 0
