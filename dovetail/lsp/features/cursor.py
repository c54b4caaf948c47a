"""What is being written at an offset: read from the text before it, so that what follows may be broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from dovetail.grammar import nodes
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.regions import alone, innermost, region_at
from dovetail.source import Span


@dataclass(frozen=True, slots=True)
class InText:
    """Outside of any tag. `block` are the blocks that are open here, the innermost last."""

    blocks: Sequence[nodes.Tag]


@dataclass(frozen=True, slots=True)
class Silent:
    """In a comment, a literal region or a number: nothing is offered."""


@dataclass(frozen=True, slots=True)
class TagName:
    """Right behind the left delimiter; `closing`: behind a slash. `span` is the name so far, without the slash."""

    typed: str
    span: Span
    closing: bool
    blocks: Sequence[nodes.Tag]


class Segment(NamedTuple):
    """One step of a path: the text of its key, None for a key that is calculated."""

    key: int | str | None


@dataclass(frozen=True, slots=True)
class Path:
    """A path being written. `name` is the variable's; `typed` the segment at the cursor, `span` where it stands.

    `dot` is where the separator before it begins, -1 when the variable's own name is being written; `start` where the
    path begins (its `$`). `bracket` is the quote of a key in brackets, `[` for one without quotes, '' behind a dot.
    """

    name: str
    segments: tuple[Segment, ...]
    typed: str
    span: Span
    start: int
    dot: int
    bracket: Literal["", "[", '"', "'"] = ""


@dataclass(frozen=True, slots=True)
class ModifierName:
    """Behind a `|`. `value` is where the value before it stands, with the modifiers that it has already."""

    typed: str
    span: Span
    value: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a modifier or a function; `index` counts from 0. `quote` is the quote it stands in, or ''.

    `value` is where a modifier's value stands, `name_span` where its name does.
    """

    form: Literal["modifier", "function"]
    name: str
    index: int
    typed: str
    span: Span
    quote: str
    value: Span
    name_span: Span


@dataclass(frozen=True, slots=True)
class AttributeName:
    """Where a tag's attribute may begin. `given` are those that it has before the cursor."""

    tag: str
    given: Sequence[str]
    typed: str
    span: Span


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """Behind `name=`; `attribute` is '' for a value without a name, the `index`-th."""

    tag: str
    attribute: str
    index: int
    typed: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value may stand: in a condition, a calculation, behind a comma. `tag` is '' for an output."""

    tag: str
    typed: str
    span: Span


Cursor: TypeAlias = InText | Silent | TagName | Path | ModifierName | Argument | AttributeName | AttributeValue | Value


@dataclass(frozen=True, slots=True)
class Here:
    """What is being written at an offset. `tag` is the tag it stands in, from its left delimiter, None in text.

    `loose` is the path that ends here if what was typed is a name with blanks (`$shop.product.blue mug`).
    """

    cursor: Cursor
    tag: Span | None = None
    loose: Path | None = None
    blocks: Sequence[nodes.Tag] = ()


_VALUES = frozenset({"if", "elseif", "while", "foreach", "for", ""})
"""Tags in which values stand without names."""

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<open>"(?:[^"\\]|\\.)*\Z|'(?:[^'\\]|\\.)*\Z)"""
    r"""|(?P<var>\$\w*)|(?P<arrow>->)|(?P<fat>=>)|(?P<number>\d+(?:\.\d+)?(?!\w))|(?P<word>\w+)"""
    r"""|(?P<compare>===|!==|==|!=|<=|>=|<>|&&|\|\|)|(?P<sign>.)""",
    re.DOTALL,
)
_LOOSE = re.compile(r"""\$(\w+)((?:\.\w+|\[\s*(?:"[^"\\]*"|'[^'\\]*'|\d+)\s*\])*)\.([^.$|{}()\[\]"'=<>,:!&]*)\Z""")
_STEP = re.compile(r"""\.(\w+)|\[\s*(?:"([^"]*)"|'([^']*)'|(\d+))\s*\]""")


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def here(reading: Reading, offset: int) -> Here:
    """What is being written at an offset."""
    delimiters = reading.options.delimiters
    region, blocks = region_at(reading, offset)
    if region == "text":
        if alone(reading, offset):
            return Here(TagName("", Span(offset, offset), False, blocks), Span(offset - 1, offset), None, blocks)
        return Here(InText(blocks), blocks=blocks)
    if region == "silent":
        return Here(Silent(), blocks=blocks)
    text = reading.text
    begin, start = innermost(text, region, offset, delimiters)
    prefix = text[start:offset]
    cursor = _within_tag(prefix, start, offset, blocks)
    return Here(cursor, Span(begin, offset), _loose(prefix, start), blocks)


