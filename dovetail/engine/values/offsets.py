"""`$text[0]`: reading one byte of a text."""

from __future__ import annotations

import re

from dovetail.engine.values.numbers import float_to_int
from dovetail.engine.values.plain import from_bytes, plain, to_bytes
from dovetail.errors import ValueFault

_WHOLE = re.compile(r"[ \t\n\r\v\f]*([+-]?[0-9]{1,19})(?![0-9]*[.eE][0-9])")


def text_item(text: str, key: object) -> str:
    """The byte at an offset, '' past the end; negative offsets count from the end.

    Raises:
        ValueFault: the key is a text that does not begin with a whole number, or an array.
    """
    at = _offset(key)
    if text.isascii():
        return text[at] if -len(text) <= at < len(text) else ""
    raw = to_bytes(text)
    if not -len(raw) <= at < len(raw):
        return ""
    return from_bytes(raw[at : at + 1] if at != -1 else raw[-1:])


def _offset(key: object) -> int:
    key = plain(key)
    if isinstance(key, (bool, int)):
        return int(key)
    if isinstance(key, float):
        return float_to_int(key)
    if key is None:
        return 0
    if isinstance(key, str):
        found = _WHOLE.match(key)
        if found is not None:
            return int(found.group(1))
        raise ValueFault(
            "This value is a text: it has no fields.",
            "check that the variable is a record or a list; |default gives it another value",
        )
    raise ValueFault("A text cannot be read at a list.", "use a number between the brackets")
