"""How often a key may ask: a bucket each, filled as fast as the key's rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_MOST = 10_000
"""Buckets that are kept; those that were longest unused go first, and are full again when they come back."""


class Rates:
    """Buckets by key. Each process counts for itself."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets = dict[str, tuple[float, float]]()

    def wait(self, key: str, rate: float) -> float:
        """Take one; 0 when there was one, else the seconds until there will be."""
        burst = max(rate, 1.0)
        with self._lock:
            now = self._clock()
            left, at = self._buckets.pop(key, (burst, now))
            left = min(burst, left + (now - at) * rate)
            waits = 0.0 if left >= 1.0 else (1.0 - left) / rate
            self._buckets[key] = (left - 1.0 if waits == 0.0 else left, now)
            while len(self._buckets) > _MOST:
                del self._buckets[next(iter(self._buckets))]
        return waits
