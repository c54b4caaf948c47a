"""One tag's text → its name and head. The only file that meets Lark."""

# pyright: basic
# Lark's own types are partial; what leaves this file is typed.
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.tree import Tree as LarkTree

from dovetail.errors import Fix, did_you_mean
from dovetail.grammar import nodes
from dovetail.grammar.constants import CONSTANTS
from dovetail.grammar.convert import Converter, Fragment, ParseTree
from dovetail.grammar.mistakes import MISREADINGS, Misread
from dovetail.grammar.nesting import Branch, Depth, depth_of
from dovetail.grammar.scanner import Delimiters, double_end, single_end
from dovetail.grammar.vocabulary import FORMS
from dovetail.source import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tag's text says. `name` '' is output or assignment."""

    name: str
    role: Literal["open", "close"]
    head: nodes.AnyHead
    depth: Depth = Depth()


@dataclass(frozen=True, slots=True)
class Misreading:
    """Why a tag's text says nothing; the span counts from the start of that text."""

    name: str
    role: Literal["open", "close"]
    message: str
    span: Span
    help: str = ""
    code: str = "syntax"
    fixes: tuple[Fix, ...] = ()


_START = ("output", "condition", "foreach", "for", "assign", "modifiers", "tag")
_NAME = re.compile(r"\s*(?P<close>/)?\s*(?P<name>[A-Za-z_]\w*)(?=\s|\Z|\|(?!\|))", re.ASCII)
_EXPRESSION_WORDS = frozenset({"true", "false", "null", "not", "new"})
_ELSE_IF = re.compile(r"\s*else\s+if(?=\s|\Z)", re.IGNORECASE)
_STRING_START = re.compile(r"['\"]")


@cache
def _lark() -> Lark:
    grammar = (files("dovetail.grammar") / "smarty.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", start=list(_START), propagate_positions=True)


def tag_name(text: str) -> tuple[str, Literal["open", "close"], int]:
    """Name, role and where the head starts; the name is '' for output and assignments."""
    chained = _ELSE_IF.match(text)
    if chained:
        return "elseif", "open", chained.end()
    match = _NAME.match(text)
    if match is None:
        return "", "open", 0
    name = match.group("name")
    if match.group("close"):
        return _canonical(name), "close", match.end()
    if name.lower() in _EXPRESSION_WORDS or name in CONSTANTS:
        return "", "open", 0
    return _canonical(name), "open", match.end()


def _canonical(name: str) -> str:
    # Smarty's own block tags are case-insensitive ({Foreach}), plug-ins are not ({Counter} is unknown).
    lower = name.lower()
    return lower if FORMS.get(lower, "attributes") != "attributes" or lower in _CASELESS else name


_CASELESS = frozenset({"else", "foreachelse", "forelse", "sectionelse", "literal", "capture", "include", "section"})


def read_tag(text: str, delimiters: Delimiters, fragment: Fragment) -> Reading | Misreading:
    """Parse what stands between a tag's delimiters."""
    name, role, start = tag_name(text)
    if role == "close":
        if text[start:].strip():
            message = f"a closing tag takes nothing behind its name: `{text.strip()}`"
            return Misreading(name, role, message, Span(start, len(text)), f"write `{{/{name}}}`")
        return Reading(name, role, nodes.Head())
    form = "output" if name == "" else FORMS.get(name, "attributes")
    if form == "none":
        if text[start:].strip():
            extra = Span(start + 1, len(text))
            return Misreading(
                name, role, f"`{name}` takes nothing behind it", extra, "use `{elseif …}` for a further condition"
            )
        return Reading(name, role, nodes.Head())
    masked = "\x02" * start + _mask(text, delimiters)[start:]
    try:
        tree: LarkTree[Token] = _lark().parse(masked, start="tag" if form == "attributes" else form)
    except UnexpectedInput as error:
        found = _misreading(name, text, error)
        near = did_you_mean(name, list(FORMS)) if name and name not in FORMS and not found.help else ""
        if near:
            found = replace(found, message=f"unknown tag `{{{name}}}`", help=near, code="unknown-tag")
        return found
    depth = depth_of(cast(Branch, tree))
    if depth.excessive:
        return nested_too_deeply(name, text)
    return Reading(name, role, Converter(text, fragment).head(cast(ParseTree, tree)), depth)


def nested_too_deeply(name: str, text: str) -> Misreading:
    """What to say of a tag whose parts stand in each other too often."""
    advice = "calculate it in steps: {$part = …}, and go on with $part"
    return Misreading(name, "open", "this tag is nested too deeply", Span(0, len(text)), advice, "nesting")


