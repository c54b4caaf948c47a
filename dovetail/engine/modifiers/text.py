"""Modifiers that cut, join and replace text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dovetail.engine.modifiers.arguments import WHITE, bounded, loose_whole, text_of, whole_of
from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.native import escape_html
from dovetail.engine.values import cast_array, php_key, to_text, truth
from dovetail.engine.values.plain import INT_MAX, PhpArray, as_array, from_bytes, to_bytes
from dovetail.engine.values.visits import Visits
from dovetail.errors import ValueFault

_WHITE_RUN = re.compile(f"[{WHITE}]+")
_LINE_END = re.compile(r"\r\n|\n\r|\n|\r")


@modifier("cat", group="text")
def cat(value: object, *texts: object) -> str:
    """Append texts."""
    return to_text(value) + "".join(map(to_text, texts))


@modifier("replace", group="text")
def replace(value: object, search: object, replacement: object) -> object:
    """Replace every occurrence of a text; a list of texts is replaced one after the other."""
    subjects = as_array(value)
    if subjects is not None and to_text(value) == "Array":
        if isinstance(subjects, Mapping):
            return {key: _replaced(to_text(item), search, replacement) for key, item in subjects.items()}
        return [_replaced(to_text(item), search, replacement) for item in subjects]
    return _replaced(to_text(value), search, replacement)


def _values(array: PhpArray) -> list[object]:
    return list(array.values()) if isinstance(array, Mapping) else list(array)


def _replaced(text: str, search: object, replacement: object) -> str:
    searches, replacements = as_array(search), as_array(replacement)
    if searches is None:
        if replacements is not None:
            raise ValueFault(
                "|replace got a list of replacements for one text.", "give a list of texts to search for too"
            )
        return _replace_one(text, to_text(search), to_text(replacement))
    others = None if replacements is None else _values(replacements)
    if len(searches) * len(text) > 20_000_000:
        raise ValueFault("|replace got too many texts to search for in so long a text.", "search for fewer at once")
    for at, one in enumerate(_values(searches)):
        other = replacement if others is None else others[at] if at < len(others) else ""
        text = _replace_one(text, to_text(one), to_text(other))
    return text


def _replace_one(text: str, search: str, replacement: str) -> str:
    if not search:
        return text
    if len(replacement) > len(search):
        bounded(len(text) + text.count(search) * (len(replacement) - len(search)), "replace")
    return text.replace(search, replacement)


@modifier("spacify", group="text")
def spacify(value: object, between: object = " ") -> str:
    """Put a text between all characters."""
    text, glue = to_text(value), to_text(between)
    bounded(len(text) * (1 + len(glue)), "spacify")
    return glue.join(text)


@modifier("strip", group="text")
def strip(value: object, replacement: object = " ") -> str:
    """Replace every run of white space by one blank, or by another text."""
    text, other = text_of(value, "strip"), to_text(replacement)
    bounded(len(text) * max(1, len(other)), "strip")
    return _WHITE_RUN.sub(lambda _: other, text)


@modifier("indent", group="text")
def indent(value: object, count: object = 4, character: object = " ") -> str:
    """Indent every line."""
    text, times = text_of(value, "indent"), whole_of(count, "indent")
    if times < 0:
        raise ValueFault("|indent cannot indent by less than nothing.", "use 0 or more")
    margin = to_text(character)
    bounded(len(text) + (text.count("\n") + 1) * times * len(margin), "indent")
    margin *= times
    # No margin behind a line end that is the last character.
    body, end = (text[:-1], "\n") if text.endswith("\n") else (text, "")
    return margin + body.replace("\n", f"\n{margin}") + end


@modifier("nl2br", group="text")
def nl2br(value: object, xhtml: object = True) -> str:
    """Put a `<br />` before every line end."""
    mark = "<br />" if truth(xhtml) else "<br>"
    return _LINE_END.sub(lambda found: mark + found.group(), to_text(value))


@modifier("str_repeat", group="text")
def str_repeat(value: object, times: object) -> str:
    """Repeat a text."""
    text, count = to_text(value), whole_of(times, "str_repeat")
    if count < 0:
        raise ValueFault("|str_repeat cannot repeat a text less than 0 times.", "use 0 or more")
    bounded(len(text) * count, "str_repeat")
    return text * count


@modifier("substr", group="text")
def substr(value: object, start: object, length: object = INT_MAX) -> str:
    """A part of a text by bytes: from `start` (negative: from the end), `length` bytes long."""
    return part(to_text(value), loose_whole(start), loose_whole(length))


def part(text: str, start: int, length: int) -> str:
    """PHP's substr, in bytes of UTF-8."""
    if text.isascii():
        begin, end = _range(len(text), start, length)
        return text[begin:end]
    raw = to_bytes(text)
    begin, end = _range(len(raw), start, length)
    return from_bytes(raw[begin:end])


