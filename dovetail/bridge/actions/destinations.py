"""The hosts that webhooks go to: a client, a few requests at once, and a breaker for each."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dovetail.bridge.actions.outcome import Held, Undelivered
from dovetail.bridge.actions.webhook import Destination, post
from dovetail.providers.addresses import is_public
from dovetail.providers.breaker import Breaker

if TYPE_CHECKING:
    import httpx

_AT_ONCE = 4
"""Requests to one host at the same time."""
_FAILURES = 5
"""Attempts that fail in a row, after which a host is left alone."""
_SHARE = 0.8
PAUSE = 60.0
"""Seconds for which it is."""
_KEPT = 100


@dataclass(slots=True)
class _Host:
    client: httpx.AsyncClient
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    breaker: Breaker = field(default_factory=lambda: Breaker(_FAILURES, _SHARE, PAUSE))
    users: int = 0


class Destinations:
    """Sends webhooks. `private`: they may go into private networks.

    `clock` gives Unix seconds, `ticks` seconds that only go forward.
    """

    def __init__(
        self,
        *,
        private: bool = False,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._private = private
        self._clock = clock
        self._ticks = ticks
        self._hosts = OrderedDict[str, _Host]()

    async def send(self, destination: Destination, key: str, payload: bytes) -> None:
        """Post a JSON payload under a key.

        Raises:
            Undelivered: it was not taken.
            Held: its host has failed too often, and is left alone.
        """
        name = urlsplit(destination.url).hostname or ""
        host = await self._host(name)
        host.users += 1
        try:
            async with host.room:
                await self._tried(host, name, destination, key, payload)
        finally:
            host.users -= 1

    async def close(self) -> None:
        """End connections."""
        hosts, self._hosts = self._hosts, OrderedDict()
        for each in hosts.values():
            await each.client.aclose()

    async def _tried(self, host: _Host, name: str, destination: Destination, key: str, payload: bytes) -> None:
        now, breaker = self._ticks(), host.breaker
        left = breaker.left(now)
        if left or breaker.trying:
            raise Held(f"{name} is left alone for a while: {breaker.reason}", left or 1.0)
        trial, known = breaker.enter(), False
        try:
            address = None if self._private else await _public_address(name)
            await post(host.client, destination, key, payload, self._clock(), address)
            known = True
            breaker.succeeded(trial=trial)
        except Undelivered as error:
            known = True
            # Who refuses is there.
            if error.again:
                breaker.failed(self._ticks(), error.reason, trial=trial)
            else:
                breaker.succeeded(trial=trial)
            raise
        finally:
            if not known:
                breaker.abandoned(trial=trial)

    async def _host(self, name: str) -> _Host:
        found = self._hosts.get(name)
        if found is None:
            import httpx

            # A client for each: two hosts behind one address share no connection, whose certificate is one's only.
            found = self._hosts[name] = _Host(httpx.AsyncClient(follow_redirects=False, trust_env=False))
            unused = [other for other, each in self._hosts.items() if not each.users and other != name]
            for other in unused[: max(0, len(self._hosts) - _KEPT)]:
                await self._hosts.pop(other).client.aclose()
        self._hosts.move_to_end(name)
        return found


async def _public_address(host: str) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        raise Undelivered(f"the name {host} is not known", again=True) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not all(is_public(each) for each in addresses):
        raise Undelivered(f"{host} is in a private network, and requests may not go there", again=False)
    return addresses[0]
