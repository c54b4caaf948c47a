"""Hosts that fail are left alone for a while, each by itself; private ones are not gone to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dovetail.bridge.actions.destinations import Destinations
from dovetail.bridge.actions.outcome import Held, Undelivered
from dovetail.bridge.actions.patience import PAUSE
from dovetail.bridge.actions.webhook import Destination
from tests.bridge.actions.test_webhook import BODY, SECRET, Receiver


class Ticks:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest_asyncio.fixture
async def destinations(ticks: Ticks) -> AsyncIterator[Destinations]:
    made = Destinations(private=True, ticks=ticks)
    yield made
    await made.close()


def at(receiver: Receiver, host: str = "127.0.0.1") -> Destination:
    return Destination(f"http://{host}:{receiver.server.server_port}/", (SECRET,))


async def fail(destinations: Destinations, where: Destination, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Undelivered):
            await destinations.send(where, "evt_1", BODY)


@pytest.mark.asyncio
async def test_a_host_that_fails_is_left_alone_and_then_tried_by_one(
    receiver: Receiver, destinations: Destinations, ticks: Ticks
) -> None:
    receiver.status = 503
    await fail(destinations, at(receiver), 5)
    for _ in range(10):
        with pytest.raises(Held) as caught:
            await destinations.send(at(receiver), "evt_1", BODY)
        assert 0 < caught.value.after <= PAUSE
    assert len(receiver.got) == 5
    ticks.now += PAUSE
    receiver.pause = 0.3
    results = await asyncio.gather(
        *[destinations.send(at(receiver), "evt_1", BODY) for _ in range(4)], return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results) == ["Held", "Held", "Held", "Undelivered"]
    assert len(receiver.got) == 6
    ticks.now += PAUSE
    receiver.status, receiver.pause = 204, 0.0
    for _ in range(3):
        await destinations.send(at(receiver), "evt_1", BODY)


@pytest.mark.asyncio
async def test_other_hosts_and_refusals_are_another_matter(receiver: Receiver, destinations: Destinations) -> None:
    receiver.status = 400
    await fail(destinations, at(receiver), 20)
    receiver.status = 503
    await fail(destinations, at(receiver), 5)
    receiver.status = 204
    await destinations.send(at(receiver, "localhost"), "evt_1", BODY)
    with pytest.raises(Held):
        await destinations.send(at(receiver), "evt_1", BODY)


@pytest.mark.asyncio
async def test_few_requests_are_at_a_host_at_once(receiver: Receiver, destinations: Destinations) -> None:
    receiver.pause = 0.2
    sending = asyncio.gather(*[destinations.send(at(receiver), f"evt_{number}", BODY) for number in range(12)])
    await asyncio.sleep(0.1)
    assert len(receiver.got) == 4
    await sending
    assert len(receiver.got) == 12


@pytest.mark.asyncio
async def test_private_addresses_are_not_gone_to(receiver: Receiver) -> None:
    made = Destinations()
    try:
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(Undelivered) as caught:
                await made.send(at(receiver, host), "evt_1", BODY)
            assert not caught.value.again
        assert receiver.got == []
    finally:
        await made.close()
