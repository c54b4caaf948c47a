"""When a step is done: pure arithmetic on Unix seconds and time zones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dovetail.bridge.events.event import Event
from dovetail.bridge.followups.followup import Followup, Quiet, Step
from dovetail.errors import ValueFault


def next_time(now: float, at: time, zone: ZoneInfo) -> float:
    """The next moment at which it is `at` in a zone, now included.

    On the day on which it is skipped, it is as long after midnight as on other days.
    """
    here = datetime.fromtimestamp(now, zone)
    for days in (0, 1):
        day = here.date() + timedelta(days=days)
        moment = datetime.combine(day, at, zone).timestamp()
        if moment >= now:
            return moment
    return datetime.combine(here.date() + timedelta(days=2), at, zone).timestamp()


def after_quiet(now: float, quiet: Quiet) -> float | None:
    """When quiet hours end; None when there are none now."""
    here = datetime.fromtimestamp(now, quiet.zone).time()
    if quiet.begin < quiet.end:
        within = quiet.begin <= here < quiet.end
    else:
        within = here >= quiet.begin or here < quiet.end
    return next_time(now, quiet.end, quiet.zone) if within else None


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name; UTC when there is none of that name."""
    try:
        return ZoneInfo(name.strip() or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def moment_of(text: str) -> float:
    """A date, a date and time (UTC unless it says), or Unix seconds.

    Raises:
        ValueFault: it is none.
    """
    given = text.strip()
    try:
        return float(given)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise ValueFault(
            "this is no moment", "write a date as 2027-01-31, with a time behind it, or Unix seconds"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def chance_of(rule: Followup, step: Step, event: Event) -> str:
    """What `chosen` is asked by: an event goes the same way whenever it is tried, and when it is rehearsed."""
    return f"{rule.name} {event.id} {step.name}"


def chosen(ways: Sequence[tuple[float, str]], of: str) -> str:
    """One of several ways by their weights: by chance, and the same one whenever `of` is asked again."""
    point = int.from_bytes(hashlib.sha256(of.encode()).digest()[:8], "big") / 2**64
    point *= sum(weight for weight, _ in ways)
    for weight, to in ways:
        point -= weight
        if point < 0:
            return to
    return ways[-1][1]
