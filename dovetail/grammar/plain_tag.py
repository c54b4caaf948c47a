"""Tags that show a variable, perhaps by modifiers with plain arguments, and conditions that compare one with something.

Most tags of a mail are of these kinds. What they say is what smarty.lark says of them, and is found in a quarter of the
time; tests/grammar/test_plain_tag.py compares. Whatever looks different is left to the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dovetail.grammar import nodes
from dovetail.grammar.convert_values import number
from dovetail.grammar.nesting import never_too_deep
from dovetail.source import Span

_PATH = r"\$[0-9]*[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*"
_STRING = r"'[^'\\\r]*'|\"[^\"\\\r$`{]*\""
_CONSTANT = rf"{_STRING}|[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.])|(?:true|false|null)(?![0-9A-Za-z_(:\\])"
_USE = rf"\|[A-Za-z_][A-Za-z0-9_]*(?::(?:{_CONSTANT}))*"

_SHOWN: Final = re.compile(rf"({_PATH})(?:{_USE})*\Z")
_PART: Final = re.compile(rf"\|([A-Za-z_][A-Za-z0-9_]*)|:({_CONSTANT})")
_COMPARED: Final = re.compile(rf"\s*({_PATH})(?:\s*(===?|!==?|>=?|<=?)\s*({_PATH}|{_CONSTANT}))?\s*\Z")
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}


def plain_output(text: str) -> nodes.Head | None:
    """The head of an output of this kind; None of any other tag."""
    found = _SHOWN.match(text)
    if found is None or not never_too_deep(text):
        return None
    behind = found.end(1)
    value = _path(found[1], 0)
    if behind < len(text):
        value = nodes.Modified(Span(0, len(text)), value, _uses(text, behind))
    return nodes.Head((), value)


def plain_condition(text: str, at: int) -> nodes.Head | None:
    """The head of `if` or its like, whose condition begins at `at`, if it is of this kind."""
    found = _COMPARED.match(text, at)
    if found is None or not never_too_deep(text):
        return None
    path, operator, other = found.groups()
    start = found.start(1)
    left = _path(path, start)
    if operator is None:
        return nodes.Head((), left)
    begun, end = found.span(3)
    right = _path(other, begun) if other[0] == "$" else _constant(other, Span(begun, end))
    return nodes.Head((), nodes.Binary(Span(start, end), operator, left, right))


def _path(text: str, start: int) -> nodes.Expression:
    variable, *names = text.split(".")
    at = start + len(variable)
    value: nodes.Expression = nodes.Variable(Span(start, at), variable[1:])
    for name in names:
        end = at + 1 + len(name)
        key = nodes.Constant(Span(at, end), number(name) if name.isdigit() else name)
        value = nodes.Index(Span(start, end), value, key, "dot")
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
    if text in _WORDS:
        return nodes.Constant(span, _WORDS[text])
    return nodes.Constant(span, number(text))
