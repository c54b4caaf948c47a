"""Names that Copernica's templates use and Smarty 5 does not know.

Source: facts/copernica.md 6.5 and 7.5; where a name is also PHP's, it does what PHP's function does.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from urllib.parse import quote_plus, unquote_to_bytes

from dovetail.engine.modifiers.arguments import loose_whole, number_of, text_of
from dovetail.engine.modifiers.case import lower_text
from dovetail.engine.modifiers.escape import decode_entities
from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.native import escape_html
from dovetail.engine.values import entries, is_iterable, item, to_float, to_int, to_text, truth
from dovetail.engine.values.plain import as_array, from_bytes, to_bytes
from dovetail.engine.values.visits import Visits
from dovetail.errors import ValueFault

_MOST_CHARACTERS = 512
_BLANKS = " \t\n\r\0\x0b"


@modifier("toupper", "strtoupper", group="text", extension=True)
def toupper(value: object) -> str:
    """Capital letters."""
    return text_of(value, "toupper").upper()


@modifier("tolower", "strtolower", group="text", extension=True)
def tolower(value: object) -> str:
    """Small letters."""
    return lower_text(text_of(value, "tolower"))


@modifier("ucfirst", group="text", extension=True)
def ucfirst(value: object) -> str:
    """A capital first letter."""
    text = text_of(value, "ucfirst")
    return text[:1].upper() + text[1:]


@modifier("lcfirst", group="text", extension=True)
def lcfirst(value: object) -> str:
    """A small first letter."""
    text = text_of(value, "lcfirst")
    return text[:1].lower() + text[1:]


@modifier("ucwords", group="text", extension=True)
def ucwords(value: object) -> str:
    """A capital first letter for every word; the other letters stay."""
    before, parts = " ", list[str]()
    for char in text_of(value, "ucwords"):
        parts.append(char.upper() if before in " \t\r\n\f\v" else char)
        before = char
    return "".join(parts)


def _characters(given: object) -> str:
    """The characters of trim's parameter, with `a..z` for a range."""
    text = to_text(given)
    parts: list[str] = []
    at = 0
    while at < len(text):
        if len(parts) > _MOST_CHARACTERS:
            raise ValueFault(f"|trim got more than {_MOST_CHARACTERS} characters to remove.", "name fewer of them")
        if text[at + 1 : at + 3] == ".." and at + 3 < len(text) and text[at + 3] >= text[at]:
            parts += map(chr, range(ord(text[at]), min(ord(text[at + 3]), ord(text[at]) + _MOST_CHARACTERS) + 1))
            at += 4
        else:
            parts.append(text[at])
            at += 1
    return "".join(parts)


@modifier("trim", group="text", extension=True)
def trim(value: object, characters: object = _BLANKS) -> str:
    """Remove blanks (or other characters) from both ends."""
    return text_of(value, "trim").strip(_characters(characters))


@modifier("ltrim", group="text", extension=True)
def ltrim(value: object, characters: object = _BLANKS) -> str:
    """Remove blanks (or other characters) from the start."""
    return text_of(value, "ltrim").lstrip(_characters(characters))


@modifier("rtrim", group="text", extension=True)
def rtrim(value: object, characters: object = _BLANKS) -> str:
    """Remove blanks (or other characters) from the end."""
    return text_of(value, "rtrim").rstrip(_characters(characters))


@modifier("strrev", group="text", extension=True)
def strrev(value: object) -> str:
    """The characters in reverse order."""
    return text_of(value, "strrev")[::-1]


@modifier("strstr", group="text", extension=True)
def strstr(value: object, search: object, before: object = False) -> str | None:
    """The text from the first occurrence of another text on (or up to it); null when it is not there."""
    text, wanted = text_of(value, "strstr"), text_of(search, "strstr")
    at = text.find(wanted)
    if at == -1:
        return None
    return text[:at] if truth(before) else text[at:]


@modifier("strpos", group="text", extension=True)
def strpos(value: object, search: object) -> int:
    """Where a text occurs first, in bytes from 0; -1 when it is not there."""
    return to_bytes(text_of(value, "strpos")).find(to_bytes(text_of(search, "strpos")))


