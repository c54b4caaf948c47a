"""One tag's text → its name and head."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from dovetail.grammar import build, nodes
from dovetail.grammar.conversion import Conversion, Fragment
from dovetail.grammar.convert import ACTIONS
from dovetail.grammar.lalr import Parser, Rule, Table
from dovetail.grammar.nesting import never_too_deep, too_deep
from dovetail.grammar.plain_tag import plain_attributes, plain_condition, plain_loop, plain_output
from dovetail.grammar.reading import Misreading, Reading, tag_name
from dovetail.grammar.scanner import Delimiters, double_end, single_end
from dovetail.grammar.vocabulary import FORMS
from dovetail.source import Span

_PLAIN: Final[Mapping[str, Callable[[str, int], nodes.Head | nodes.ForeachHead | None]]] = {
    "condition": plain_condition,
    "foreach": plain_loop,
    "attributes": plain_attributes,
}
"""What reads the plain tags of a form."""

_NOTHING: Final = nodes.Head()
"""The head of a tag that takes none."""

_STRING_START = re.compile(r"['\"]")


def stored_table() -> Table:
    """The table that comes with the package, made by `python -m dovetail.grammar.build`."""
    stored = json.loads((files("dovetail.grammar") / "smarty_table.json").read_text(encoding="utf-8"))
    return Table(
        stored["terminals"],
        tuple(stored["ignored"]),
        tuple(Rule(*rule) for rule in stored["rules"]),
        tuple(stored["states"]),
        {name: (first, last) for name, (first, last) in stored["starts"].items()},
    )


@cache
def _parser() -> Parser:
    return Parser(stored_table(), ACTIONS)


def read_tag(text: str, delimiters: Delimiters, fragment: Fragment) -> Reading | Misreading:
    """Parse what stands between a tag's delimiters."""
    if text[:1] == "$" and delimiters.left == "{":
        plain = plain_output(text)
        if plain is not None:
            return Reading("", "open", plain)
    name, role, start = tag_name(text)
    if role == "close":
        if text[start:].strip():
            message = f"a closing tag takes nothing behind its name: `{text.strip()}`"
            return Misreading(name, role, message, Span(start, len(text)), f"write `{{/{name}}}`")
        return Reading(name, role, _NOTHING)
    form = "output" if name == "" else FORMS.get(name, "attributes")
    if form == "none":
        if text[start:].strip():
            extra = Span(start + 1, len(text))
            return Misreading(
                name, role, f"`{name}` takes nothing behind it", extra, "use `{elseif …}` for a further condition"
            )
        return Reading(name, role, _NOTHING)
    if form in _PLAIN and delimiters.left == "{":
        head = _PLAIN[form](text, start)
        if head is not None:
            return Reading(name, role, head)
    rule = "tag" if form == "attributes" else form
    masked = _mask(text, delimiters)
    made = _parser().run(rule, masked, start, Conversion(text, fragment))
    if made is None:
        return build.explain(name, rule, text, build.BLANK * start + masked[start:])
    assert isinstance(made, nodes.Head | nodes.ForeachHead | nodes.ForHead | nodes.AssignToHead)
    if not never_too_deep(text) and too_deep(made):
        advice = "calculate it in steps: {$part = …}, and go on with $part"
        return Misreading(name, role, "this tag is nested too deeply", Span(0, len(text)), advice, "nesting")
    return Reading(name, role, made)


def _mask(text: str, delimiters: Delimiters) -> str:
    """The text with the content of double-quoted strings replaced, so that the grammar needs no recursion there.

    Nested delimiters other than braces become braces, which the grammar knows.
    """
    if '"' not in text and delimiters.left == "{":
        return text
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