# What -------------------------------------------------------------------------------------------------------


def _within_tag(prefix: str, start: int, offset: int, blocks: Sequence[nodes.Tag]) -> Cursor:
    bare = prefix.lstrip()
    if re.fullmatch(r"/?\s*\w*", bare):
        closing = bare.startswith("/")
        typed = bare.lstrip("/ ")
        if typed.isdigit():
            return Silent()
        return TagName(typed, Span(offset - len(typed), offset), closing, blocks)
    tokens = [_Token(str(m.lastgroup), m.group(), start + m.start(), start + m.end()) for m in _TOKEN.finditer(prefix)]
    tag = _tag_name(tokens)
    last = tokens[-1]
    if last.kind == "open":
        return _in_string(tokens, tag, offset)
    if last.kind == "number":
        before = tokens[-2] if len(tokens) > 1 else None
        if before is None or before.text not in (".", "["):
            return Silent()
    if last.kind == "var":
        return Path(last.text[1:], (), last.text[1:], Span(last.start + 1, offset), last.start, -1)
    typed, rest = ("", tokens) if last.kind not in ("word", "number") else (last.text, tokens[:-1])
    span = Span(offset - len(typed), offset)
    before = rest[-1] if rest else None
    if before is None:
        return Value(tag, typed, span)
    if before.text in (".", "->", "["):
        path = _path(rest, typed, span)
        return path if path is not None else Silent()
    if before.text == "|":
        return ModifierName(typed, span, _value_before(rest[:-1], before.start))
    if before.kind == "space" and not typed and len(rest) > 1 and rest[-2].kind == "sign" and rest[-2].text == "|":
        return ModifierName("", span, _value_before(rest[:-2], rest[-2].start))
    argument = _argument(rest, typed, span, "")
    if argument is not None:
        return argument
    return _in_attributes(rest, tag, typed, span, "")


def _tag_name(tokens: Sequence[_Token]) -> str:
    first = next((token for token in tokens if token.kind != "space"), None)
    return first.text if first is not None and first.kind == "word" else ""


def _in_string(tokens: Sequence[_Token], tag: str, offset: int) -> Cursor:
    last, rest = tokens[-1], list(tokens[:-1])
    quote, typed = last.text[0], last.text[1:]
    span = Span(last.start + 1, offset)
    if quote == '"':
        found = re.search(r"\$(\w*)\Z", typed)
        if found:
            start = span.start + found.start()
            return Path(found[1], (), found[1], Span(start + 1, offset), start, -1)
        ticked = re.search(r"`(\$[^`]*)\Z", typed)
        if ticked:
            return _within_tag(ticked[1], span.start + ticked.start(1), offset, ())
    if rest and rest[-1].text == "[":
        path = _path(rest, typed, span)
        if path is not None:
            return Path(path.name, path.segments, typed, span, path.start, path.dot, '"' if quote == '"' else "'")
    argument = _argument(rest, typed, span, quote)
    if argument is not None:
        return argument
    return _in_attributes(rest, tag, typed, span, quote)


def _path(tokens: Sequence[_Token], typed: str, span: Span) -> Path | None:
    """The path that ends in the separator at the end of `tokens`."""
    separator = tokens[-1]
    segments = list[Segment]()
    at = len(tokens) - 2
    while at >= 0:
        token = tokens[at]
        if token.kind == "var":
            bracket: Literal["", "["] = "[" if separator.text == "[" else ""
            name = token.text[1:]
            return Path(name, tuple(reversed(segments)), typed, span, token.start, separator.start, bracket)
        if token.kind in ("word", "number") and at and tokens[at - 1].text in (".", "->"):
            segments.append(Segment(_key(token.text)))
            at -= 2
        elif token.text == "]":
            opening = _opening(tokens, at)
            if opening is None:
                return None
            inside = [each for each in tokens[opening + 1 : at] if each.kind != "space"]
            plain = inside[0] if len(inside) == 1 and inside[0].kind in ("string", "number") else None
            segments.append(Segment(None if plain is None else _bracketed(plain)))
            at = opening - 1
        elif token.kind == "var" or token.text in (".", "->"):
            return None
        else:
            return None
    return None


