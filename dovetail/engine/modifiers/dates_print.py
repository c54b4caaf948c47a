"""Dates as text: PHP's date() letters and C's strftime with glibc's extensions, in English (C locale)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from dovetail.engine.modifiers.dates_names import ENGLISH, Names
from dovetail.errors import ValueFault

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(timestamp: int, zone: tzinfo) -> datetime:
    """A Unix time in a zone.

    Raises:
        ValueFault: outside the years 1 to 9999.
    """
    try:
        return (_EPOCH + timedelta(seconds=timestamp)).astimezone(zone)
    except (OverflowError, ValueError):
        raise ValueFault("This date is outside the years 1 to 9999.", "check the timestamp: seconds, not ms?") from None


def _offset(when: datetime, colon: str) -> str:
    minutes = int((when.utcoffset() or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


def _hour12(when: datetime) -> int:
    return when.hour % 12 or 12


def _suffix(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _zone_name(when: datetime) -> str:
    key = getattr(when.tzinfo, "key", None)
    return key if isinstance(key, str) else when.tzname() or "UTC"


def _short_zone(when: datetime) -> str:
    name = when.tzname() or "UTC"
    return name if name.isalpha() else _offset(when, ":")


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _month_days(when: datetime) -> int:
    return (
        29 if when.month == 2 and _leap(when.year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[when.month - 1]
    )


def _swatch(when: datetime) -> str:
    utc = when.astimezone(UTC)
    return f"{int(((utc.hour * 3600 + utc.minute * 60 + utc.second + 3600) % 86400) / 86.4):03d}"


_PHP: Mapping[str, Callable[[datetime], str]] = {
    "d": lambda t: f"{t.day:02d}",
    "D": lambda t: DAYS[t.weekday()][:3],
    "j": lambda t: str(t.day),
    "l": lambda t: DAYS[t.weekday()],
    "N": lambda t: str(t.isoweekday()),
    "S": lambda t: _suffix(t.day),
    "w": lambda t: str(t.isoweekday() % 7),
    "z": lambda t: str(t.timetuple().tm_yday - 1),
    "W": lambda t: f"{t.isocalendar().week:02d}",
    "F": lambda t: MONTHS[t.month - 1],
    "m": lambda t: f"{t.month:02d}",
    "M": lambda t: MONTHS[t.month - 1][:3],
    "n": lambda t: str(t.month),
    "t": lambda t: str(_month_days(t)),
    "L": lambda t: str(int(_leap(t.year))),
    "o": lambda t: str(t.isocalendar().year),
    "Y": lambda t: f"{t.year:04d}",
    "y": lambda t: f"{t.year % 100:02d}",
    "X": lambda t: f"{t.year:04d}",
    "x": lambda t: f"{t.year:04d}",
    "a": lambda t: "am" if t.hour < 12 else "pm",
    "A": lambda t: "AM" if t.hour < 12 else "PM",
    "B": _swatch,
    "g": lambda t: str(_hour12(t)),
    "G": lambda t: str(t.hour),
    "h": lambda t: f"{_hour12(t):02d}",
    "H": lambda t: f"{t.hour:02d}",
    "i": lambda t: f"{t.minute:02d}",
    "s": lambda t: f"{t.second:02d}",
    "u": lambda t: "000000",
    "v": lambda t: "000",
    "e": _zone_name,
    "I": lambda t: "1" if t.dst() else "0",
    "O": lambda t: _offset(t, ""),
    "P": lambda t: _offset(t, ":"),
    "p": lambda t: "Z" if not t.utcoffset() else _offset(t, ":"),
    "T": _short_zone,
    "Z": lambda t: str(int((t.utcoffset() or timedelta()).total_seconds())),
    "U": lambda t: str(seconds(t)),
    "c": lambda t: php_date("Y-m-d\\TH:i:sP", t),
    "r": lambda t: php_date("D, d M Y H:i:s O", t),
}


def seconds(when: datetime) -> int:
    """Unix seconds of a moment."""
    return (when.astimezone(UTC) - _EPOCH) // timedelta(seconds=1)


def php_date(format: str, when: datetime, names: Names = ENGLISH) -> str:  # noqa: A002  # PHP's name
    """A moment in PHP's date() letters; a backslash keeps a letter."""
    parts: list[str] = []
    letters = iter(format)
    for letter in letters:
        if letter == "\\":
            parts.append(next(letters, ""))
        else:
            show = _PHP.get(letter)
            named = names.text(letter, when) if letter in "DlFM" else None
            parts.append(letter if show is None else named or show(when))
    return "".join(parts)


