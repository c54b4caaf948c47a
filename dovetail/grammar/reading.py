"""What the text of one tag says, or why it says nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dovetail.errors import Fix
from dovetail.grammar import nodes
from dovetail.grammar.constants import CONSTANTS
from dovetail.grammar.vocabulary import FORMS
from dovetail.source import Span


class Reading(NamedTuple):
    """What a tag's text says. `name` '' is output or assignment."""

    name: str
    role: Literal["open", "close"]
    head: nodes.AnyHead


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


_NAME = re.compile(r"\s*(?P<close>/)?\s*(?P<name>[A-Za-z_]\w*)(?=\s|\Z|\|(?!\|))", re.ASCII)
_EXPRESSION_WORDS = frozenset({"true", "false", "null", "not", "new"})
_ELSE_IF = re.compile(r"\s*else\s+if(?=\s|\Z)", re.IGNORECASE)


def tag_name(text: str) -> tuple[str, Literal["open", "close"], int]:
    """Name, role and where the head starts; the name is '' for output and assignments."""
    match = _NAME.match(text)
    if match is None:
        return "", "open", 0
    chained = _ELSE_IF.match(text)
    if chained:
        return "elseif", "open", chained.end()
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
