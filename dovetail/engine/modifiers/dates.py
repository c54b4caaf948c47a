"""`|date_format`."""

from __future__ import annotations

from dovetail.engine.modifiers.arguments import text_of
from dovetail.engine.modifiers.dates_parse import strtotime
from dovetail.engine.modifiers.dates_print import moment, php_date, strftime
from dovetail.engine.modifiers.registry import Context, modifier
from dovetail.engine.values import to_int, to_text, truth
from dovetail.engine.values.numbers import numeric
from dovetail.engine.values.plain import plain

USUAL = "%b %e, %Y"
_NO_DATE = ("0000-00-00", "0000-00-00 00:00:00")


def timestamp_of(value: object, context: Context) -> int:
    """A value as Unix seconds: a number, 14 digits YYYYMMDDHHMMSS, or a text that strtotime reads.

    What cannot be read is now, as in Smarty.
    """
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
    if not truth(value) or value in _NO_DATE:
        if not truth(default):
            return ""
        value = default
    when = moment(timestamp_of(value, context), context.timezone)
    pattern = USUAL if format is None else text_of(format, "date_format")
    how = to_text(formatter)
    if how == "strftime" or (how == "auto" and "%" in pattern):
        return strftime(pattern, when)
    return php_date(pattern, when)
