"""Names in dates: months, weekdays, time zones."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

MONTH_NUMBERS: Final = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5,
    "june": 6, "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9,
    "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip

DAY_NUMBERS: Final = {
    "sunday": 0, "sun": 0, "monday": 1, "mon": 1, "tuesday": 2, "tues": 2, "tue": 2, "wednesday": 3, "wed": 3,
    "thursday": 4, "thurs": 4, "thur": 4, "thu": 4, "friday": 5, "fri": 5, "saturday": 6, "sat": 6,
}  # fmt: skip

# Hours east of Greenwich. Short zone names are ambiguous in the world; these are PHP's readings.
_SHORT: Final = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2,
    "eet": 2, "eest": 3, "msk": 3, "jst": 9, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip


def zone_named(name: str) -> tzinfo | None:
    """A zone by its short name or its identifier (`Europe/Amsterdam`); None when there is none."""
    hours = _SHORT.get(name.lower())
    if hours is not None:
        return UTC if hours == 0 else timezone(timedelta(hours=hours))
    if "/" not in name:
        return None
    try:
        return ZoneInfo("/".join("_".join(word.capitalize() for word in part.split("_")) for part in name.split("/")))
    except (OSError, ValueError, KeyError):
        return None