def _range(size: int, start: int, length: int) -> tuple[int, int]:
    begin = min(start, size) if start >= 0 else max(0, size + start)
    end = min(size, begin + length) if length >= 0 else size + length
    return begin, max(begin, end)


def _pieces(separator: str, text: str, limit: int) -> list[object]:
    if not separator:
        raise ValueFault("A text cannot be split at an empty text.", "name a separator, as in |split:','")
    pieces: list[object] = []
    if limit > 0:
        pieces += text.split(separator, limit - 1)
        return pieces
    pieces += text.split(separator)
    if limit == 0:
        return [text]
    return pieces[:limit]


@modifier("split", group="text")
def split(value: object, separator: object, limit: object = INT_MAX) -> list[object]:
    """Split a text at a separator into a list."""
    return _pieces(text_of(separator, "split"), text_of(value, "split"), whole_of(limit, "split"))


@modifier("explode", group="text")
def explode(value: object, text: object, limit: object = INT_MAX) -> list[object]:
    """Split the parameter at the value, as in explode(',', $text); |split has the other order."""
    return _pieces(text_of(value, "explode"), text_of(text, "explode"), whole_of(limit, "explode"))


@modifier("join", "implode", group="text")
def join(value: object, separator: object = "") -> str:
    """Join a list into a text; list and separator may stand in either order."""
    if as_array(separator) is not None:
        value, separator = separator, value
    values = _values(cast_array(value))
    glue = to_text(separator)
    texts = [to_text(item) for item in values]
    bounded(sum(map(len, texts)) + len(glue) * len(texts), "join")
    return glue.join(texts)


@modifier("noprint", group="text")
def noprint(value: object) -> str:
    """Print nothing."""
    return ""


_SHOWN = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t"})


@modifier("debug_print_var", group="text")
def debug_print_var(value: object, depth: object = 10, length: object = 40) -> str:
    """Show a value with its inside, as HTML, for looking into data."""
    return _shown(value, min(loose_whole(depth), 50), loose_whole(length), 0, Visits())


def _shown(value: object, deepest: int, length: int, depth: int, visits: Visits) -> str:
    visits.spend(64 + min(len(value), max(0, length)) if isinstance(value, str) else 64)
    if value is None or value is True or value is False:
        return f"<i>{'null' if value is None else 'true' if value else 'false'}</i>"
    array = as_array(value)
    if array is None:
        text = to_text(value)
        if not isinstance(value, str):
            return escape_html(text)
        shown = text.translate(_SHOWN) if len(text) <= length else f"{text[: length - 3]}..."
        return escape_html(f'"{shown}"')
    head = f"<b>Array ({len(array)})</b>"
    if depth == deepest:
        return head
    pairs = array.items() if isinstance(array, Mapping) else enumerate(array)
    margin = "&nbsp;" * (depth * 2)
    return head + "".join(
        f"<br>{margin}<b>{str(php_key(key)).translate(_SHOWN)}</b> =&gt; "
        f"{_shown(item, deepest, length, depth + 1, visits)}"
        for key, item in pairs
    )
