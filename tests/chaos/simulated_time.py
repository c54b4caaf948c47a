"""A clock for everything in Dovetail that counts ages, pauses and rests: minutes pass in no time.

Only what Dovetail itself reads is moved. The event loop, and with it every request that is under way, keeps
the real time, so that a jump of five minutes is not taken for a reply that took five minutes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from dovetail.providers.gates import Gate


class SimulatedTime:
    """Stands in for the module `time` there; `ahead` is how many seconds it is in front of it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        return time.time() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Within, environments that are made live by this clock. A module that looks elsewhere fails here."""
        with pytest.MonkeyPatch.context() as patch:
            for module in ("answering", "connections", "transport"):
                patch.setattr(f"dovetail.providers.{module}.time", self)
            patch.setattr("dovetail.providers.transport.Gate", partial(Gate, clock=self.monotonic))
            yield
