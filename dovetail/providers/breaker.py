"""When a source is left alone: a circuit breaker, as arithmetic on moments."""

from __future__ import annotations

from collections import deque

LOOKED_AT = 20
"""So many of the last attempts are counted for the share of failures."""


class Breaker:
    """Closed: all may pass. Open, for `pause` seconds: nobody. Half open: one may try, and decides.

    It opens after `failures` failed attempts in a row, or when `share` of the last 20 failed. Moments are seconds
    of a clock that only goes forward.
    """

    __slots__ = ("_failures", "_in_a_row", "_last", "_pause", "_share", "_trying", "_until", "reason", "seconds")

    def __init__(self, failures: int, share: float, pause: float) -> None:
        self._failures = failures
        self._share = share
        self._pause = pause
        self._in_a_row = 0
        self._last: deque[bool] = deque(maxlen=LOOKED_AT)
        self._until: float | None = None
        self._trying = False
        self.reason = ""
        """Why it is open: a part of a sentence."""
        self.seconds = 0.0
        """How long it is open in all. (What is left of that changes, and so would the reason of each mail.)"""

    def left(self, now: float) -> float:
        """Seconds for which nobody may pass; 0 when somebody may, or once it is known what came of the trial."""
        return 0.0 if self._until is None else max(0.0, self._until - now)

    @property
    def trying(self) -> bool:
        """Whether somebody is trying, and decides for all who wait."""
        return self._trying

    def enter(self) -> bool:
        """Pass, and say whether this is the one that tries. Only when `left` is 0 and nobody is `trying`."""
        self._trying = self._until is not None
        return self._trying

    def succeeded(self, *, trial: bool) -> None:
        """The source answered."""
        if trial:
            self._close()
        # While it is open, what was under way before says nothing about now.
        if self._until is None:
            self._in_a_row = 0
            self._last.append(True)

    def failed(self, now: float, reason: str, *, trial: bool) -> None:
        """An attempt failed; `reason` is a part of a sentence."""
        if trial:
            self.open(now, self._pause, f"a request to see whether it is back failed, {reason}")
        elif self._until is None:
            self._in_a_row += 1
            self._last.append(False)
            failed = self._last.count(False)
            if self._in_a_row >= self._failures:
                self.open(now, self._pause, f"the last {self._in_a_row} requests failed, {reason}")
            elif len(self._last) == LOOKED_AT and failed >= self._share * LOOKED_AT:
                self.open(now, self._pause, f"{failed} of the last {LOOKED_AT} requests failed, {reason}")

    def abandoned(self, *, trial: bool) -> None:
        """An attempt ended without saying anything about the source; if it was the trial, another may try."""
        if trial:
            self._trying = False

    def open(self, now: float, seconds: float, reason: str) -> None:
        """Let nobody pass for so long, or for longer where that was said before."""
        if self._until is None or now + seconds > self._until:
            self._until = now + seconds
            self.reason = reason
            self.seconds = seconds
        self._trying = False

    def _close(self) -> None:
        self._until = None
        self._trying = False
        self._in_a_row = 0
        self._last.clear()
