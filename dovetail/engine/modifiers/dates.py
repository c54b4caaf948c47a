"""`|date_format`."""

from __future__ import annotations

from datetime import datetime

from dovetail.engine.modifiers.arguments import text_of
from dovetail.engine.modifiers.dates_names import names_of
from dovetail.engine.modifiers.dates_parse import strtotime
from dovetail.engine.modifiers.dates_print import moment, php_date, strftime
from dovetail.engine.modifiers.registry import Context, modifier
from dovetail.engine.values import to_int, to_text, truth
from dovetail.engine.values.numbers import numeric
from dovetail.engine.values.plain import plain
from dovetail.errors import ValueFault

USUAL = "%b %e, %Y"
_NO_DATE = ("0000-00-00", "0000-00-00 00:00:00")


def timestamp_of(value: object, context: Context) -> int:
    """A value as Unix seconds: a number, 14 digits YYYYMMDDHHMMSS, or a text that strtotime reads.

    What cannot be read is now, as in Smarty.
    """
    if isinstance(value, datetime) and value.tzinfo is not None:
        # A moment is one whatever the zone it is told in; as text it would lose its zone.
        return int(value.timestamp())
    value = plain(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return to_int(value)
    text = text_of(value, "date_format")
    if not text or text == "0":
        return int(context.now)
    if len(text) == 14 and text.isascii() and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:8]} {text[8:10]}:{text[10:12]}:{text[12:]}"
    elif numeric(text) is not None:
        return to_int(text)
    read = strtotime(text, int(context.now), context.timezone)
    return int(context.now) if read is None else read


@modifier("date_format", group="dates", context=True)
def date_format(
    context: Context,
    value: object,
    format: object = USUAL,  # noqa: A002  # the parameter's name in Smarty
    default: object = "",
    formatter: object = "auto",
) -> str:
    """A date in a pattern: strftime directives where there is a %, otherwise PHP's date() letters."""
    if not truth(value) or (isinstance(value, str) and value in _NO_DATE):
        if not truth(default):
            return ""
        value = default
    when = moment(timestamp_of(value, context), context.timezone)
    pattern = USUAL if format is None else text_of(format, "date_format")
    how = to_text(formatter)
    if how == "strftime" or (how == "auto" and "%" in pattern):
        return strftime(pattern, when, names_of(context.language))
    return php_date(pattern, when, names_of(context.language))


@modifier("datetime", group="dates", context=True, extension=True)
def date_object(context: Context, value: object = "now") -> datetime:
    """A date as an object: it prints as 2027-03-22 13:44:11 and has .year, .month, .day, .time, .timestamp …."""
    return moment(timestamp_of(value, context), context.timezone)


@modifier("date_mod", group="dates", context=True, extension=True)
def date_mod(context: Context, value: object, change: object) -> datetime:
    """A date moved by a step such as '+2 days' or 'first day of next month'."""
    start = timestamp_of(value, context)
    moved = strtotime(to_text(change), start, context.timezone)
    if moved is None:
        raise ValueFault("|date_mod knows no such step", "write it as in |date_mod:'+2 days'")
    return moment(moved, context.timezone)