def _key(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") else text


def _bracketed(token: _Token) -> int | str:
    return int(token.text) if token.kind == "number" and token.text.isdigit() else token.text.strip("\"'")


def _opening(tokens: Sequence[_Token], at: int) -> int | None:
    """The bracket that opens what closes at a token."""
    depth = 0
    while at >= 0:
        text = tokens[at].text
        if text in (")", "]"):
            depth += 1
        elif text in ("(", "["):
            depth -= 1
            if depth == 0:
                return at
        at -= 1
    return None


def _argument(tokens: Sequence[_Token], typed: str, span: Span, quote: str) -> Argument | None:
    """The modifier or function of which an argument is written."""
    index = depth = 0
    colons = 0
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.text in (")", "]"):
            depth += 1
        elif token.text in ("(", "["):
            depth -= 1
            if depth < 0:
                name = tokens[at - 1] if at else None
                if token.text == "(" and name is not None and name.kind == "word":
                    where = Span(name.start, name.end)
                    return Argument("function", name.text, index, typed, span, quote, where, where)
                return None
        elif depth == 0 and token.text == ",":
            index += 1
        elif depth == 0 and token.text == ":":
            colons += 1
        elif depth == 0 and token.kind == "space" and at != len(tokens) - 1 and colons == 0:
            return None
        elif depth == 0 and token.text == "|":
            name = tokens[at + 1] if at + 1 < len(tokens) else None
            if name is None or name.kind != "word" or not colons:
                return None
            value = _value_before(tokens[:at], token.start)
            return Argument("modifier", name.text, colons - 1, typed, span, quote, value, Span(name.start, name.end))
    return None


def _value_before(tokens: Sequence[_Token], end: int) -> Span:
    """The value that ends at a token, with its modifiers."""
    at = len(tokens) - 1
    start = end
    depth = 0
    while at >= 0:
        token = tokens[at]
        if token.text in (")", "]"):
            depth += 1
        elif token.text in ("(", "["):
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and (
            token.kind in ("space", "fat", "compare") or token.text in "=,!<>+*/%&?" or token.text == "-"
        ):
            break
        start = token.start
        at -= 1
    return Span(start, end)


def _in_attributes(tokens: Sequence[_Token], tag: str, typed: str, span: Span, quote: str) -> Cursor:
    if tag in _VALUES or tag == "":
        return Value(tag, typed, span) if not quote else Silent()
    before = [token for token in tokens if token.kind != "space"]
    if before and before[-1].text == "=" and len(before) > 1 and before[-2].kind == "word":
        return AttributeValue(tag, before[-2].text, 0, typed, span, quote)
    given, unnamed = list[str](), 0
    for number, token in enumerate(before[1:], 1):
        follows = before[number + 1].text if number + 1 < len(before) else ""
        if token.kind == "word" and follows == "=":
            given.append(token.text)
        elif token.kind in ("string", "word", "number") and before[number - 1].text != "=" and follows != "=":
            unnamed += 1
    if quote:
        return AttributeValue(tag, "", unnamed, typed, span, quote)
    if tokens and tokens[-1].kind == "space":
        return AttributeName(tag, given, typed, span)
    return Value(tag, typed, span)


def _loose(prefix: str, start: int) -> Path | None:
    found = _LOOSE.search(prefix)
    if found is None:
        return None
    segments = tuple(
        Segment(
            _key(step[1]) if step[1] is not None else int(step[4]) if step[4] is not None else step[2] or step[3] or ""
        )
        for step in _STEP.finditer(found[2])
    )
    begin = start + found.start(3)
    typed = found[3].lstrip()
    begin += len(found[3]) - len(typed)
    return Path(
        found[1], segments, typed, Span(begin, start + found.end()), start + found.start(), start + found.start(3) - 1
    )
