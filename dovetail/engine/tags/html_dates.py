"""`{html_select_date}` and `{html_select_time}`: form fields to choose a moment.

Source of the rules: facts/smarty.md (Plugins) and the conformance cases. "Now" is the moment of the
render. Field names, labels and empty entries are escaped, which Smarty leaves to the template's author;
`all_extra`, `day_extra` … and the separators are markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dovetail.engine.modifiers.dates import timestamp_of
from dovetail.engine.modifiers.dates_names import names_of
from dovetail.engine.modifiers.dates_parse import strtotime
from dovetail.engine.modifiers.dates_print import moment, strftime
from dovetail.engine.modifiers.sprintf import sprintf
from dovetail.engine.tags.functions import tag_function
from dovetail.engine.tags.html_markup import Markup, further, html, is_list
from dovetail.engine.values import count, has_item, item, loose_equal, to_int, to_text, truth
from dovetail.engine.values.plain import plain
from dovetail.errors import ValueFault

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

_MOST_YEARS = 10_000
_LONGEST_FORMAT = 200
_LONGEST_LABEL = 1_000
_LONGEST_DATE = 100
_TIMES = ("hour", "minute", "second", "meridian")
_COMMON = frozenset({"time", "prefix", "field_array", "field_separator", "option_separator"})
_DATE = _COMMON | {
    "month_names", "start_year", "end_year", "day_format", "day_value_format", "month_format", "month_value_format",
    "field_order", "display_days", "display_months", "display_years", "year_as_text", "reverse_years",
    *(f"{part}_{what}" for part in ("all", "day", "month", "year") for what in ("extra", "empty", "id")),
    "day_size", "month_size", "year_size",
}  # fmt: skip
_TIME = _COMMON | {
    "display_hours", "display_minutes", "display_seconds", "display_meridian", "use_24_hours",
    "minute_interval", "second_interval",
    *(f"{part}_{what}" for part in ("hour", "minute", "second") for what in ("format", "value_format")),
    *(f"{part}_{what}" for part in _TIMES for what in ("extra", "empty", "id", "size")),
    "all_extra", "all_empty", "all_id",
}  # fmt: skip
_YEAR_MONTH_DAY = re.compile(r"([0-9]*)-([0-9]*)-([0-9]*)")

_Option = tuple[str, str, bool]
"""The value, what is shown, and whether it is chosen."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """The attributes of one tag, and how its fields are written."""

    tag: str
    given: Mapping[str, object]
    prefix: str
    rest: str
    largest: int

    def text(self, name: str, default: str = "") -> str:
        return to_text(self.given[name]) if name in self.given else default

    def on(self, name: str, default: bool = True) -> bool:
        return truth(self.given[name]) if name in self.given else default

    def name(self, part: str) -> str:
        array = self.text("field_array")
        return f"{array}[{self.prefix}{part}]" if truth(array) else f"{self.prefix}{part}"

    def added(self, part: str) -> str:
        """The markup that the author adds, and the attributes which the tag does not know."""
        found = [self.text(name) for name in ("all_extra", f"{part.lower()}_extra")]
        return "".join(f" {text}" for text in found if truth(text)) + self.rest

    def identifier(self, part: str) -> str:
        name, own = self.name(part), f"{part.lower()}_id"
        if own in self.given:
            chosen = self.text(own) if truth(self.text(own)) else name
        elif "all_id" in self.given:
            chosen = self.text("all_id") + name if truth(self.text("all_id")) else name
        else:
            return ""
        return f' id="{html(chosen)}"'

    def select(self, part: str, options: Iterable[_Option]) -> str:
        """One <select>.

        Raises:
            ValueFault: it is too long.
        """
        own, gap = part.lower(), self.text("option_separator", "\n")
        size = to_int(self.text(f"{own}_size"))
        markup = Markup(self.tag, self.largest)
        markup.add(f'<select name="{html(self.name(part))}"', self.identifier(part))
        markup.add(f' size="{size}"' if size else "", self.added(part), ">", gap)
        for name in (f"{own}_empty", "all_empty"):
            if name in self.given:
                markup.add('<option value="">', html(self.given[name]), "</option>", gap)
                break
        for value, shown, chosen in options:
            mark = ' selected="selected"' if chosen else ""
            markup.add(f'<option value="{html(value)}"{mark}>', html(shown), "</option>", gap)
        markup.add("</select>")
        return markup.text()

    def number(self, name: str, default: str, value: int) -> str:
        """A number in the format that an attribute gives."""
        return sprintf(self.text(name, default), (value,), _LONGEST_LABEL)


def _fields(rt: Runtime, tag: str, given: Mapping[str, object], known: frozenset[str], prefix: str) -> _Fields:
    text = to_text(given.get("prefix", prefix))
    return _Fields(tag, given, text, further(given, known), rt.limits.value)


def _sent(fields: _Fields, time: object, first: str) -> object:
    """The map of a form that was sent before: `time` itself, or its part under `field_array`; None without."""
    for found in (time, item(time, fields.text("field_array"))):
        if is_list(found) and has_item(found, fields.prefix + first):
            return found
    return None


def _one(fields: _Fields, sent: object, part: str, default: str) -> str:
    value = item(sent, fields.prefix + part)
    return default if value is None else to_text(value)


def _date(rt: Runtime, fields: _Fields) -> tuple[object, object, object]:
    """Year, month and day that are chosen; None for a part that is not."""
    now = moment(int(rt.now), rt.timezone)
    today = (str(now.year), f"{now.month:02d}", f"{now.day:02d}")
    if "time" not in fields.given:
        return today
    time = plain(fields.given["time"])
    if time is None:
        return None, None, None
    if is_list(time):
        sent = _sent(fields, time, "Year")
        if sent is None:
            return today
        year, month, day = (
            _one(fields, sent, part, usual) for part, usual in zip(("Year", "Month", "Day"), today, strict=True)
        )
        return year, month, day
    # A search that may start at every digit takes its time on long texts; dates are short.
    found = _YEAR_MONTH_DAY.search(to_text(time)[:_LONGEST_DATE])
    if found is not None:
        year_, month_, day_ = (to_int(digits) if digits else None for digits in found.groups())
        return year_, month_, day_
    when = moment(timestamp_of(time, rt), rt.timezone)
    return when.year, when.month, when.day


def _bound(fields: _Fields, name: str, current: int) -> int:
    """The first or last year: `2020`, `+5`, `-5`; the present one when it is not given."""
    if name not in fields.given:
        return current
    text = fields.text(name)
    if text[:1] == "+":
        return current + to_int(text[1:].strip())
    return current - to_int(text[1:].strip()) if text[:1] == "-" else to_int(text)


def _years(rt: Runtime, fields: _Fields, chosen: object) -> str:
    current = moment(int(rt.now), rt.timezone).year
    if fields.on("year_as_text", default=False):
        shown = f'<input type="text" name="{html(fields.name("Year"))}" value="{html(chosen)}" size="4" maxlength="4"'
        return f"{shown}{fields.added('Year')} />"
    first, last = sorted((_bound(fields, "start_year", current), _bound(fields, "end_year", current)))
    if last - first >= _MOST_YEARS:
        raise ValueFault(
            f"`{{html_select_date}}` shows at most {_MOST_YEARS:,} years", "give closer `start_year` and `end_year`"
        )
    years = range(first, last + 1)
    ordered = reversed(years) if fields.on("reverse_years", default=False) else years
    return fields.select("Year", ((str(year), str(year), loose_equal(chosen, year)) for year in ordered))


def _months(rt: Runtime, fields: _Fields, chosen: object) -> str:
    names = fields.given.get("month_names")
    if not (is_list(names) and count(names) == 12):
        names = None
    formats = [fields.text(name, usual) for name, usual in (("month_format", "%B"), ("month_value_format", "%m"))]
    if max(map(len, formats)) > _LONGEST_FORMAT:
        raise ValueFault(
            f"a month's format is longer than {_LONGEST_FORMAT} characters", "use one such as %B, %b or %m"
        )

    def options() -> Iterable[_Option]:
        for month in range(1, 13):
            first = datetime(2000, month, 1, tzinfo=rt.timezone)
            label, value = (strftime(pattern, first, names_of(rt.language)) for pattern in formats)
            # Smarty looks names up by the month's number: a list's first name is never shown.
            shown = label if names is None else to_text(item(names, month))
            yield value, shown, loose_equal(f"{month:02d}", chosen)

    return fields.select("Month", options())


def _days(rt: Runtime, fields: _Fields, chosen: object) -> str:
    return fields.select(
        "Day",
        (
            (
                fields.number("day_value_format", "%d", day),
                fields.number("day_format", "%02d", day),
                loose_equal(f"{day:02d}", chosen),
            )
            for day in range(1, 32)
        ),
    )


@tag_function("html_select_date")
def html_select_date(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {html_select_date}.

    Raises:
        ValueFault: more than 10,000 years, or a format that makes too much text.
    """
    fields = _fields(rt, "html_select_date", given, _DATE, "Date_")
    year, month, day = _date(rt, fields)
    shown: list[str] = []
    for letter in fields.text("field_order", "MDY")[:3].upper():
        if letter == "Y" and fields.on("display_years"):
            shown.append(_years(rt, fields, year))
        elif letter == "M" and fields.on("display_months"):
            shown.append(_months(rt, fields, month))
        elif letter == "D" and fields.on("display_days"):
            shown.append(_days(rt, fields, day))
    return rt.bounded(fields.text("field_separator", "\n").join(shown))


