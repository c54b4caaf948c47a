"""The gate of an integration: every attempt of a request passes it, and is counted, paced, or turned away.

It keeps the promises of the policy towards the other system: requests at the same time, requests a second, a
pause that the system asked for, a rest after many failures, and a budget for the whole run.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from dovetail.errors import ProviderError, UnreachableError
from dovetail.providers.breaker import Breaker
from dovetail.providers.kinds import Policy
from dovetail.providers.lanes import Lanes
from dovetail.providers.pace import Pace

_LOOK_AGAIN = 0.02
"""Seconds between looks at what came of a trial."""


class Passage:
    """One attempt that was let through; what came of it is told to `succeeded` or `failed`, if it says anything."""

    __slots__ = ("_breaker", "_clock", "_told", "_trial")

    def __init__(self, breaker: Breaker, clock: Callable[[], float]) -> None:
        self._breaker = breaker
        self._clock = clock
        self._trial = breaker.enter()
        self._told = False

    def succeeded(self) -> None:
        """The other system answered."""
        self._told = True
        self._breaker.succeeded(trial=self._trial)

    def failed(self, reason: str) -> None:
        """It did not, or with what is no answer; `reason` is a part of a sentence."""
        self._told = True
        self._breaker.failed(self._clock(), reason, trial=self._trial)

    def end(self) -> None:
        """Nothing more will be told."""
        if not self._told:
            self._breaker.abandoned(trial=self._trial)


class Gate:
    """The gate of one integration, used from one event loop."""

    def __init__(
        self, identifier: str, policy: Policy, lanes: Lanes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._identifier = identifier
        self._budget = policy.max_requests
        self._clock = clock
        self._lanes = lanes
        self._slots = asyncio.Semaphore(policy.concurrency)
        self._pace = Pace(policy.rate, policy.burst)
        self._breaker = Breaker(policy.breaker_failures, policy.breaker_share, policy.breaker_pause)
        self._not_before = 0.0
        self._passed = 0

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[Passage]:
        """Wait for a turn, and hold it.

        Raises:
            UnreachableError: the system is left alone for now.
            ProviderError: the run has used up its budget.
        """
        async with self._slots, self._lanes.lane():
            self._turn_away()
            # Whoever waits here keeps the turn: nobody else could send anything either.
            await asyncio.sleep(self._pace.take(self._clock()))
            # Again and again: another refusal may have moved the moment meanwhile.
            while (left := self._not_before - self._clock()) > 0:  # noqa: ASYNC110
                # Not all in the same instant.
                await asyncio.sleep(left + 0.05 * random.random())  # noqa: S311
            # Whoever comes while one tries shares its fate. It holds a turn of its own, so that it does come to an end.
            while self._breaker.trying:  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_AGAIN)
            self._turn_away()
            self._passed += 1
            passage = Passage(self._breaker, self._clock)
            try:
                yield passage
            finally:
                passage.end()

    def hold(self, seconds: float) -> None:
        """The system asked for a pause: nothing is sent for so long, and then all goes on."""
        self._not_before = max(self._not_before, self._clock() + seconds)

    def shut(self, seconds: float, reason: str) -> None:
        """The system asked for a pause that is too long to wait for: meanwhile everything fails at once."""
        self._breaker.open(self._clock(), seconds, reason)

    def new_run(self) -> None:
        """Begin a new budget."""
        self._passed = 0

    def close(self) -> None:
        """Give back what the gate holds of the system."""
        self._lanes.close()

    def _turn_away(self) -> None:
        if self._breaker.left(self._clock()) > 0:
            pause = max(1, round(self._breaker.seconds))
            raise UnreachableError(
                f"`{self._identifier}` is left alone for {pause} seconds: {self._breaker.reason}",
                identifier=self._identifier,
                help="look whether it is online, and try again later",
                retryable=True,
            )
        if self._budget is not None and self._passed >= self._budget:
            raise ProviderError(
                f"`{self._identifier}`: this run has used its budget of {self._budget} requests (max_requests)",
                identifier=self._identifier,
                help="raise max_requests in dovetail.toml, or make the template or the mailing ask for less",
            )
