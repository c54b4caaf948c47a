"""Who has failed too often is left alone for a while; then one tries whether he is back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from dovetail.bridge.actions.outcome import Held, Undelivered
from dovetail.providers.breaker import Breaker

_FAILURES = 5
"""Attempts that fail in a row, after which a host is left alone."""
_SHARE = 0.8
PAUSE = 60.0
"""Seconds for which it is."""


class Patience:
    """With one host, called `name`. `ticks`: seconds that only go forward."""

    def __init__(self, name: str, ticks: Callable[[], float]) -> None:
        self._name = name
        self._ticks = ticks
        self._breaker = Breaker(_FAILURES, _SHARE, PAUSE)

    async def attempt(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do what is to be done at the host.

        Raises:
            Undelivered: as `work` does.
            Held: the host has failed too often, and is left alone.
        """
        breaker = self._breaker
        left = breaker.left(self._ticks())
        if left or breaker.trying:
            raise Held(f"{self._name} is left alone for a while: {breaker.reason}", left or 1.0)
        trial, known = breaker.enter(), False
        try:
            await work()
            known = True
            breaker.succeeded(trial=trial)
        except Undelivered as error:
            known = True
            # Who refuses is there.
            if error.away:
                breaker.failed(self._ticks(), error.reason, trial=trial)
            else:
                breaker.succeeded(trial=trial)
            raise
        finally:
            if not known:
                breaker.abandoned(trial=trial)