def _time(rt: Runtime, fields: _Fields) -> tuple[int, int, int] | None:
    """Hour, minute and second that are chosen; None when none is."""
    now = moment(int(rt.now), rt.timezone)
    if "time" not in fields.given:
        return now.hour, now.minute, now.second
    time = plain(fields.given["time"])
    if time is None:
        return None
    if not is_list(time):
        when = moment(timestamp_of(time, rt), rt.timezone)
        return when.hour, when.minute, when.second
    sent = _sent(fields, time, "Hour")
    if sent is None:
        return None
    usual = (f"{now.hour:02d}", f"{now.minute:02d}", f"{now.second:02d}")
    parts = [_one(fields, sent, part, value) for part, value in zip(("Hour", "Minute", "Second"), usual, strict=True)]
    text = f"{':'.join(parts)} {_one(fields, sent, 'Meridian', '')}".strip()
    when = moment(strtotime(text, int(rt.now), rt.timezone) or 0, rt.timezone)
    return when.hour, when.minute, when.second


def _hours(fields: _Fields, hour: int | None, whole_day: bool) -> str:
    chosen = hour if hour is None or whole_day else hour % 12 or 12
    return fields.select(
        "Hour",
        (
            (
                fields.number("hour_value_format", "%02d", value),
                fields.number("hour_format", "%02d", value),
                value == chosen,
            )
            for value in (range(24) if whole_day else range(1, 13))
        ),
    )


