"""The tags that most tags of a mail are like, each kind read by one expression.

They show a variable, perhaps by modifiers with plain arguments; compare one with something; go over a list; or have
attributes with plain values. What they say is what smarty.lark says of them, and is found in a quarter of the time;
tests/grammar/test_plain_tag.py compares. Whatever looks different is left to the grammar.
"""

from __future__ import annotations

import re
from typing import Final

from dovetail.grammar import nodes
from dovetail.grammar.convert_values import CANONICAL, KNOWN_WORDS, dot_key, number
from dovetail.grammar.nesting import never_too_deep
from dovetail.source import Span

_BLANK = r"[ \t\f\r\n]"
"""Others are no blanks to the grammar, and to people mistakes."""

_VARIABLE = r"\$[0-9]*[A-Za-z_][A-Za-z0-9_]*+"
_PATH = rf"{_VARIABLE}(?:\.[A-Za-z0-9_]++)*+"
_STRING = r"'[^'\\\r]*'|\"[^\"\\\r$`{]*\""
_CONSTANT = rf"{_STRING}|[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.])|(?:true|false|null)(?![0-9A-Za-z_(:\\])"
_USE = rf"\|[A-Za-z_][A-Za-z0-9_]*(?::(?:{_CONSTANT}))*"

_SHOWN: Final = re.compile(rf"({_PATH})(?:{_USE})*\Z")
_PART: Final = re.compile(rf"\|([A-Za-z_][A-Za-z0-9_]*)|:({_CONSTANT})")
_OPERATOR = r"===?|!==?|<>|>=?|<=?|(?i:eq|neq?|gte?|ge|lte?|le)\b"
_SIDES = rf"(?:{_BLANK}*(?:{_OPERATOR}){_BLANK}*(?:{_PATH}|{_CONSTANT}))?"
_AND, _OR = rf"{_BLANK}*(?:&&|(?i:and)\b){_BLANK}*", rf"{_BLANK}*(?:\|\||(?i:or)\b){_BLANK}*"
_CONDITION: Final = re.compile(
    rf"{_BLANK}*{_PATH}{_SIDES}(?:(?:{_AND}{_PATH}{_SIDES})*|(?P<or>(?:{_OR}{_PATH}{_SIDES})*)){_BLANK}*\Z"
)
_COMPARED: Final = re.compile(rf"({_PATH})(?:{_BLANK}*({_OPERATOR}){_BLANK}*({_PATH}|{_CONSTANT}))?")
_LOOP: Final = re.compile(rf"{_BLANK}*({_PATH}){_BLANK}+as{_BLANK}+({_VARIABLE}){_BLANK}*\Z")
_ATTRIBUTES: Final = re.compile(rf"(?:{_BLANK}+[A-Za-z_][A-Za-z0-9_]*=(?:{_PATH}|{_CONSTANT}))*{_BLANK}*\Z")
_ATTRIBUTE: Final = re.compile(rf"([A-Za-z_][A-Za-z0-9_]*)=({_PATH}|{_CONSTANT})")


def plain_output(text: str) -> nodes.Head | None:
    """The head of an output of this kind; None of any other tag."""
    found = _SHOWN.match(text) if never_too_deep(text) else None
    if found is None:
        return None
    behind = found.end(1)
    value = _path(found[1], 0)
    if behind < len(text):
        value = nodes.Modified(Span(0, len(text)), value, _uses(text, behind))
    return nodes.Head((), value)


def plain_condition(text: str, at: int) -> nodes.Head | None:
    """The head of `if` or its like, whose condition begins at `at`, if it is of this kind."""
    found = _CONDITION.match(text, at) if never_too_deep(text) else None
    if found is None:
        return None
    joint = "||" if found["or"] else "&&"
    whole: nodes.Expression | None = None
    for part in _COMPARED.finditer(text, at):
        path, operator, other = part.groups()
        start, end = part.span()
        value = _path(path, start)
        if operator is not None:
            operator = operator.lower()
            right = _value(other, part.start(3))
            value = nodes.Binary(Span(start, end), CANONICAL.get(operator, operator), value, right)
        whole = value if whole is None else nodes.Binary(Span(whole.span.start, end), joint, whole, value)
    return nodes.Head((), whole)


def plain_loop(text: str, at: int) -> nodes.ForeachHead | None:
    """The head of `foreach`, whose list begins at `at`, if it is of this kind."""
    found = _LOOP.match(text, at) if never_too_deep(text) else None
    if found is None:
        return None
    return nodes.ForeachHead(_path(found[1], found.start(1)), _path(found[2], found.start(2)), None, ())


def plain_attributes(text: str, at: int) -> nodes.Head | None:
    """The head of a tag with attributes, which begin at `at`, if it is of this kind."""
    if not never_too_deep(text) or _ATTRIBUTES.match(text, at) is None:
        return None
    return nodes.Head(
        tuple(
            nodes.Attribute(Span(*part.span()), part[1], _value(part[2], part.start(2)))
            for part in _ATTRIBUTE.finditer(text, at)
        )
    )


def _value(text: str, start: int) -> nodes.Expression:
    return _path(text, start) if text[0] == "$" else _constant(text, Span(start, start + len(text)))


def _path(text: str, start: int) -> nodes.Expression:
    variable, *names = text.split(".")
    at = start + len(variable)
    value: nodes.Expression = nodes.Variable(Span(start, at), variable[1:])
    for name in names:
        end = at + 1 + len(name)
        value = nodes.Index(Span(start, end), value, nodes.Constant(Span(at, end), dot_key(name)), "dot")
        at = end
    return value


def _uses(text: str, at: int) -> tuple[nodes.ModifierUse, ...]:
    uses: list[nodes.ModifierUse] = []
    name, begun, named = "", at, Span(at, at)
    arguments: list[nodes.Expression] = []
    for part in _PART.finditer(text, at):
        start, end = part.span()
        if part.lastindex == 2:
            arguments.append(_constant(part[2], Span(start + 1, end)))
            continue
        if name:
            uses.append(nodes.ModifierUse(Span(begun, start), name, named, tuple(arguments)))
            arguments = []
        name, begun, named = part[1], start, Span(start + 1, end)
    uses.append(nodes.ModifierUse(Span(begun, len(text)), name, named, tuple(arguments)))
    return tuple(uses)


def _constant(text: str, span: Span) -> nodes.Constant:
    if text[0] in "'\"":
        return nodes.Constant(span, text[1:-1], quoted=True)
    return nodes.Constant(span, KNOWN_WORDS[text] if text in KNOWN_WORDS else number(text))