def _week(when: datetime, first: int) -> int:
    """The week of the year that begins on a Sunday (`first` 0) or a Monday (1)."""
    return (when.timetuple().tm_yday + 6 - (when.isoweekday() - first) % 7) // 7


# A directive is a number with its width and padding, or a text.
_NUMBERS: Mapping[str, tuple[Callable[[datetime], int], int, str]] = {
    "C": (lambda t: t.year // 100, 2, "0"),
    "d": (lambda t: t.day, 2, "0"),
    "e": (lambda t: t.day, 2, " "),
    "g": (lambda t: t.isocalendar().year % 100, 2, "0"),
    "G": (lambda t: t.isocalendar().year, 4, "0"),
    "H": (lambda t: t.hour, 2, "0"),
    "I": (_hour12, 2, "0"),
    "j": (lambda t: t.timetuple().tm_yday, 3, "0"),
    "k": (lambda t: t.hour, 2, " "),
    "l": (_hour12, 2, " "),
    "m": (lambda t: t.month, 2, "0"),
    "M": (lambda t: t.minute, 2, "0"),
    "s": (seconds, 1, "0"),
    "S": (lambda t: t.second, 2, "0"),
    "u": (lambda t: t.isoweekday(), 1, "0"),
    "U": (lambda t: _week(t, 0), 2, "0"),
    "V": (lambda t: t.isocalendar().week, 2, "0"),
    "w": (lambda t: t.isoweekday() % 7, 1, "0"),
    "W": (lambda t: _week(t, 1), 2, "0"),
    "y": (lambda t: t.year % 100, 2, "0"),
    "Y": (lambda t: t.year, 4, "0"),
}
_TEXTS: Mapping[str, Callable[[datetime], str]] = {
    "%": lambda t: "%",
    "a": lambda t: DAYS[t.weekday()][:3],
    "A": lambda t: DAYS[t.weekday()],
    "b": lambda t: MONTHS[t.month - 1][:3],
    "B": lambda t: MONTHS[t.month - 1],
    "h": lambda t: MONTHS[t.month - 1][:3],
    "n": lambda t: "\n",
    "p": lambda t: "AM" if t.hour < 12 else "PM",
    "P": lambda t: "am" if t.hour < 12 else "pm",
    "t": lambda t: "\t",
    "z": lambda t: _offset(t, ""),
    "Z": lambda t: _short_zone(t),
}
_COMPOUND = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "r": "%I:%M:%S %p",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
}
_DIRECTIVE = re.compile(r"%([-_0^#]*)([0-9]{0,3})[EO]?(.?)", re.DOTALL)


def strftime(format: str, when: datetime, names: Names = ENGLISH) -> str:  # noqa: A002  # C's name
    """A moment in strftime directives; unknown ones stay as they are."""

    def show(found: re.Match[str]) -> str:
        flags, width, letter = found.groups()
        number = _NUMBERS.get(letter)
        if number is not None:
            value, least, padding = number
            padding = "0" if "0" in flags else " " if "_" in flags else padding
            text = str(value(when))
            return text if "-" in flags else text.rjust(int(width or least), padding)
        if letter in _COMPOUND:
            text = strftime(_COMPOUND[letter], when, names)
        elif letter in _TEXTS:
            text = (names.text(letter, when) if letter in "aAbBh" else None) or _TEXTS[letter](when)
        else:
            return found.group()
        if "#" in flags:
            text = text.lower() if letter in "pZ" else text.upper()
        text = text.upper() if "^" in flags else text
        return text.rjust(int(width or 0), "0" if "0" in flags else " ")

    return _DIRECTIVE.sub(show, format)
