"""strtotime: dates as people and systems write them, and relative ones ('+1 month', 'monday next week').

Written after PHP's timelib: at each place the longest form that matches wins; then the fields that were
given are completed from now, the weekday is looked up, and the relative parts are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

from dovetail.engine.modifiers.dates_fields import Fields, resolve
from dovetail.engine.modifiers.dates_zones import DAY_NUMBERS, MONTH_NUMBERS, zone_named

_LONGEST = 200

_MONTH = "(" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + r")(?![a-z])\.?"
_DAY_NAME = "(" + "|".join(sorted(DAY_NUMBERS, key=len, reverse=True)) + ")"
_D = "([0-2]?[0-9]|3[01])"
_M = "(0?[0-9]|1[0-2])"
_DD, _MM = "([0-2][0-9]|3[01])", "(0[0-9]|1[0-2])"
_HOUR = "([01]?[0-9]|2[0-4])"
_ORDINAL = "(?:st|nd|rd|th)?"
_ORDER = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()  # noqa: SIM905
)
_RELATIVE_TEXT = {"last": -1, "previous": -1, "this": 0, "next": 1, **{word: at for at, word in enumerate(_ORDER, 1)}}
_TEXT = "(" + "|".join(_RELATIVE_TEXT) + ")"
_UNITS = {
    "msec": ("us", 1000), "millisecond": ("us", 1000), "ms": ("us", 1000), "usec": ("us", 1), "microsecond": ("us", 1),
    "sec": ("s", 1), "second": ("s", 1), "min": ("s", 60), "minute": ("s", 60), "hour": ("s", 3600),
    "day": ("d", 1), "week": ("d", 7), "fortnight": ("d", 14), "forthnight": ("d", 14),
    "month": ("m", 1), "year": ("y", 1), "weekday": ("weekdays", 1),
}  # fmt: skip
_UNIT = (
    "(" + "|".join(sorted((f"{unit}s?" for unit in _UNITS), key=len, reverse=True)) + f"|{_DAY_NAME[1:-1]})(?![a-z])"
)

Handler = Callable[[Fields, "re.Match[str]"], None]
_FORMS: list[tuple[str, Handler]] = []


class _UnreadableError(Exception):
    """Two dates or two times in one text, or an unknown zone."""


def _form(pattern: str) -> Callable[[Handler], Handler]:
    def add(handler: Handler) -> Handler:
        _FORMS.append((pattern, handler))
        return handler

    return add


def _date(fields: Fields, year: int | None, month: int | None, day: int | None) -> None:
    if fields.has_date:
        raise _UnreadableError
    fields.has_date = True
    fields.year, fields.month, fields.day = year, month, day


def _time(fields: Fields, hour: int, minute: int = 0, second: int = 0) -> None:
    if fields.has_time:
        raise _UnreadableError
    fields.has_time = True
    fields.hour, fields.minute, fields.second = hour, minute, second


def _no_time(fields: Fields) -> None:
    fields.has_time = False
    fields.hour = fields.minute = fields.second = 0


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


@_form(r"@(-?[0-9]{1,11})(?:\.[0-9]{0,6})?")
def _timestamp(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, 1970, 1, 1)
    _time(fields, 0)
    fields.relative["s"] += int(found[1])
    fields.zone = UTC


@_form(r"(yesterday|now|noon|midnight|today|tomorrow)(?![a-z])")
def _word(fields: Fields, found: re.Match[str]) -> None:
    word = found[1].lower()
    if word == "now":
        return
    _no_time(fields)
    if word == "noon":
        fields.has_time, fields.hour = True, 12
    fields.relative["d"] += {"yesterday": -1, "tomorrow": 1}.get(word, 0)


@_form(r"(first|last) day of(?![a-z])")
def _edge(fields: Fields, found: re.Match[str]) -> None:
    fields.edge = found[1].lower()


@_form(rf"{_TEXT}[ \t]+{_DAY_NAME}[ \t]+of(?![a-z])")
def _weekday_of(fields: Fields, found: re.Match[str]) -> None:
    _no_time(fields)
    fields.weekday_of = (_RELATIVE_TEXT[found[1].lower()], DAY_NUMBERS[found[2].lower()])


@_form(r"(1[0-2]|0?[1-9])(?:[:.]([0-5]?[0-9]))?(?:[:.]([0-5]?[0-9]))?[ \t]*([ap])\.?m\.?(?![a-z])")
def _time12(fields: Fields, found: re.Match[str]) -> None:
    hour = int(found[1]) % 12 + (12 if found[4].lower() == "p" else 0)
    _time(fields, hour, int(found[2] or 0), int(found[3] or 0))


@_form(rf"t?{_HOUR}[:.]([0-5]?[0-9])(?:[:.]([0-5]?[0-9]|60)(?:[.,][0-9]+)?)?(?![0-9])")
def _time24(fields: Fields, found: re.Match[str]) -> None:
    _time(fields, int(found[1]), int(found[2]), int(found[3] or 0))


@_form(r"t([01][0-9]|2[0-4])([0-5][0-9])?([0-5][0-9])?(?![0-9])")
def _time_digits(fields: Fields, found: re.Match[str]) -> None:
    _time(fields, int(found[1]), int(found[2] or 0), int(found[3] or 0))


@_form(r"([0-9]{4})(?![0-9])")
def _four_digits(fields: Fields, found: re.Match[str]) -> None:
    hour, minute = int(found[1][:2]), int(found[1][2:])
    if not fields.has_time and hour <= 24 and minute < 60:
        _time(fields, hour, minute)
    else:
        fields.year = int(found[1])


@_form(rf"([0-9]{{4}})-{_M}-{_D}(?![0-9])")
@_form(rf"([0-9]{{4}})/{_M}/{_D}(?![0-9])")
@_form(rf"([0-9]{{4}}){_MM}{_DD}(?=t|[^0-9]|$)")
def _year_month_day(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, int(found[1]), int(found[2]), int(found[3]))


@_form(rf"([0-9]{{2}})-{_MM}-{_DD}(?![0-9])")
def _short_year_month_day(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, _year(found[1]), int(found[2]), int(found[3]))


@_form(rf"([0-9]{{4}})-{_MM}(?![0-9])")
def _year_month(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, int(found[1]), int(found[2]), 1)


@_form(rf"{_M}/{_D}(?:/([0-9]{{4}}|[0-9]{{2}}))?(?![0-9])")
def _american(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, None if found[3] is None else _year(found[3]), int(found[1]), int(found[2]))


@_form(rf"{_D}[-.\t]{_M}[-.]([0-9]{{4}})(?![0-9])")
@_form(rf"{_D}[.\t]{_M}\.([0-9]{{2}})(?![0-9])")
def _european(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, _year(found[3]), int(found[2]), int(found[1]))


@_form(r"([0-9]{4})[-.]?(00[1-9]|0[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])(?![0-9])")
def _day_of_year(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, int(found[1]), 1, int(found[2]))


@_form(r"([0-9]{4})-?w([0-4][0-9]|5[0-3])(?:-?([0-7]))?(?![0-9])")
def _iso_week(fields: Fields, found: re.Match[str]) -> None:
    year, week, day = int(found[1]), int(found[2]), int(found[3] or 1)
    first = datetime(max(year, 1), 1, 4, tzinfo=UTC)
    monday = 4 - first.weekday()
    _date(fields, year, 1, monday + (week - 1) * 7 + day - 1)


@_form(rf"{_D}{_ORDINAL}[ \t.-]*{_MONTH}(?:[ \t.,-]*([0-9]{{4}}|[0-9]{{2}})(?![0-9:.]))?")
def _day_month(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, None if found[3] is None else _year(found[3]), MONTH_NUMBERS[found[2].lower()], int(found[1]))


@_form(rf"{_MONTH}[ \t.-]*{_D}{_ORDINAL}(?![0-9])(?:[ \t,.-]+([0-9]{{4}})(?![0-9:]))?")
def _month_day(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, None if found[3] is None else int(found[3]), MONTH_NUMBERS[found[1].lower()], int(found[2]))


@_form(rf"{_MONTH}[ \t.-]*([0-9]{{4}})(?![0-9:])")
def _month_year(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, int(found[2]), MONTH_NUMBERS[found[1].lower()], 1)


@_form(rf"([0-9]{{4}})[ \t.-]*{_MONTH}(?:[ \t.-]*{_D}(?![0-9:]))?")
def _year_month_name(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, int(found[1]), MONTH_NUMBERS[found[2].lower()], int(found[3] or 1))


@_form(_MONTH)
def _month(fields: Fields, found: re.Match[str]) -> None:
    _date(fields, None, MONTH_NUMBERS[found[1].lower()], None)


def _add(fields: Fields, amount: int, unit: str, behavior: int) -> None:
    unit = unit.lower()
    known = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    if known is not None:
        fields.relative[known[0]] += amount * known[1]
        return
    _no_time(fields)
    fields.relative["d"] += (amount - 1 if amount > 0 else amount) * 7
    fields.weekday, fields.weekday_behavior = DAY_NUMBERS[unit], behavior


@_form(rf"([+-]*)[ \t]*([0-9]{{1,9}})[ \t]*{_UNIT}")
def _relative(fields: Fields, found: re.Match[str]) -> None:
    amount = int(found[2])
    _add(fields, -amount if found[1].count("-") % 2 else amount, found[3], 1)


@_form(rf"{_TEXT}[ \t]+{_UNIT}")
def _relative_text(fields: Fields, found: re.Match[str]) -> None:
    word = found[1].lower()
    _add(fields, _RELATIVE_TEXT[word], found[2], 1 if word == "this" else 0)
    if found[2].lower() in ("week", "weeks"):
        fields.weekday_behavior = 2


@_form(rf"{_DAY_NAME}(?![a-z])")
def _weekday(fields: Fields, found: re.Match[str]) -> None:
    _no_time(fields)
    fields.weekday = DAY_NUMBERS[found[1].lower()]
    if fields.weekday_behavior != 2:
        fields.weekday_behavior = 1


@_form(r"ago(?![a-z])")
def _ago(fields: Fields, found: re.Match[str]) -> None:
    for unit in fields.relative:
        fields.relative[unit] *= -1


@_form(r"(?:gmt|utc)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?::?[0-9]{2})?(?![0-9:])")
def _offset(fields: Fields, found: re.Match[str]) -> None:
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes >= 24 * 60:
        raise _UnreadableError
    fields.zone = timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


@_form(r"\(?([a-z]+(?:[_/-][a-z]+)+|[a-z]{1,6})\)?(?![a-z])")
def _zone(fields: Fields, found: re.Match[str]) -> None:
    zone = zone_named(found[1])
    if zone is None:
        raise _UnreadableError
    fields.zone = zone


_BETWEEN = re.compile(r"[ \t\n\r,.;]+")


@cache
def _forms() -> list[tuple[re.Pattern[str], Handler]]:
    """The forms, ready to match: most mails read no date, and making the expressions takes longer than a render."""
    return [(re.compile(pattern, re.IGNORECASE | re.ASCII), handler) for pattern, handler in _FORMS]


def strtotime(text: str, now: int, zone: tzinfo) -> int | None:
    """The Unix seconds that a text names, read in `zone` and relative to `now`; None when it cannot be read."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    fields = Fields()
    at = 0
    try:
        while at < len(text):
            blank = _BETWEEN.match(text, at)
            if blank is not None:
                at = blank.end()
                continue
            best: tuple[re.Match[str], Handler] | None = None
            for pattern, handler in _forms():
                found = pattern.match(text, at)
                if found is not None and (best is None or found.end() > best[0].end()):
                    best = found, handler
            if best is None:
                return None
            best[1](fields, best[0])
            at = best[0].end()
        return resolve(fields, now, zone)
    except (_UnreadableError, OverflowError, ValueError):
        return None
