"""The hosts that webhooks go to: a client, a few requests at once, and patience with each."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dovetail.bridge.actions.outcome import Undelivered
from dovetail.bridge.actions.patience import Patience
from dovetail.bridge.actions.webhook import Destination, post
from dovetail.providers.addresses import is_public

if TYPE_CHECKING:
    import httpx

_AT_ONCE = 4
"""Requests to one host at the same time."""
_KEPT = 100


@dataclass(slots=True)
class _Host:
    client: httpx.AsyncClient
    patience: Patience
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
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

        async def tried() -> None:
            address = None if self._private else await _public_address(name)
            await post(host.client, destination, key, payload, self._clock(), address)

        try:
            async with host.room:
                await host.patience.attempt(tried)
        finally:
            host.users -= 1

    async def close(self) -> None:
        """End connections."""
        hosts, self._hosts = self._hosts, OrderedDict()
        for each in hosts.values():
            await each.client.aclose()

    async def _host(self, name: str) -> _Host:
        """A host, which has one user more."""
        found = self._hosts.get(name)
        if found is None:
            import httpx

            # A client for each: two hosts behind one address share no connection, whose certificate is one's only.
            client = httpx.AsyncClient(follow_redirects=False, trust_env=False)
            found = self._hosts[name] = _Host(client, Patience(name, self._ticks))
        found.users += 1
        self._hosts.move_to_end(name)
        unused = [other for other, each in self._hosts.items() if not each.users]
        for other in unused[: max(0, len(self._hosts) - _KEPT)]:
            await self._hosts.pop(other).client.aclose()
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
