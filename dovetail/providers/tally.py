"""Counting HTTP requests for whoever caused them."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """HTTP requests that were really sent, each attempt counted."""

    requests: int = 0


TALLY: ContextVar[Tally | None] = ContextVar("dovetail_tally", default=None)
"""Who pays for the requests of this task and of the tasks it starts."""
