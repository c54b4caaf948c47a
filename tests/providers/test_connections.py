from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask
from dovetail.errors import AccessError, OddAnswerError, ProviderError, SettingsError, UsageError
from dovetail.providers.connections import Connections
from tests.providers.station import Reply, Station, Things, asking, connected, error, thing, value

A = thing("a")
DOWN = [Reply(503, b"")] * 10


def test_an_answer_is_asked_for_once(things: Things) -> None:
    with Connections([connected(things)]) as connections:
        first = connections.run(asking(A))
        second = connections.run(asking(A))
        statistics = connections.statistics()
    assert (first.requests, first.hits) == (1, 0)
    assert (second.requests, second.hits) == (0, 1)
    assert value(second, A) == "fine"
    assert (statistics.requests, statistics.hits) == (1, 1)


def test_answers_live_on_disk_from_one_run_to_the_next(things: Things, tmp_path: Path) -> None:
    with Connections([connected(things)], cache_folder=tmp_path) as connections:
        connections.run(asking(A))
    with Connections([connected(things)], cache_folder=tmp_path) as connections:
        assert connections.run(asking(A)).requests == 0


def test_answers_about_persons_do_not(things: Things, tmp_path: Path) -> None:
    station_secret = Ask("station", "secret", "jan@example.org")
    with Connections([connected(things)], cache_folder=tmp_path) as connections:
        connections.run(asking(station_secret))
        assert connections.run(asking(station_secret)).requests == 0
    with Connections([connected(things)], cache_folder=tmp_path) as connections:
        assert connections.run(asking(station_secret)).requests == 1
    assert not any(b"jan@example.org" in each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())


@pytest.mark.parametrize("other", ["account", "fingerprint", "identifier"])
def test_another_account_shop_or_identifier_has_answers_of_its_own(things: Things, tmp_path: Path, other: str) -> None:
    with Connections([connected(things)], cache_folder=tmp_path) as connections:
        connections.run(asking(A))
    account = "second" if other == "account" else "default"
    changed = things if other == "account" else replace(things, **{other: "second"})  # type: ignore[arg-type]
    with Connections([connected(changed)], cache_folder=tmp_path, account=account) as connections:
        assert connections.run(asking(replace(A, identifier=changed.identifier))).requests == 1


def test_an_id_that_does_not_exist_is_believed_for_a_while(station: Station, things: Things) -> None:
    station.script("a", Reply(404, b"{}"))
    with Connections([connected(things)]) as connections:
        first = connections.run(asking(A)).by_ask[A]
        assert isinstance(first, Answer)
        assert not first.found
        assert connections.run(asking(A)).requests == 0


def test_an_ask_that_the_provider_leaves_out_counts_as_not_found(things: Things) -> None:
    class Forgetful(Things):
        def resolve(self, asks):  # type: ignore[no-untyped-def]
            yield []
            return {}

    with Connections([connected(Forgetful(things.url))]) as connections:
        answer = connections.run(asking(A)).by_ask[A]
    assert isinstance(answer, Answer)
    assert not answer.found


def test_failing_is_the_default_when_a_source_cannot_be_asked(station: Station, things: Things) -> None:
    station.script("a", *DOWN)
    with Connections([connected(things)]) as connections:
        assert error(connections.run(asking(A)), A).identifier == "station"


def test_a_stale_answer_will_do_where_that_is_permitted_and_says_its_age(station: Station, things: Things) -> None:
    with Connections([connected(things, on_failure="stale", ttl={"thing": 0.0})]) as connections:
        connections.run(asking(A))
        station.script("a", *DOWN)
        answer = connections.run(asking(A)).by_ask[A]
    assert isinstance(answer, Answer)
    assert answer.value == "fine"
    assert answer.stale
    assert "seconds old" in answer.notes[-1]


def test_an_answer_that_is_too_old_will_not_do(station: Station, things: Things) -> None:
    policy = {"on_failure": "stale", "ttl": {"thing": 0.0}, "stale_up_to": 0.05}
    with Connections([connected(things, **policy)]) as connections:
        connections.run(asking(A))
        time.sleep(0.1)
        station.script("a", *DOWN)
        assert error(connections.run(asking(A)), A).retryable


def test_empty_gives_null_and_a_note(station: Station, things: Things) -> None:
    station.script("a", *DOWN)
    with Connections([connected(things, on_failure="empty")]) as connections:
        answer = connections.run(asking(A)).by_ask[A]
        assert isinstance(answer, Answer)
        assert answer.value is None
        assert "$station.thing.a" in answer.notes[0]
        # Nothing of that is kept: once the source is back, it is asked.
        station.scripts.clear()
        assert value(connections.run(asking(A)), A) == "fine"


