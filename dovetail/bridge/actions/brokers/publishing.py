"""The brokers that events are published to: a connection, and patience with each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from dovetail.bridge.actions.brokers.address import Address, read_address
from dovetail.bridge.actions.brokers.message import WITHIN, Broker, Message
from dovetail.bridge.actions.outcome import Undelivered
from dovetail.bridge.actions.patience import Patience


@dataclass(slots=True)
class _Place:
    address: Address
    patience: Patience
    connecting: asyncio.Lock = field(default_factory=asyncio.Lock)
    broker: Broker | None = None


class Brokers:
    """Publishes. `ticks` gives seconds that only go forward."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._places = dict[str, _Place]()

    async def publish(self, address: str, message: Message) -> None:
        """Publish to the broker at an address, and wait until it has it.

        Raises:
            Undelivered: it was not taken.
            Held: the broker has failed too often, and is left alone.
        """
        message.check()
        place = self._places.get(address)
        if place is None:
            read = read_address(address)
            place = self._places[address] = _Place(read, Patience(read.name, self._ticks))
        await place.patience.attempt(lambda: _published(place, message))

    async def close(self) -> None:
        """End connections."""
        places, self._places = self._places, {}
        for place in places.values():
            await _end(place)


async def _published(place: _Place, message: Message) -> None:
    broker: Broker | None = None
    try:
        async with asyncio.timeout(WITHIN):
            broker = await _connected(place)
            await broker.publish(message)
    except Undelivered:
        raise
    except ImportError:
        needed = "publishing needs more packages: pip install 'dovetail-mail[brokers]'"
        raise Undelivered(needed, again=False) from None
    except Exception as error:  # noqa: BLE001  # three libraries, each with kinds of its own
        # Whatever state its connection is in, the next message has a new one; others may have made it already.
        if broker is place.broker:
            await _end(place)
        raise Undelivered(_fault(place.address.name, error), again=True) from None


async def _connected(place: _Place) -> Broker:
    async with place.connecting:
        if place.broker is not None and not place.broker.connected:
            await _end(place)
        if place.broker is None:
            place.broker = await _connect(place.address)
        return place.broker


async def _connect(address: Address) -> Broker:
    # Each comes with a library of its own, which takes its time to load.
    match address.kind:
        case "nats":
            from dovetail.bridge.actions.brokers.nats import connect as to_nats

            return await to_nats(address)
        case "kafka":
            from dovetail.bridge.actions.brokers.kafka import connect as to_kafka

            return await to_kafka(address)
        case "rabbitmq":
            from dovetail.bridge.actions.brokers.rabbitmq import connect as to_rabbitmq

            return await to_rabbitmq(address)


async def _end(place: _Place) -> None:
    broker, place.broker = place.broker, None
    if broker is None:
        return
    # Of a connection that has gone, no good end is to be had.
    with suppress(Exception):
        async with asyncio.timeout(WITHIN):
            await broker.close()


def _fault(name: str, error: Exception) -> str:
    """Without the error's own words, which may have the address, or somebody's data."""
    if isinstance(error, TimeoutError):
        return f"{name} did not answer within {WITHIN:g} seconds"
    if isinstance(error, OSError):
        return f"{name} cannot be reached"
    return f"{name} did not take it: {type(error).__name__}"
