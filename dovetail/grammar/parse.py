"""The two doors: `parse` raises what is wrong, `parse_tolerant` gives a complete tree and the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

from dovetail.errors import Diagnostic, TemplateSyntaxError, did_you_mean
from dovetail.grammar import nodes
from dovetail.grammar.blocks import FlatItem, Problem, nest, stands_alone
from dovetail.grammar.mistakes import FOREIGN_TAGS
from dovetail.grammar.nesting import MOST_BLOCKS_IN_STRING
from dovetail.grammar.reading import Reading
from dovetail.grammar.revision import ReadTag, Revision, first_revision, next_revision
from dovetail.grammar.scanner import Delimiters, TagSearch
from dovetail.grammar.tag import read_tag
from dovetail.grammar.vocabulary import BRANCHES, TAGS
from dovetail.source import Source, Span


def parse(source: Source, delimiters: Delimiters = Delimiters()) -> nodes.Tree:
    """The tree of a template.

    Raises:
        TemplateSyntaxError: with every finding of the whole text.
    """
    tree, findings = parse_tolerant(source, delimiters)
    if findings:
        raise TemplateSyntaxError(findings)
    return tree


def parse_tolerant(source: Source, delimiters: Delimiters = Delimiters()) -> tuple[nodes.Tree, tuple[Diagnostic, ...]]:
    """A complete tree for any text; what could not be read is a `BrokenTag` and has a finding."""
    made = revise(None, source, delimiters)
    return made.tree, made.findings


def revise(previous: Revision | None, source: Source, delimiters: Delimiters = Delimiters()) -> Revision:
    """The tree and findings of `parse_tolerant`, sooner where the text is the previous one with an edit."""
    if previous is None or previous.delimiters != delimiters:
        return first_revision(source, delimiters, _read_any)
    return next_revision(previous, source, _read_any)


def _read_any(text: str, delimiters: Delimiters) -> ReadTag:
    return (_read if len(text) <= _LONGEST_REMEMBERED else _read.__wrapped__)(text, delimiters)


_LONGEST_REMEMBERED = 20_000


@lru_cache(maxsize=8192)
def _read(text: str, delimiters: Delimiters) -> ReadTag:
    """One tag, remembered by its text: mails repeat their tags, and a keystroke changes one of them."""
    problems: list[Problem] = []

    def fragment(content: str, offset: int, *, quoted: bool) -> tuple[nodes.Node, ...]:
        parts = _quoted if quoted else _shifted
        found, more = nest(parts(content, offset, delimiters, problems), MOST_BLOCKS_IN_STRING)
        problems.extend(more)
        return found

    reading = read_tag(text, delimiters, fragment)
    name = reading.name
    if isinstance(reading, Reading):
        form: Literal["alone", "part"] = "alone" if reading.role == "open" and stands_alone(name) else "part"
        return ReadTag(form, name, reading.role, reading.head, text, tuple(problems))
    # Of a tag that says nothing as a whole, what its strings say does not matter.
    problem = Problem(reading.code, reading.message, reading.span, reading.help, reading.fixes)
    # A block whose head is broken still opens, so that its closing tag finds it.
    part = name in TAGS if reading.role == "close" else not stands_alone(name)
    return ReadTag("part" if part else "broken", name, reading.role, nodes.BROKEN_HEAD, text, (problem,))


def _placed(text: str, span: Span, inside: int, delimiters: Delimiters, problems: list[Problem]) -> FlatItem:
    """A tag within a string, at its place."""
    read = _read_any(text, delimiters)
    problems += (problem.moved(inside) for problem in read.problems)
    return read.placed(span, inside)


def _shifted(content: str, offset: int, delimiters: Delimiters, problems: list[Problem]) -> Iterator[FlatItem]:
    """A tag that stands inside another as a value."""
    start, end = len(delimiters.left), len(content) - len(delimiters.right)
    span = Span(offset, offset + len(content))
    yield _placed(content[start:end], span, offset + start, delimiters, problems)


_SIMPLE = re.compile(r"\$[0-9]*[A-Za-z_]\w*", re.ASCII)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "e": "\x1b", "f": "\f", "\\": "\\", "$": "$", '"': '"'}
_ESCAPE = re.compile(
    r"\\(?:(?P<plain>[ntrvef\\$\"])|(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u\{(?P<code>[0-9A-Fa-f]+)\})"
)


def _unescape(match: re.Match[str]) -> str:
    plain = match.group("plain")
    if plain is not None:
        return _ESCAPES[plain]
    if match.group("octal") is not None:
        return chr(int(match.group("octal"), 8) & 0xFF)
    # A number that is no character stays as it is written.
    digits = (match.group("hex") or match.group("code")).lstrip("0") or "0"
    return chr(int(digits, 16)) if len(digits) <= 6 and int(digits, 16) <= 0x10FFFF else match.group()


def unescape(text: str) -> str:
    """The value of the text of a double-quoted string (PHP's escapes; unknown ones stay)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _quoted(content: str, offset: int, delimiters: Delimiters, problems: list[Problem]) -> Iterator[FlatItem]:
    """The parts of a double-quoted string: text, `$name`, `` `expression` ``, tags."""
    left, right = delimiters.left, delimiters.right
    at = start = 0
    size = len(content)
    search = TagSearch(content, delimiters)

    def text_before(end: int) -> Iterator[FlatItem]:
        if end > start:
            yield nodes.Text(Span(start + offset, end + offset), unescape(content[start:end]))

    while at < size:
        char = content[at]
        if char == "\\":
            at += 2
            continue
        end, inner = -1, Span(0, 0)
        if char == "$":
            match = _SIMPLE.match(content, at)
            if match:
                end, inner = match.end(), Span(at, match.end())
        elif char == "`":
            close = content.find("`", at + 1)
            if close > 0 and content.startswith("$", at + 1):
                end, inner = close + 1, Span(at + 1, close)
        elif content.startswith(left, at):
            after = at + len(left)
            if after < size and not content[after].isspace():
                close_at = search.tag_end(after)
                # {literal} within a string is text.
                if close_at is not None and content[after:close_at].strip() not in {"literal", "/literal"}:
                    end, inner = close_at + len(right), Span(after, close_at)
        if end < 0:
            at += 1
            continue
        yield from text_before(at)
        yield _placed(
            content[inner.start : inner.end],
            Span(at + offset, end + offset),
            inner.start + offset,
            delimiters,
            problems,
        )
        at = start = end
    yield from text_before(size)


def unknown_tag_help(name: str, functions: Mapping[str, object]) -> str:
    """What to say about a tag name that nobody knows."""
    if name in FOREIGN_TAGS:
        return FOREIGN_TAGS[name]
    near = did_you_mean(name, [*TAGS, *BRANCHES, *functions])
    return near or (
        f"a variable is written `{{${name}}}`; "
        "for a plain brace put a blank behind it, or use {literal}…{/literal} or {ldelim}"
    )
