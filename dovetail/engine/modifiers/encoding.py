"""Modifiers that write values in other notations and charsets."""

from __future__ import annotations

from dovetail.engine.modifiers.arguments import loose_whole, text_of
from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.values import json_encode as encode
from dovetail.engine.values import to_text
from dovetail.engine.values.plain import to_bytes
from dovetail.errors import ValueFault


@modifier("json_encode", group="encoding")
def json_encode(value: object, flags: object = 0) -> str:
    """A value as JSON; `flags` are PHP's numbers (64: plain slashes, 128: pretty, 256: plain letters)."""
    return encode(value, loose_whole(flags))


def _codec(charset: object) -> str:
    name = to_text(charset)
    try:
        # Only text charsets: "rot13".encode is no charset, nor are Python's zip and hex codecs.
        "a".encode(name, "replace")
    except (LookupError, ValueError, UnicodeError):
        raise ValueFault("This character set is not known.", "use a name such as ISO-8859-1 or UTF-8") from None
    return name


@modifier("to_charset", group="encoding")
def to_charset(value: object, charset: object = "ISO-8859-1") -> str:
    """Turn a text into another charset; what that cannot hold becomes a question mark."""
    raw = text_of(value, "to_charset").encode(_codec(charset), "replace")
    # Bytes that are no UTF-8 stand in text as lone surrogates until |from_charset or |escape:'hex' reads them.
    return raw.decode("utf-8", "surrogateescape")


@modifier("from_charset", group="encoding")
def from_charset(value: object, charset: object = "ISO-8859-1") -> str:
    """Read a text that is in another charset."""
    return to_bytes(text_of(value, "from_charset")).decode(_codec(charset), "replace")
