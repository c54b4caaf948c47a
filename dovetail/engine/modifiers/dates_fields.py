"""What was read from a date text, and the moment that it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo


@dataclass(slots=True)
class Fields:
    """The parts of a date while it is read. None: not given; `edge`: 'first' or 'last' day of the month.

    `weekday` counts from Sunday 0; `weekday_behavior` is timelib's: 0 the next one, 1 today or the next
    one, 2 the one of this week. `weekday_of` is (which, weekday) of 'first monday of'.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    has_date: bool = False
    has_time: bool = False
    zone: tzinfo | None = None
    relative: dict[str, int] = field(default_factory=lambda: {"y": 0, "m": 0, "d": 0, "s": 0, "us": 0, "weekdays": 0})
    weekday: int | None = None
    weekday_behavior: int = 0
    weekday_of: tuple[int, int] | None = None
    edge: str = ""


def resolve(fields: Fields, now: int, zone: tzinfo) -> int:
    """The Unix seconds of the fields, completed from now.

    Raises:
        OverflowError, ValueError: outside the years 1 to 9999.
    """
    zone = fields.zone or zone
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=now)).astimezone(zone)
    if fields.hour is None and not fields.has_date:
        hour, minute, second = local.hour, local.minute, local.second
    else:
        hour, minute, second = fields.hour or 0, fields.minute or 0, fields.second or 0
    year = local.year if fields.year is None else fields.year
    month = local.month if fields.month is None else fields.month
    day = local.day if fields.day is None else fields.day
    relative = fields.relative
    if fields.weekday_of is not None:
        when = _weekday_in_month(year + relative["y"], month + relative["m"], *fields.weekday_of)
        when += timedelta(days=relative["d"])
    else:
        if fields.weekday is not None:
            day += _to_weekday(_day(year, month, day), fields)
        year, month = year + relative["y"], month + relative["m"]
        if fields.edge:
            month, day = (month, 1) if fields.edge == "first" else (month + 1, 0)
        when = _day(year, month, day + relative["d"])
    when = _add_weekdays(when, relative["weekdays"])
    start = datetime(when.year, when.month, when.day, tzinfo=zone)
    wall = start + timedelta(hours=hour, minutes=minute, seconds=second)
    # Hours and less are real time, also across a change of the clock.
    moment = wall.astimezone(UTC) + timedelta(seconds=relative["s"], microseconds=relative["us"])
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def _day(year: int, month: int, day: int) -> date:
    """A day whose month and day may overflow: 31 February is 2 or 3 March."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) + timedelta(days=day - 1)


def _to_weekday(day: date, fields: Fields) -> int:
    wanted = fields.weekday or 0
    current = day.isoweekday() % 7
    if fields.weekday_behavior == 2:
        # Weeks begin on Monday: Sunday is the last day of this week.
        return (wanted or 7) - (current or 7)
    difference = wanted - current
    if (fields.relative["d"] < 0 and difference < 0) or (
        fields.relative["d"] >= 0 and difference <= -fields.weekday_behavior
    ):
        difference += 7
    return difference


def _weekday_in_month(year: int, month: int, which: int, weekday: int) -> date:
    if which < 0:
        last = _day(year, month + 1, 0)
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = _day(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + (which - 1) * 7)


def _add_weekdays(day: date, count: int) -> date:
    if not count:
        return day
    weeks, rest = divmod(abs(count), 5)
    step = timedelta(days=1 if count > 0 else -1)
    day += step * 7 * weeks
    while rest or day.isoweekday() > 5:
        day += step
        rest -= rest > 0 and day.isoweekday() <= 5
    return day
