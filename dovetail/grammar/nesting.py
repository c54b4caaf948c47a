"""How deep a template may be nested, and how deep one tag is.

Everything behind the parser goes down the tree by recursion, and what is compiled ends in Python, whose own
compiler takes 200 open parentheses, 20 nested loops and 100 steps of indentation. The bounds here keep all of
that away; they are far above what people write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression
from dovetail.grammar.walk import children, expressions_of

_STRING_PARENTHESES: Final = 4

MOST_STRINGS: Final = 8
"""Strings in tags in strings."""

MOST_BLOCKS: Final = 40
"""Blocks in blocks."""

MOST_BLOCKS_IN_STRING: Final = 4
"""Blocks in blocks within a double-quoted string."""

MOST_LOOPS: Final = 12
"""Loops in loops."""

MOST_BRANCHES: Final = 1_000
"""`{elseif}` parts of one block."""

_MOST_LEVELS: Final = 110
_MOST_PARENTHESES: Final = 170
_SHORT: Final = 60

_Part: TypeAlias = Expression | nodes.Assignment
_Below: TypeAlias = tuple[_Part, int, int]
"""What stands below a node, how many levels of the grammar, and how many Python parentheses may be around it."""

# For those not named: one level and one parenthesis.
_AROUND: Final[Mapping[type, tuple[int, int]]] = {
    nodes.Group: (1, 0), nodes.Unary: (1, 2), nodes.Test: (1, 4), nodes.Ternary: (1, 2), nodes.Call: (3, 4),
    nodes.ArrayLiteral: (3, 4), nodes.VariableVariable: (3, 5),
}  # fmt: skip
_AROUND_OPERATORS: Final[Mapping[str, tuple[int, int]]] = {"&&": (1, 0), "||": (1, 0), "??": (1, 2)}


def never_too_deep(text: str) -> bool:
    """Whether a tag is so short that it cannot be too deep, so that nobody needs to look."""
    return len(text) <= _SHORT


def too_deep(head: nodes.AnyHead) -> bool:
    """Whether a tag, with the tags in its strings, is deeper than can be compiled.

    Without recursion, since it may have any depth.
    """
    waiting = list(_in_head(head, 1, 1))
    while waiting:
        node, levels, parentheses = waiting.pop()
        if levels > _MOST_LEVELS or parentheses > _MOST_PARENTHESES:
            return True
        waiting += ((below, levels + more, parentheses + around) for below, more, around in _below(node))
    return False


def _in_head(head: nodes.AnyHead, levels: int, parentheses: int) -> Iterator[_Below]:
    for part in expressions_of(head):
        yield part, levels + 3, parentheses + 3
    if isinstance(head, nodes.Head):
        for use in head.uses:
            for argument in use.arguments:
                yield argument, levels + 3, parentheses + 3


def _below(node: _Part) -> Iterator[_Below]:
    match node:
        case nodes.Modified(base=base, uses=uses):
            # Each modifier goes around all that stands before it.
            yield base, 1, 1 + 2 * len(uses)
            for number, use in enumerate(reversed(uses)):
                for argument in use.arguments:
                    yield argument, 3, 3 + 2 * number
        case nodes.Index(base=base, key=key):
            # So does each segment.
            yield base, 1, 1
            if key is not None:
                yield key, 2, 2
        case nodes.Interpolated(parts=parts):
            for head in _heads(parts):
                yield from _in_head(head, 1, 1 + _STRING_PARENTHESES)
        case nodes.TagValue(tag=tag):
            for head in _heads((tag,)):
                yield from _in_head(head, 1, 1 + _STRING_PARENTHESES)
        case _:
            operator = node.operator if isinstance(node, nodes.Binary) else ""
            levels, parentheses = _AROUND_OPERATORS.get(operator) or _AROUND.get(type(node), (1, 1))
            for child in children(node):
                yield child, levels, parentheses


def _heads(parts: Sequence[nodes.Node]) -> Iterator[nodes.AnyHead]:
    """The heads of tags that stand in a string, in its blocks too."""
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        if isinstance(part, nodes.Tag):
            yield part.head
            for section in part.sections:
                yield section.head
                waiting += section.body
