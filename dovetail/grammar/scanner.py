"""Cuts a template into text, tags, comments and literal regions. Total: any text gives chunks, errors included.

Rules (Smarty 5): a delimiter followed by white space is text unless `auto_literal` is off; `{}` is text;
`{* *}` ends at the first `*}`; `{literal}` is case-insensitive and nests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from dovetail.source import Span

ChunkKind = Literal["text", "tag", "comment", "literal", "unclosed-tag", "unclosed-comment", "unclosed-literal"]


@dataclass(frozen=True, slots=True)
class Delimiters:
    """How tags are marked. `literals` are strings that are text wherever
    they stand (Smarty's `literals`)."""

    left: str = "{"
    right: str = "}"
    auto_literal: bool = True
    literals: tuple[str, ...] = ()


class Chunk(NamedTuple):
    """A piece of the source. `inside` is the part between delimiters, or within a literal region."""

    kind: ChunkKind
    span: Span
    inside: Span


class _Patterns(NamedTuple):
    next: re.Pattern[str]
    literal_edge: re.Pattern[str]
    stop: re.Pattern[str]


@lru_cache(maxsize=32)
def _patterns(delimiters: Delimiters) -> _Patterns:
    left, right = re.escape(delimiters.left), re.escape(delimiters.right)
    blank = r"(?!\s)" if delimiters.auto_literal else ""
    # A delimiter in front of one that is text is text too: `{{ $x }}`.
    nested = rf"(?!{left}\s)" if delimiters.auto_literal else ""
    space = "" if delimiters.auto_literal else r"\s*"
    users = "".join(f"(?P<u{n}>{re.escape(word)})|" for n, word in enumerate(delimiters.literals))
    return _Patterns(
        next=re.compile(
            rf"{users}(?P<comment>{left}\*)|(?P<literal>{left}{space}literal\s*{right})"
            rf"|(?P<tag>{left}{blank}(?!{right}){nested})",
            re.IGNORECASE,
        ),
        literal_edge=re.compile(rf"{left}{space}(?:(?P<close>/)literal|literal\s*){right}", re.IGNORECASE),
        stop=re.compile(rf"{left}|{right}|['\"]"),
    )


def scan(text: str, delimiters: Delimiters = Delimiters()) -> Iterator[Chunk]:
    """All chunks of a text, in order, without gaps or overlaps."""
    patterns = _patterns(delimiters)
    at, size = 0, len(text)
    left, right = len(delimiters.left), len(delimiters.right)
    while at < size:
        match = patterns.next.search(text, at)
        if match is None:
            yield Chunk("text", Span(at, size), Span(at, size))
            return
        start = match.start()
        if start > at:
            yield Chunk("text", Span(at, start), Span(at, start))
        kind = match.lastgroup
        if kind == "comment":
            end = text.find("*" + delimiters.right, match.end())
            if end < 0:
                yield Chunk("unclosed-comment", Span(start, size), Span(match.end(), size))
                return
            at = end + 1 + right
            yield Chunk("comment", Span(start, at), Span(match.end(), end))
        elif kind == "literal":
            edge = _literal_end(text, match.end(), patterns)
            if edge is None:
                yield Chunk("unclosed-literal", Span(start, size), Span(match.end(), size))
                return
            at = edge.end
            yield Chunk("literal", Span(start, at), Span(match.end(), edge.start))
        elif kind == "tag":
            found = tag_end(text, start + left, delimiters)
            if found is None:
                at = _recover(text, start + left, delimiters)
                yield Chunk("unclosed-tag", Span(start, at), Span(start + left, at))
            else:
                at = found + right
                yield Chunk("tag", Span(start, at), Span(start + left, found))
        else:
            # A user literal is text as it stands.
            at = match.end()
            yield Chunk("text", Span(start, at), Span(start, at))


def _literal_end(text: str, at: int, patterns: _Patterns) -> Span | None:
    depth = 1
    for match in patterns.literal_edge.finditer(text, at):
        depth += -1 if match.group("close") else 1
        if depth == 0:
            return Span(match.start(), match.end())
    return None


def tag_end(text: str, at: int, delimiters: Delimiters) -> int | None:
    """Where a tag that starts at `at` (behind its delimiter) ends: the offset of its closing delimiter.

    Quotes hide delimiters; tags nest, also within double quotes. None when the text ends first.
    """
    stop = _patterns(delimiters).stop
    depth = 0
    while True:
        match = stop.search(text, at)
        if match is None:
            return None
        found = match.group()
        if found == "'":
            end = single_end(text, match.end())
            if end is None:
                return None
            at = end
        elif found == '"':
            end = double_end(text, match.end(), delimiters)
            if end is None:
                return None
            at = end
        elif found == delimiters.left:
            depth += 1
            at = match.end()
        elif depth:
            depth -= 1
            at = match.end()
        else:
            return match.start()


_SINGLE_REST = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL)


def single_end(text: str, at: int) -> int | None:
    """The offset behind the closing quote of a single-quoted string whose content starts at `at`."""
    match = _SINGLE_REST.match(text, at)
    return match.end() if match else None


def double_end(text: str, at: int, delimiters: Delimiters) -> int | None:
    """The offset behind the closing quote of a double-quoted string whose content starts at `at`."""
    size, left = len(text), delimiters.left
    while at < size:
        char = text[at]
        if char == "\\":
            at += 2
        elif char == '"':
            return at + 1
        elif text.startswith(left, at) and at + len(left) < size and not text[at + len(left)].isspace():
            end = tag_end(text, at + len(left), delimiters)
            # A brace that is never closed is text of the string.
            at = at + 1 if end is None else end + len(delimiters.right)
        else:
            at += 1
    return None


def _recover(text: str, at: int, delimiters: Delimiters) -> int:
    """Where to go on after a tag that never ends: behind the nearest closing delimiter, else at the line's end."""
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    close = text.find(delimiters.right, at, line_end)
    return close + len(delimiters.right) if close >= 0 else line_end
