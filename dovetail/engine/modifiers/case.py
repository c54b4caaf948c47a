"""Modifiers that change the case of letters."""

from __future__ import annotations

import re
import unicodedata

from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.values import to_text, truth
from dovetail.engine.values.plain import from_bytes, to_bytes

_WORD = re.compile(r"\b[^\W_]+\b")
_DIGIT = re.compile(r"\d")
_QUOTED = re.compile(r"((?:^|\s)['\"])(\w)")


def lower_text(text: str) -> str:
    """Lower case as mb_strtolower: the final sigma is not told apart."""
    return text.replace("Σ", "σ").lower() if "Σ" in text else text.lower()


@modifier("upper", group="text")
def upper(value: object) -> str:
    """Capital letters; ß becomes SS."""
    return to_text(value).upper()


@modifier("lower", group="text")
def lower(value: object) -> str:
    """Small letters."""
    return lower_text(to_text(value))


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] == "L"


def _word_starts(text: str) -> str:
    parts: list[str] = []
    before = " "
    for char in text:
        if before != "'" and not _is_letter(before) and unicodedata.category(char) == "Ll":
            # Smarty runs stripslashes over what stands before the letter.
            if before == "\\":
                parts.pop()
            char = char.upper()
        parts.append(char)
        before = char
    return "".join(parts)


_IGNORED = ("Mn", "Me", "Cf", "Lm", "Sk")


def _title(text: str) -> str:
    """mb_convert_case(MB_CASE_TITLE): apostrophes and accents do not start a word."""
    parts: list[str] = []
    inside = False
    for char in text:
        parts.append(lower_text(char) if inside else char.title())
        if char not in "'’.:·" and unicodedata.category(char) not in _IGNORED:
            inside = char.isupper() or char.islower() or char.istitle()
    return "".join(parts)


@modifier("capitalize", group="text")
def capitalize(value: object, digits: object = False, rest: object = False) -> str:
    """Capital first letters of all words; `digits` also of words with digits, `rest` makes the others small."""
    text = to_text(value)
    changed = _title(text) if truth(rest) else _word_starts(text)
    if not truth(digits):
        # PHP puts the words with digits back by their byte offsets.
        raw = bytearray(to_bytes(changed))
        start = at = 0
        for found in _WORD.finditer(text):
            if not _DIGIT.search(found.group()):
                continue
            start += len(to_bytes(text[at : found.start()]))
            at = found.start()
            raw[start : start + len(to_bytes(found.group()))] = to_bytes(lower_text(found.group()))
        changed = from_bytes(bytes(raw))
    return _QUOTED.sub(lambda found: found.group(1) + found.group(2).upper(), changed)
