"""Tickets for WebSockets, and what the language server is to the service."""

from __future__ import annotations

import secrets
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from dovetail.integrations.store.keys import Key
from dovetail.service.problems import Problem

_LIVES = 30.0
_MOST = 10_000


class Language(Protocol):
    """The language server as the composition root hands it over."""

    async def __call__(
        self,
        account: str,
        identifiers: frozenset[str] | None,
        frames: AsyncIterator[str],
        send: Callable[[str], Awaitable[None]],
    ) -> None:
        """Serve one editor until its frames end; `send` is given '' at the end."""
        ...


class Tickets:
    """Tickets that were given and not used. Each process has its own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._given = dict[str, tuple[float, Key]]()

    def give(self, key: Key) -> str:
        """A new ticket."""
        ticket = secrets.token_urlsafe(24)
        now = self._clock()
        with self._lock:
            self._given = {name: held for name, held in self._given.items() if now - held[0] < _LIVES}
            if len(self._given) >= _MOST:
                raise Problem(429, "too many tickets are under way; try again in a moment")
            self._given[ticket] = (now, key)
        return ticket

    def take(self, ticket: str) -> Key | None:
        """Who a ticket was given to; it is used up."""
        with self._lock:
            held = self._given.pop(ticket, None)
        return None if held is None or self._clock() - held[0] >= _LIVES else held[1]
