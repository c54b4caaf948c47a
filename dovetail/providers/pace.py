"""How fast requests may follow each other: a token bucket, as arithmetic on moments."""

from __future__ import annotations


class Pace:
    """At most `rate` requests a second, and `burst` of them together after a rest.

    In any span of T seconds no more than `burst + rate * T` begin (the generic cell rate algorithm, which is a
    token bucket that keeps one number).
    """

    __slots__ = ("_due", "_each", "_slack")

    def __init__(self, rate: float | None, burst: int) -> None:
        self._each = 1.0 / rate if rate else 0.0
        self._slack = (burst - 1) * self._each
        self._due = 0.0

    def take(self, now: float) -> float:
        """Take a turn: the seconds from `now` until it comes."""
        if not self._each:
            return 0.0
        due = max(self._due, now)
        self._due = due + self._each
        return max(0.0, due - self._slack - now)
