"""The two doors: `parse` raises what is wrong, `parse_tolerant` gives a complete tree and the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from dovetail.errors import Diagnostic, Fix, TemplateSyntaxError, did_you_mean
from dovetail.grammar import nodes
from dovetail.grammar.blocks import FlatItem, FlatTag, Problem, nest
from dovetail.grammar.mistakes import FOREIGN_TAGS
from dovetail.grammar.nesting import MOST_BLOCKS_IN_STRING
from dovetail.grammar.reading import Misreading, Reading
from dovetail.grammar.scanner import Delimiters, TagSearch, scan
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
    problems: list[Problem] = []
    items = list(_flat(source.text, delimiters, problems))
    found, more = nest(items)
    problems += more
    problems.sort(key=lambda problem: problem.span)
    diagnostics = tuple(Diagnostic(p.code, p.message, source, p.span, p.help, fixes=p.fixes) for p in problems)
    return nodes.Tree(source, found), diagnostics


def _flat(text: str, delimiters: Delimiters, problems: list[Problem]) -> Iterator[FlatItem]:
    for chunk in scan(text, delimiters):
        span, inside = chunk.span, chunk.inside
        match chunk.kind:
            case "text":
                yield nodes.Text(span, text[span.start : span.end])
            case "comment":
                yield nodes.Comment(span, text[inside.start : inside.end])
            case "literal":
                yield nodes.LiteralRegion(span, text[inside.start : inside.end])
            case "tag":
                yield _tag(text[inside.start : inside.end], span, inside.start, delimiters, problems)
            case "unclosed-comment":
                problems.append(_open_end("comment", span, f"end it with `*{delimiters.right}`"))
                yield nodes.BrokenTag(span, text[span.start : span.end])
            case "unclosed-literal":
                problems.append(_open_end("literal", span, "end it with `{/literal}`"))
                yield nodes.BrokenTag(span, text[span.start : span.end])
            case "unclosed-tag":
                problems.append(
                    Problem(
                        "unclosed-tag",
                        "this tag does not end",
                        span,
                        f"close it with `{delimiters.right}`, and check its quotes; "
                        f"for a plain brace write `{delimiters.left}ldelim{delimiters.right}`",
                    )
                )
                yield nodes.BrokenTag(span, text[span.start : span.end])


def _open_end(what: str, span: Span, advice: str) -> Problem:
    return Problem(
        f"unclosed-{what}", f"this {what} does not end", Span(span.start, min(span.end, span.start + 2)), advice
    )


def _tag(text: str, span: Span, inside: int, delimiters: Delimiters, problems: list[Problem]) -> FlatItem:
    read = _read if len(text) <= _LONGEST_REMEMBERED else _read.__wrapped__
    reading, inner = read(text, delimiters)
    problems += [_moved(problem, inside) for problem in inner]
    if isinstance(reading, Misreading):
        found = Problem(reading.code, reading.message, reading.span, reading.help, reading.fixes)
        problems.append(_moved(found, inside))
        if reading.role == "close" and reading.name in TAGS:
            return FlatTag(span, inside, reading.name, "close", nodes.BROKEN_HEAD)
        if reading.role == "open" and (reading.name in TAGS or reading.name in BRANCHES or reading.name == "elseif"):
            # A block whose head is broken still opens, so that its closing tag finds it.
            return (
                FlatTag(span, inside, reading.name, "open", nodes.BROKEN_HEAD)
                if _nests(reading.name)
                else nodes.BrokenTag(span, text)
            )
        return nodes.BrokenTag(span, text)
    return FlatTag(span, inside, reading.name, reading.role, reading.head)


def _moved(problem: Problem, by: int) -> Problem:
    span = Span(problem.span.start + by, problem.span.end + by)
    fixes = tuple(Fix(Span(fix.span.start + by, fix.span.end + by), fix.text, fix.title) for fix in problem.fixes)
    return problem._replace(span=span, fixes=fixes)


def _nests(name: str) -> bool:
    spec = TAGS.get(name)
    return spec.block if spec else True


_LONGEST_REMEMBERED = 20_000


@lru_cache(maxsize=8192)
def _read(text: str, delimiters: Delimiters) -> tuple[Reading | Misreading, tuple[Problem, ...]]:
    """One tag, remembered by its text: mails repeat their tags, and a keystroke changes one of them."""
    problems: list[Problem] = []

    def fragment(content: str, offset: int, *, quoted: bool) -> tuple[nodes.Node, ...]:
        items = list(
            _quoted(content, offset, delimiters, problems)
            if quoted
            else _shifted(content, offset, delimiters, problems)
        )
        found, more = nest(items, MOST_BLOCKS_IN_STRING)
        problems.extend(more)
        return found

    reading = read_tag(text, delimiters, fragment)
    # Of a tag that says nothing as a whole, what its strings say does not matter.
    return reading, () if isinstance(reading, Misreading) else tuple(problems)


def _shifted(content: str, offset: int, delimiters: Delimiters, problems: list[Problem]) -> Iterator[FlatItem]:
    """A tag that stands inside another as a value."""
    start, end = len(delimiters.left), len(content) - len(delimiters.right)
    span = Span(offset, offset + len(content))
    yield _tag(content[start:end], span, offset + start, delimiters, problems)


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
        yield _tag(
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
