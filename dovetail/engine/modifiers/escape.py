"""`|escape`, `|unescape` and what automatic HTML escaping runs on every value.

Source of the rules: facts/smarty.md (escape); entity names are those of HTML 4.01, which PHP uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.entities import codepoint2name, name2codepoint
from urllib.parse import quote

from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.native import escape_html
from dovetail.engine.values import to_text, truth
from dovetail.engine.values.plain import to_bytes

_ENTITY = re.compile(r"&(?:#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,8})|([A-Za-z][A-Za-z0-9]*));")


def _code(found: re.Match[str]) -> int | None:
    """The code point that an entity names; None when there is no such entity."""
    decimal, hexadecimal, name = found.groups()
    if name is not None:
        return name2codepoint.get(name)
    code = int(decimal) if decimal is not None else int(hexadecimal, 16)
    return code if code <= 0x10FFFF else None


def _keeping_entities(text: str, encode: Callable[[str], str]) -> str:
    parts: list[str] = []
    at = 0
    for found in _ENTITY.finditer(text):
        if _code(found) is not None:
            parts += encode(text[at : found.start()]), found.group()
            at = found.end()
    return "".join(parts) + encode(text[at:])


def _all_entities(text: str) -> str:
    text = escape_html(text)
    if text.isascii():
        return text
    return "".join(
        char if char < "\x80" or ord(char) not in codepoint2name else f"&{codepoint2name[ord(char)]};" for char in text
    )


_SCRIPT = re.compile(r"\\|'|\"|\r|\n|</|<!--|<s|<S|`|\$\{")
_SCRIPT_FORMS = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "\r": "\\r",
    "\n": "\\n",
    "</": "<\\/",
    "<!--": "<\\!--",
    "<s": "<\\s",
    "<S": "<\\S",
    "`": "\\`",
    "${": "\\$\\{",
}


def _url(text: str) -> str:
    return quote(to_bytes(text), safe="")


_OTHERS: Mapping[str, Callable[[str], str]] = {
    "url": _url,
    "urlpathinfo": lambda text: _url(text).replace("%2F", "/"),
    "quotes": lambda text: re.sub(r"(?<!\\)'", r"\'", text),
    "hex": lambda text: "".join(f"%{byte:02x}" for byte in to_bytes(text)),
    "hexentity": lambda text: "".join(f"&#x{ord(char):X};" for char in text),
    "decentity": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "javascript": lambda text: _SCRIPT.sub(lambda found: _SCRIPT_FORMS[found.group()], text),
    "mail": lambda text: text.replace("@", " [AT] ").replace(".", " [DOT] "),
    "nonstd": lambda text: "".join(f"&#{ord(char)};" if char >= "~" else char for char in text),
}


@modifier("escape", group="escape")
def escape(value: object, mode: object = "html", charset: object = None, double: object = True) -> str:
    """Make a text safe for a place: html, htmlall, url, urlpathinfo, quotes, hex, hexentity, javascript, mail.

    An unknown mode leaves the text as it is. `double` false keeps entities that are there already.
    """
    text = to_text(value)
    how = to_text(mode)
    if how in ("html", "force", "htmlall"):
        encode = _all_entities if how == "htmlall" else escape_html
        return encode(text) if truth(double) else _keeping_entities(text, encode)
    other = _OTHERS.get(how)
    return text if other is None else other(text)


_HTML_SPECIAL = frozenset(map(ord, "&<>\"'"))


def _decode_special(found: re.Match[str]) -> str:
    code = _code(found)
    return chr(code) if code in _HTML_SPECIAL else found.group()


def _decode_any(found: re.Match[str]) -> str:
    code = _code(found)
    if code is None:
        return found.group()
    # Control characters and surrogates are no characters of HTML 4.
    allowed = code in (9, 10, 13) or 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xD7FF or code >= 0xE000
    return chr(code) if allowed else found.group()


def decode_entities(text: str) -> str:
    """Text with every HTML 4.01 entity replaced by its character."""
    return _ENTITY.sub(_decode_any, text) if "&" in text else text


def decode_special(text: str) -> str:
    """Text with the entities of & < > " ' replaced by the characters."""
    return _ENTITY.sub(_decode_special, text) if "&" in text else text


@modifier("unescape", group="escape")
def unescape(value: object, mode: object = "html", charset: object = None) -> str:
    """Turn HTML entities back into characters: html (the five special ones), htmlall or entity (all)."""
    text = to_text(value)
    how = to_text(mode)
    if how == "html":
        return decode_special(text)
    return decode_entities(text) if how in ("htmlall", "entity") else text


@modifier("raw", group="escape")
def raw(value: object) -> object:
    """Print the value as it is, without automatic HTML escaping."""
    return value