def _digest(algorithm: str) -> Callable[[object], str]:
    def digest(value: object) -> str:
        import hashlib  # it loads OpenSSL, and hardly any mail asks for it

        array = as_array(value)
        texts = [to_text(one) for _, one in entries(value)] if array is not None else [to_text(value)]
        return hashlib.new(algorithm, to_bytes("".join(texts)), usedforsecurity=False).hexdigest()

    digest.__doc__ = f"The {algorithm.upper()} hash of a text in hexadecimal; of a list: of its values."
    return digest


for _name in ("md5", "sha1", "sha256", "sha512"):
    modifier(_name, group="encoding", extension=True)(_digest(_name))


@modifier("base64_encode", group="encoding", extension=True)
def base64_encode(value: object) -> str:
    """A text in base64."""
    return base64.b64encode(to_bytes(text_of(value, "base64_encode"))).decode()


@modifier("base64_decode", group="encoding", extension=True)
def base64_decode(value: object) -> str:
    """The text that base64 stands for; '' when it is none."""
    text = "".join(
        char for char in text_of(value, "base64_decode") if char.isascii() and (char.isalnum() or char in "+/")
    )
    try:
        return from_bytes(base64.b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return ""


@modifier("urlencode", group="encoding", extension=True)
def urlencode(value: object) -> str:
    """A text for a query string, blanks as +."""
    return quote_plus(to_bytes(text_of(value, "urlencode"))).replace("~", "%7E")


@modifier("urldecode", group="encoding", extension=True)
def urldecode(value: object) -> str:
    """The text that a part of a query string stands for."""
    return from_bytes(unquote_to_bytes(to_bytes(text_of(value, "urldecode").replace("+", " "))))


@modifier("html_entity_decode", group="encoding", extension=True)
def html_entity_decode(value: object) -> str:
    """Turn HTML entities into characters."""
    return decode_entities(text_of(value, "html_entity_decode"))


@modifier("htmlspecialchars", group="escape", extension=True)
def htmlspecialchars(value: object) -> str:
    """Make a text safe for HTML, as |escape does."""
    return escape_html(text_of(value, "htmlspecialchars"))


@modifier("http_build_query", group="encoding", extension=True)
def http_build_query(value: object) -> str:
    """The pairs of a map as a query string."""
    if not is_iterable(value):
        raise ValueFault("|http_build_query works on a map.", "give it names and values, as in ['a' => 1]")
    parts: list[str] = []
    _query(value, "", parts, 0, Visits())
    return "&".join(parts)


def _query(value: object, prefix: str, parts: list[str], depth: int, visits: Visits) -> None:
    for key, inner in entries(value):
        name = f"{prefix}[{key}]" if prefix else str(key)
        visits.spend(8 + len(name))
        if is_iterable(inner):
            if depth < 20:
                _query(inner, name, parts, depth + 1, visits)
        elif inner is not None:
            shown = str(int(inner)) if isinstance(inner, bool) else to_text(inner)
            parts.append(f"{urlencode(name)}={urlencode(shown)}")


@modifier("range", group="lists", extension=True)
def slice_range(value: object, start: object, end: object = None) -> object:
    """A part of a list from 0: up to but without `end`; with one number the first so many. Others stay."""
    array = as_array(value)
    if array is None:
        return value
    first, last = (0, loose_whole(start)) if end is None else (loose_whole(start), loose_whole(end))
    first, last = max(0, first), max(0, last)
    if isinstance(array, Mapping):
        return dict(list(array.items())[first:last])
    return [item(array, at) for at in range(first, min(last, len(array)))]


@modifier("ceil", group="numbers", extension=True)
def ceil(value: object) -> float:
    """Round up to a whole number."""
    number = float(number_of(value, "ceil"))
    return float(math.ceil(number)) if math.isfinite(number) else number


@modifier("floor", group="numbers", extension=True)
def floor(value: object) -> float:
    """Round down to a whole number."""
    number = float(number_of(value, "floor"))
    return float(math.floor(number)) if math.isfinite(number) else number


@modifier("abs", group="numbers", extension=True)
def absolute(value: object) -> int | float:
    """A number without its sign."""
    return abs(number_of(value, "abs"))


@modifier("intval", group="numbers", extension=True)
def intval(value: object) -> int:
    """The whole number that a value is or begins with."""
    return to_int(value)


@modifier("floatval", group="numbers", extension=True)
def floatval(value: object) -> float:
    """The number that a value is or begins with."""
    return to_float(value)


@modifier("strval", group="text", extension=True)
def strval(value: object) -> str:
    """A value as text."""
    return to_text(value)
