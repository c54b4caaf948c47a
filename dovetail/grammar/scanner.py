"""Cuts a template into text, tags, comments and literal regions. Total: any text gives chunks, errors included.

Rules (Smarty 5): a delimiter followed by white space is text unless `auto_literal` is off; `{}` is text;
`{* *}` ends at the first `*}`; `{literal}` is case-insensitive and nests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from dovetail.grammar.delimiters import Delimiters as Delimiters
from dovetail.grammar.nesting import MOST_STRINGS
from dovetail.source import Span

ChunkKind = Literal["text", "tag", "comment", "literal", "unclosed-tag", "unclosed-comment", "unclosed-literal"]


class Chunk(NamedTuple):
    """A piece of the source. `inside` is the part between delimiters, or within a literal region."""

    kind: ChunkKind
    span: Span
    inside: Span


Cut: TypeAlias = tuple[ChunkKind, int, int, int, int, bool]
"""A chunk as plain values: kind, start and end of its span, start and end of its inside, and whether text far behind
it had a say in where it ends."""

BUDGET: Final = 4_000_000
"""Characters that all searches for the end of a tag or string in one text may look at in vain."""


class _Patterns(NamedTuple):
    """`first`: what every chunk but text begins with, to be looked for without a pattern; '' where that may vary.

    `plain`: a whole tag without quotes and tags in it.
    """

    first: str
    plain: re.Pattern[str]
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
    # The patterns ignore case, for {LITERAL}.
    varies = bool(delimiters.literals) or delimiters.left.lower() != delimiters.left.upper()
    character = r"[^{}'\"]" if (delimiters.left, delimiters.right) == ("{", "}") else rf"(?:(?!{left}|{right})[^'\"])"
    return _Patterns(
        first="" if varies else delimiters.left,
        plain=re.compile(
            rf"{left}{blank}(?!{right}|\*|{space}literal\s*{right}){nested}{character}*+{right}", re.IGNORECASE
        ),
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
    for kind, start, end, inside, inside_end, _ in cut(TagSearch(text, delimiters)):
        yield Chunk(kind, Span(start, end), Span(inside, inside_end))


def cut(search: TagSearch, at: int = 0) -> Iterator[Cut]:
    """The chunks of a text as plain values, from one of them on: what stands before it does not matter."""
    text, delimiters = search.text, search.delimiters
    patterns = _patterns(delimiters)
    size = len(text)
    left, right = len(delimiters.left), len(delimiters.right)
    while at < size:
        match, plain = _next(text, at, patterns)
        if match is None:
            yield "text", at, size, at, size, False
            return
        start = match.start()
        if start > at:
            yield "text", at, start, at, start, False
        kind = match.lastgroup
        if plain:
            at = match.end()
            yield "tag", start, at, start + left, at - right, False
        elif kind == "comment":
            end = text.find("*" + delimiters.right, match.end())
            if end < 0:
                yield "unclosed-comment", start, size, match.end(), size, True
                return
            at = end + 1 + right
            yield "comment", start, at, match.end(), end, False
        elif kind == "literal":
            edge = _literal_end(text, match.end(), patterns)
            if edge is None:
                yield "unclosed-literal", start, size, match.end(), size, True
                return
            at = edge.end
            yield "literal", start, at, match.end(), edge.start, False
        elif kind == "tag":
            budget = search.budget
            found = search.tag_end(start + left)
            if search.exhausted:
                # So many tags without an end that looking for the next one's costs too much.
                yield "unclosed-tag", start, size, start + left, size, True
                return
            if found is None:
                at = _recover(text, start + left, delimiters)
                yield "unclosed-tag", start, at, start + left, at, True
            else:
                at = found + right
                yield "tag", start, at, start + left, found, search.budget < budget
        else:
            # A user literal is text as it stands.
            at = match.end()
            yield "text", start, at, start, at, False


def _next(text: str, at: int, patterns: _Patterns) -> tuple[re.Match[str] | None, bool]:
    """Where the next chunk begins that is not text, and whether the match is all of it, a plain tag."""
    if not patterns.first:
        return patterns.next.search(text, at), False
    at = text.find(patterns.first, at)
    while at >= 0:
        match = patterns.plain.match(text, at)
        if match is not None:
            return match, True
        match = patterns.next.match(text, at)
        if match is not None:
            return match, False
        at = text.find(patterns.first, at + 1)
    return None, False


def _literal_end(text: str, at: int, patterns: _Patterns) -> Span | None:
    depth = 1
    for match in patterns.literal_edge.finditer(text, at):
        depth += -1 if match.group("close") else 1
        if depth == 0:
            return Span(match.start(), match.end())
    return None


class _GaveUpError(Exception):
    """The search for the end of a tag went too deep or too far."""


@dataclass(slots=True)
class TagSearch:
    """Finds where tags and strings end, within bounds.

    A search that fails is begun anew one character on, and each string in a tag in a string may fail on its
    own: without `budget` (characters that failed searches may look at) a few kilobytes could take hours.
    """

    text: str
    delimiters: Delimiters
    budget: int = BUDGET
    depth: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether so much was searched in vain that no more ends will be found."""
        return self.budget < 0

    def tag_end(self, at: int) -> int | None:
        """As the function; many searches in one text share their bounds."""
        if self.exhausted:
            return None
        try:
            return self._tag(at)
        except _GaveUpError:
            self.depth = 0
            return None

    def double_end(self, at: int) -> int | None:
        """As the function."""
        if self.exhausted:
            return None
        try:
            return self._string(at)
        except _GaveUpError:
            self.depth = 0
            return None

    def _tag(self, at: int) -> int | None:
        text, delimiters = self.text, self.delimiters
        stop = _patterns(delimiters).stop
        begun, depth = at, 0
        while True:
            match = stop.search(text, at)
            if match is None:
                self._failed(len(text) - begun)
                return None
            found = match.group()
            if found == "'" or found == '"':
                end = single_end(text, match.end()) if found == "'" else self._string(match.end())
                if end is None:
                    self._failed(len(text) - begun)
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

    def _string(self, at: int) -> int | None:
        text, left, right = self.text, self.delimiters.left, len(self.delimiters.right)
        if self.depth >= MOST_STRINGS:
            raise _GaveUpError
        mark = _string_marks(left)
        begun = at
        while True:
            match = mark.search(text, at)
            if match is None:
                self._failed(len(text) - begun)
                return None
            found = match.group()
            if found == '"':
                return match.end()
            if found != left:
                at = match.end()
                continue
            self.depth += 1
            end = self._tag(match.end())
            self.depth -= 1
            # A brace that is never closed is text of the string.
            at = match.start() + 1 if end is None else end + right

    def _failed(self, characters: int) -> None:
        self.budget -= characters
        if self.budget < 0:
            raise _GaveUpError


