"""Plain functions behind single constructs of the language."""

from __future__ import annotations

from datetime import UTC, datetime

from dovetail.engine.native import escape_html
from dovetail.engine.values import APPEND, php_key, to_text


def array(*pairs: tuple[object, object]) -> object:
    """A PHP array from `key => value` pairs; APPEND as key takes the next free number."""
    found: dict[int | str, object] = {}
    following: int | None = None
    for key, value in pairs:
        plain = (following or 0) if key is APPEND else php_key(key)
        found[plain] = value
        if type(plain) is int and (following is None or plain >= following):
            following = plain + 1
    return found


def matches(value: object, pattern: object) -> bool:
    """`$a matches '/b/i'`; a broken pattern matches nothing."""
    from dovetail.engine.modifiers import pcre

    return pcre.matches(to_text(value), to_text(pattern))


def date_member(value: datetime, name: str) -> object:
    """A member of a date object (Copernica): parts as numbers, `date`, `time` and `timestamp`; null for others."""
    match name:
        case "year" | "month" | "day" | "hour" | "minute" | "second":
            return int(getattr(value, name))
        case "date":
            return value.strftime("%Y-%m-%d")
        case "time":
            return value.strftime("%H:%M:%S")
        case "timestamp":
            # A moment without a zone is UTC, as everywhere in the engine.
            return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
        case "weekday":
            return value.isoweekday()
        case _:
            return None


def html_text(value: object) -> str:
    """What `{$value}` prints under automatic escaping."""
    text = value if type(value) is str else to_text(value)
    # Most values need nothing; the look is written out here, since a call would cost more than it.
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        return escape_html(text)
    return text
