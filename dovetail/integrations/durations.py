"""Spans of time as people write them: `90s`, `10m`, `1h30m`, `7d`; a bare number counts seconds."""

from __future__ import annotations

import math
import re

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_WHOLE = re.compile(rf"(?:{_PART.pattern}\s*)+\Z")

EXAMPLES = '"90s", "10m", "1h30m" or "7d"'


def seconds_of(value: object) -> float | None:
    """The span in seconds, or None when `value` is not a span of time."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) and value >= 0 else None
    if not isinstance(value, str) or not _WHOLE.match(value.strip()):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value))


def in_words(seconds: float) -> str:
    """The span as it is written in a settings file: the largest unit that divides it."""
    for unit, size in reversed(_UNITS.items()):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