@lru_cache(maxsize=32)
def _string_marks(left: str) -> re.Pattern[str]:
    return re.compile(rf'\\.|\\\Z|"|{re.escape(left)}(?!\s|\Z)', re.DOTALL)


def tag_end(text: str, at: int, delimiters: Delimiters) -> int | None:
    """Where a tag that starts at `at` (behind its delimiter) ends: the offset of its closing delimiter.

    Quotes hide delimiters; tags nest, also within double quotes. None when the text ends first, or strings
    stand in tags in strings more than `MOST_STRINGS` deep.
    """
    return TagSearch(text, delimiters).tag_end(at)


_SINGLE_REST = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL)


def single_end(text: str, at: int) -> int | None:
    """The offset behind the closing quote of a single-quoted string whose content starts at `at`."""
    match = _SINGLE_REST.match(text, at)
    return match.end() if match else None


def double_end(text: str, at: int, delimiters: Delimiters) -> int | None:
    """The offset behind the closing quote of a double-quoted string whose content starts at `at`."""
    return TagSearch(text, delimiters).double_end(at)


def _recover(text: str, at: int, delimiters: Delimiters) -> int:
    """Where to go on after a tag that never ends: behind the nearest closing delimiter, else at the line's end."""
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    close = text.find(delimiters.right, at, line_end)
    return close + len(delimiters.right) if close >= 0 else line_end