def _sixty(fields: _Fields, part: str, chosen: int | None) -> str:
    """Minutes or seconds, every so many."""
    own = part.lower()
    every = to_int(fields.given.get(f"{own}_interval", 1))
    if every < 1:
        raise ValueFault(f"`{own}_interval` of `{{html_select_time}}` is below 1", "use 5, 10, 15 …")
    return fields.select(
        part,
        (
            (
                fields.number(f"{own}_value_format", "%02d", value),
                fields.number(f"{own}_format", "%02d", value),
                chosen is not None and value == chosen - chosen % every,
            )
            for value in range(0, 60, every)
        ),
    )


@tag_function("html_select_time")
def html_select_time(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {html_select_time}; at midnight neither AM nor PM is chosen (Smarty's own slip).

    Raises:
        ValueFault: an interval below 1, or a format that makes too much text.
    """
    fields = _fields(rt, "html_select_time", given, _TIME, "Time_")
    time = _time(rt, fields)
    hour, minute, second = time if time is not None else (None, None, None)
    whole_day = fields.on("use_24_hours")
    shown: list[str] = []
    if fields.on("display_hours"):
        shown.append(_hours(fields, hour, whole_day))
    if fields.on("display_minutes"):
        shown.append(_sixty(fields, "Minute", minute))
    if fields.on("display_seconds"):
        shown.append(_sixty(fields, "Second", second))
    if fields.on("display_meridian") and not whole_day:
        morning = hour is not None and 0 < hour < 12
        shown.append(fields.select("Meridian", (("am", "AM", morning), ("pm", "PM", hour is not None and hour >= 12))))
    return rt.bounded(fields.text("field_separator", "\n").join(shown))