def _mask(text: str, delimiters: Delimiters) -> str:
    """The text with the content of double-quoted strings replaced, so that the grammar needs no recursion there.

    Nested delimiters other than braces become braces, which the grammar knows.
    """
    parts: list[str] = []
    at = 0
    while True:
        match = _STRING_START.search(text, at)
        if match is None:
            break
        if match.group() == "'":
            end = single_end(text, match.end())
        else:
            end = double_end(text, match.end(), delimiters)
        if end is None:
            break
        if match.group() == '"':
            parts += (_braces(text[at : match.end()], delimiters), "\x01" * (end - match.end() - 1), '"')
        else:
            parts += (_braces(text[at : match.start()], delimiters), text[match.start() : end])
        at = end
    parts.append(_braces(text[at:], delimiters))
    return "".join(parts)


def _braces(text: str, delimiters: Delimiters) -> str:
    if delimiters.left == "{":
        return text
    left, right = delimiters.left, delimiters.right
    return text.replace(left, "{".rjust(len(left))).replace(right, "}".ljust(len(right)))


_WORDS = {
    "_RBRACE": "`}`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "PIPE_NAME": "a modifier",
    "VAR": "a variable",
    "SINGLE": "a string",
    "NUMBER": "a number",
    "_AS": "`as`",
    "_TO": "`to`",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "ATTR": "an attribute",
    "$END": "the end of the tag",
}
_LIKELY = ("RPAR", "RSQB", "_RBRACE", "_AS", "_TO", "COLON", "VAR", "PIPE_NAME", "ATTR", "$END")


def _misreading(name: str, text: str, error: UnexpectedInput) -> Misreading:
    at = error.pos_in_stream or 0
    at = at if at >= 0 else len(text)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        expected = {str(word) for word in error.accepts or error.expected}
        end = len(text.rstrip())
        wanted = _wanted(expected, name, text)
        message = "the tag ends too early" + (f": expected {wanted}" if wanted else "")
        return _explained(Misreading(name, "open", message, Span(max(0, end - 1), max(1, end))), text, end)
    if isinstance(error, UnexpectedToken):
        length = max(1, len(str(error.token)))
        shown = text[at : at + length]
        wanted = _wanted({str(word) for word in error.accepts or error.expected}, name, text)
    else:
        assert isinstance(error, UnexpectedCharacters)
        length, shown = 1, text[at : at + 1]
        wanted = _wanted({str(word) for word in error.allowed or ()}, name, text)
    message = f"unexpected `{shown}`" + (f": expected {wanted}" if wanted else "")
    return _explained(Misreading(name, "open", message, Span(at, at + length)), text, at)


def _explained(found: Misreading, text: str, at: int) -> Misreading:
    """The same, with what the table of mistakes says of it."""
    if len(text) > _LONGEST_EXPLAINED:
        return found
    blanked = _STRING.sub(lambda match: match.group()[0] + "\x01" * (len(match.group()) - 2) + match.group()[-1], text)
    for known in MISREADINGS:
        match = known.pattern.match(blanked, at) if known.there else known.pattern.search(blanked)
        if match is None:
            continue
        if not known.message:
            return replace(found, help=known.help)
        span = Span(*match.span("at" if "at" in known.pattern.groupindex else 0))
        span = Span(span.start, max(span.end, span.start + 1))
        fixes = (_fix(known, blanked, text),) if known.replace else ()
        # A name in front of a blank that is none was not seen.
        name = found.name or (tag_name(fixes[0].text)[0] if fixes else "")
        return replace(
            found, name=name, message=known.message, span=span, help=known.help, code=known.code, fixes=fixes
        )
    return found


def _fix(known: Misread, blanked: str, text: str) -> Fix:
    """The whole tag with everything of this kind mended."""
    parts: list[str] = []
    at, first = 0, ""
    for match in known.pattern.finditer(blanked):
        start, end = match.span("at" if "at" in known.pattern.groupindex else 0)
        wrong = text[start:end]
        mended = known.replace.get(wrong, wrong)
        first = first or f"Replace `{wrong}` by `{mended}`"
        parts += (text[at:start], mended)
        at = end
    return Fix(Span(0, len(text)), "".join(parts) + text[at:], first)


_LONGEST_EXPLAINED = 500
"""Tags are short; what is longer is no mistake of a designer, and the patterns are not made for it."""

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_CLOSES = {"RPAR": "(", "RSQB": "[", "_RBRACE": "{"}


_ONLY_IN = {"_AS": ("foreach",), "_TO": ("for", "assign")}
_ONLY_WITH = {**_CLOSES, "COLON": "?"}


def _wanted(expected: set[str], name: str, text: str) -> str:
    words = [
        _WORDS[token]
        for token in _LIKELY
        if token in expected and _ONLY_WITH.get(token, "") in text and name in _ONLY_IN.get(token, (name,))
    ]
    return " or ".join(words[:3])
