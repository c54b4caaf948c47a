"""Modifiers that fit text into a width, and strip markup."""

from __future__ import annotations

import re
from functools import cache

from dovetail.engine.modifiers.arguments import WHITE, bounded, loose_whole, text_of, whole_of
from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.values import greater, to_text, truth

_MARKUP = re.compile(r"<[^>]*?>")


# Compiled when they are needed: few templates do, and their classes take longer than loading one.
@cache
def _last_word() -> re.Pattern[str]:
    return re.compile(f"[{WHITE}]+?(?:[^{WHITE}]+)?$")


@cache
def _white_char() -> re.Pattern[str]:
    return re.compile(f"([{WHITE}])")


@modifier("truncate", group="text")
def truncate(
    value: object, length: object = 80, etc: object = "...", break_words: object = False, middle: object = False
) -> str:
    """Cut a text to a length in characters, at a blank unless told otherwise; `etc` counts."""
    text, end = text_of(value, "truncate"), to_text(etc)
    if type(length) is int and length == 0:
        return ""
    # PHP compares before it calculates: a length that is no number lets most texts through.
    if not greater(len(text), length):
        return text
    room = whole_of(length, "truncate")
    room -= min(room, len(end))
    if truth(middle):
        half = int(room / 2)
        return text[:half] + end + (text[-half:] if half else text)
    if not truth(break_words):
        text = _without_last_word(text[: room + 1])
    return text[:room] + end


def _without_last_word(text: str) -> str:
    """A text up to the white space before its last word."""
    if not text.isprintable():
        return _last_word().sub("", text)
    # Of white space it has blanks only, which are quicker to find from the end.
    blank = len(text) if text.endswith(" ") else text.rfind(" ")
    return text if blank < 0 else text[:blank].rstrip(" ")


def _tokens(text: str, width: int, cut: bool) -> list[str]:
    tokens: list[str] = []
    for token in _white_char().split(text):
        if cut and len(token) > width >= 0:
            step = max(1, width)
            tokens += (token[at : at + step] for at in range(0, len(token), step))
        elif token:
            tokens.append(token)
    return tokens


def _wrapped(text: str, width: int, wrap: str, cut: bool, modifier: str) -> str:
    parts: list[str] = []
    length = size = 0
    after_space = False
    for token in _tokens(text, width, cut):
        is_space = len(token) == 1 and _white_char().match(token) is not None
        length += len(token)
        if length > width:
            if after_space and parts:
                parts.pop()
            if not is_space:
                # PHP's empty(): a text "0" so far gets no break either.
                if parts and not (len(parts) == 1 and parts[0] == "0"):
                    parts.append(wrap)
                    size += len(wrap)
                    bounded(size, modifier)
                length = len(token)
        elif is_space and token == "\n":  # noqa: S105  # a piece of text, no secret
            length = 0
        after_space = is_space
        parts.append(token)
        size += len(token)
    return "".join(parts)


@modifier("wordwrap", group="text")
def wordwrap(value: object, width: object = 80, wrap: object = "\n", cut: object = False) -> str:
    """Break lines at blanks so that none is wider than a number of characters; `cut` also breaks long words."""
    return _wrapped(text_of(value, "wordwrap"), loose_whole(width), to_text(wrap), truth(cut), "wordwrap")


@modifier("mb_wordwrap", group="text")
def mb_wordwrap(value: object, width: object = 75, wrap: object = "\n", cut: object = False) -> str:
    """The same as wordwrap, 75 characters wide by default."""
    return _wrapped(text_of(value, "mb_wordwrap"), loose_whole(width), to_text(wrap), truth(cut), "mb_wordwrap")


@modifier("strip_tags", group="text")
def strip_tags(value: object, blank: object = True) -> str:
    """Remove HTML tags, with a blank in place of each unless told otherwise."""
    text = to_text(value)
    if not truth(blank):
        return without_tags(text)
    # Behind the last > there are no tags; looking for their ends again and again would take long.
    end = text.rfind(">") + 1
    return _MARKUP.sub(" ", text[:end]) + text[end:]


def without_tags(text: str) -> str:
    """PHP's strip_tags: knows quotes inside tags, comments and processing instructions; `< ` is text."""
    if "<" not in text:
        return text
    kept: list[str] = []
    at = 0
    while True:
        start = text.find("<", at)
        if start == -1:
            kept.append(text[at:])
            return "".join(kept)
        following = text[start + 1 : start + 2]
        if following in " \t\n\r\v\f" and following:
            kept.append(text[at : start + 1])
            at = start + 1
            continue
        kept.append(text[at:start])
        at = _tag_end(text, start)


def _tag_end(text: str, start: int) -> int:
    if text.startswith("<!--", start):
        end = text.find("-->", start + 4)
        return len(text) if end == -1 else end + 3
    if text.startswith("<?", start):
        end = text.find("?>", start + 2)
        return len(text) if end == -1 else end + 2
    quote, depth, at = "", 0, start + 1
    while at < len(text):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "<":
            depth += 1
        elif char == ">":
            if not depth:
                return at + 1
            depth -= 1
        at += 1
    return at
