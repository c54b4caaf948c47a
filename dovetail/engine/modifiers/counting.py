"""Modifiers that count: items, characters, words, sentences, paragraphs, bytes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from dovetail.engine.modifiers.arguments import WHITE, text_of
from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.values import count as count_items
from dovetail.engine.values import to_int, to_text, truth
from dovetail.engine.values.plain import PhpArray, as_array, to_bytes
from dovetail.engine.values.visits import Visits

_VISIBLE = re.compile(f"[^{WHITE}]")
_SENTENCE_END = re.compile(r"\w[.?!](?:\W|$)")
_LINE_ENDS = re.compile(r"[\r\n]+")


@modifier("count", group="numbers")
def count(value: object, mode: object = 0) -> int:
    """How many items a list has; 0 for null, 1 for a text or a number."""
    array = as_array(value)
    if array is None or to_int(mode) != 1:
        return count_items(value)
    return _count_all(array, 0, Visits())


def _count_all(array: PhpArray, depth: int, visits: Visits) -> int:
    visits.spend(8 + 8 * len(array))
    values = array.values() if isinstance(array, Mapping) else array
    inner = 0
    for value in values:
        nested = as_array(value)
        if nested is not None and depth < 100:
            inner += _count_all(nested, depth + 1, visits)
    return len(array) + inner


@modifier("count_characters", group="numbers")
def count_characters(value: object, include_spaces: object = False) -> int:
    """How many characters a text has, without white space unless asked."""
    text = text_of(value, "count_characters")
    return len(text) if truth(include_spaces) else len(_VISIBLE.findall(text))


@modifier("count_words", group="numbers")
def count_words(value: object) -> int:
    """How many words a text has: a letter with the letters, accents, hyphens and apostrophes behind it."""
    words, inside = 0, False
    for char in text_of(value, "count_words"):
        category = unicodedata.category(char)
        if category[0] == "L":
            words += not inside
            inside = True
        elif category not in ("Mn", "Pd") and char not in "'’":
            inside = False
    return words


@modifier("count_sentences", group="numbers")
def count_sentences(value: object) -> int:
    """How many sentences a text has: ends with . ? or ! behind a word."""
    return len(_SENTENCE_END.findall(text_of(value, "count_sentences")))


@modifier("count_paragraphs", group="numbers")
def count_paragraphs(value: object) -> int:
    """How many paragraphs a text has: runs of line ends, and one."""
    return len(_LINE_ENDS.findall(text_of(value, "count_paragraphs"))) + 1


@modifier("strlen", group="numbers")
def strlen(value: object) -> int:
    """How many bytes a text has in UTF-8; count_characters:true counts characters."""
    text = to_text(value)
    return len(text) if text.isascii() else len(to_bytes(text))
