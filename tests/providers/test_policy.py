"""Freshness and failure, from the driver's side: what a render is given, and what its report says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dovetail import Environment, Mailing, ProviderError
from dovetail.engine.ports import Answer, Ask
from dovetail.engine.rendered import Rendered
from dovetail.providers.connections import Connections
from tests.providers.station import Reply, Station, Things, asking, connected, error, thing, value

A = thing("a")
DOWN = [Reply(503, b"")] * 1000


@pytest.fixture
def station() -> Iterator[Station]:
    station = Station()
    yield station
    station.close()


@pytest.fixture
def things(station: Station) -> Things:
    return Things(station.url)


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
    station: Station, things: Things
) -> None:
    with Connections([connected(things, ttl={"thing": 0.2}, revalidate=60.0)]) as connections:
        station.script("a", Reply(body=b'"old"'), Reply(body=b'"new"', delay=0.5))
        assert answer(connections).value == "old"
        time.sleep(0.25)
        begun = time.monotonic()
        answers = connections.run(asking(A))
        assert time.monotonic() - begun < 0.4
        used = answers.by_ask[A]
        assert isinstance(used, Answer)
        assert (used.value, used.stale) == ("old", True)
        assert used.notes == ("$station.thing is 0 seconds old; it is being asked again",)
        # No render pays for what is renewed.
        assert (answers.requests, answers.hits) == (0, 1)
        soon(lambda: answer(connections).value == "new")
    assert station.paths() == ["/a"] * len(station.paths())


def test_many_renders_renew_an_answer_once(station: Station, things: Things) -> None:
    with Connections([connected(things, ttl={"thing": 0.0}, revalidate=60.0)]) as connections:
        answer(connections)
        station.script("a", Reply(delay=0.5))
        for _ in range(20):
            assert answer(connections).stale
        assert len(station.seen) == 2


def test_an_answer_that_cannot_be_renewed_is_used_up_to_its_age_and_no_longer(station: Station, things: Things) -> None:
    with Connections([connected(things, ttl={"thing": 0.0}, revalidate=0.4)]) as connections:
        answer(connections)
        station.script("a", *DOWN)
        assert answer(connections).value == "fine"
        time.sleep(0.45)
        assert "503" in error(connections.run(asking(A)), A).message


def test_what_a_short_run_renews_is_there_for_the_next_one(station: Station, things: Things, tmp_path: Path) -> None:
    policy = {"ttl": {"thing": 0.3}, "revalidate": 60.0}
    with Connections([connected(things, **policy)], cache_folder=tmp_path) as connections:
        answer(connections)
    time.sleep(0.35)
    station.script("a", Reply(body=b'"new"', delay=0.2))
    with Connections([connected(things, **policy)], cache_folder=tmp_path) as connections:
        assert answer(connections).stale
    with Connections([connected(things, **policy)], cache_folder=tmp_path) as connections:
        assert answer(connections).value == "new"


# --- rechecks


def test_what_is_to_be_rechecked_is_asked_again_though_its_time_has_not_passed(
    station: Station, things: Things
) -> None:
    with Connections([connected(things, recheck={"thing": 0.2}, revalidate=60.0)]) as connections:
        answer(connections)
        assert answer(connections).value == "fine"
        time.sleep(0.25)
        station.script("a", Reply(body=b'"dearer"'))
        assert answer(connections).value == "dearer"
    assert len(station.seen) == 2


def test_a_mailing_is_told_which_of_its_answers_are_too_old_to_send(things: Things) -> None:
    with Connections([connected(things, recheck={"thing": 0.2})]) as connections:
        held = {ask: answer(connections, ask) for ask in (A, Ask("station", "other", "b"))}
        assert connections.too_old_to_send(held) == []
        time.sleep(0.25)
        assert connections.too_old_to_send(held) == [A]


# --- what does not exist


def test_how_long_it_is_believed_that_an_id_does_not_exist_is_a_setting(station: Station, things: Things) -> None:
    station.script("a", Reply(404, b"{}"))
    with Connections([connected(things, not_found=0.2)]) as connections:
        assert not answer(connections).found
        assert not answer(connections).found
        time.sleep(0.25)
        assert answer(connections).found


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


def test_a_mail_with_an_older_price_has_its_age_in_its_report(station: Station, things: Things) -> None:
    policy = {"on_failure": "stale", "ttl": {"thing": 0.0}}
    with Environment(integrations=[connected(things, **policy)], cache_folder=None) as environment:
        template = environment.from_string("{$station.thing.bad}")
        assert template.render().report.notes == ()
        station.script("bad", *DOWN)
        time.sleep(0.1)
        report = template.render().report
    assert re.match(r"\$station\.thing is \d seconds old: `station`: status 503", report.notes[0])
    assert report.oldest >= 0.1


# --- answers about persons


def test_an_answer_about_a_person_is_kept_for_its_own_short_time(station: Station, things: Things) -> None:
    secret = Ask("station", "secret", "1")
    policy = {"personal_ttl": 0.3, "on_failure": "stale", "revalidate": 60.0}
    with Connections([connected(things, **policy)]) as connections:
        connections.run(asking(secret))
        assert connections.run(asking(secret)).requests == 0
        time.sleep(0.35)
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