def test_a_bug_in_one_provider_takes_nothing_else_down_and_leaks_nothing(
    things: Things, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Things(things.url, identifier="broken", broken=True)
    with Connections([connected(things), connected(broken)]) as connections:
        answers = connections.run(asking(A, thing("a", "broken")))
    assert value(answers, A) == "fine"
    fault = error(answers, thing("a", "broken"))
    assert isinstance(fault, OddAnswerError)
    assert "KeyError" in fault.message
    assert "station.py" in fault.message
    assert "jan@example.org" not in fault.message + caplog.text


def test_a_missing_secret_is_said_as_it_is(things: Things) -> None:
    class Locked(Things):
        def resolve(self, asks):  # type: ignore[no-untyped-def]
            raise SettingsError("`station` needs its key, but KEY is not set")

    with Connections([connected(Locked(things.url))]) as connections:
        fault = error(connections.run(asking(A)), A)
    assert isinstance(fault, AccessError)
    assert "KEY is not set" in fault.message


def test_an_unknown_identifier_is_an_error_with_the_nearest_name(things: Things) -> None:
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A, thing("a", "statoin")))
    assert value(answers, A) == "fine"
    assert "did you mean `station`?" in error(answers, thing("a", "statoin")).help


def test_all_integrations_are_asked_at_the_same_time(station: Station, things: Things) -> None:
    second = Things(station.url, identifier="second")
    station.script("a", Reply(delay=0.1))
    station.script("b", Reply(delay=0.1))
    with Connections([connected(things, concurrency=1), connected(second, concurrency=1)]) as connections:
        connections.run(asking(A, thing("b", "second")))
    assert station.busiest == 2


def test_it_works_inside_a_running_event_loop_as_in_a_notebook(things: Things) -> None:
    async def cell() -> object:
        with Connections([connected(things)]) as connections:
            return value(connections.run(asking(A)), A)

    assert asyncio.run(cell()) == "fine"


def test_the_asynchronous_face_leaves_the_loop_free(station: Station, things: Things) -> None:
    station.script("a", Reply(delay=0.2))

    async def page() -> tuple[object, int]:
        ticks = 0
        with Connections([connected(things)]) as connections:
            render = asyncio.create_task(connections.run_async(asking(A)))
            while not render.done():
                ticks += 1
                await asyncio.sleep(0.01)
            return value(await render, A), ticks

    answer, ticks = asyncio.run(page())
    assert answer == "fine"
    assert ticks > 5


def test_one_set_of_connections_serves_several_loops_and_threads(things: Things) -> None:
    with Connections([connected(things)]) as connections:
        results = [value(asyncio.run(connections.run_async(asking(thing(f"n{n}")))), thing(f"n{n}")) for n in range(3)]
        threads = [threading.Thread(target=lambda: results.append(value(connections.run(asking(A)), A))) for _ in "ab"]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert results == ["fine"] * 5


def test_renders_that_need_the_same_at_once_ask_once(station: Station, things: Things) -> None:
    station.script("a", Reply(delay=0.1))

    async def both(connections: Connections) -> list[object]:
        found = await asyncio.gather(connections.run_async(asking(A)), connections.run_async(asking(A, thing("b"))))
        return [value(answers, A) for answers in found]

    with Connections([connected(things)]) as connections:
        assert asyncio.run(both(connections)) == ["fine", "fine"]
    assert station.paths().count("/a") == 1


def test_a_render_that_is_given_up_does_not_stop_another_that_waits_for_the_same(
    station: Station, things: Things
) -> None:
    station.script("a", Reply(delay=0.2))

    async def both(connections: Connections) -> object:
        first = asyncio.create_task(connections.run_async(asking(A)))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(connections.run_async(asking(A)))
        await asyncio.sleep(0.05)
        first.cancel()
        return value(await second, A)

    with Connections([connected(things)]) as connections:
        assert asyncio.run(both(connections)) == "fine"


def test_requests_are_counted_for_the_render_that_caused_them(station: Station, things: Things) -> None:
    async def both(connections: Connections) -> list[int]:
        found = await asyncio.gather(
            connections.run_async(asking(A, thing("b"))), connections.run_async(asking(thing("c")))
        )
        return [answers.requests for answers in found]

    with Connections([connected(things)]) as connections:
        assert asyncio.run(both(connections)) == [2, 1]


def test_a_conversation_returns_what_it_finds(things: Things) -> None:
    with Connections([connected(things)]) as connections:
        assert connections.talk("station", things.check())[0].ok
        assert asyncio.run(connections.talk_async("station", things.check()))[0].ok
        with pytest.raises(ProviderError, match="nowhere"):
            connections.talk("nowhere", things.check())


def test_closing_twice_is_fine_and_using_after_closing_is_said(things: Things) -> None:
    connections = Connections([connected(things)])
    connections.run(asking(A))
    connections.close()
    connections.close()
    with pytest.raises(UsageError, match="closed"):
        connections.run(asking(A))


def test_closing_ends_what_is_under_way(station: Station, things: Things) -> None:
    station.script("a", Reply(delay=5.0))
    connections = Connections([connected(things)])
    failed: list[BaseException] = []

    def render() -> None:
        with pytest.raises(UsageError, match="closed") as raised:
            connections.run(asking(A))
        failed.append(raised.value)

    thread = threading.Thread(target=render)
    thread.start()
    while not station.seen:
        time.sleep(0.01)
    begun = time.monotonic()
    connections.close()
    thread.join(3)
    assert not thread.is_alive()
    assert failed
    assert time.monotonic() - begun < 3
