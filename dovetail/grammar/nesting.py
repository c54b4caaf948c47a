"""How deep a template may be nested, and how deep one tag is.

Everything behind the parser goes down the tree by recursion, and what is compiled ends in Python, whose own
compiler takes 200 open parentheses, 20 nested loops and 100 steps of indentation. The bounds here keep all of
that away; they are far above what people write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, cast

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
_STRING_PARENTHESES: Final = 4

# Parentheses that the compiler may write around what stands below a rule; one for those not named.
_PARENTHESES = {
    "test": 3, "test_by": 4, "test_in": 2, "unary": 2, "ternary": 2, "ternary_short": 2, "coalesce": 2, "array": 2,
    "call": 2, "varvar": 3, "group": 0, "and_": 0, "or_": 0,
}  # fmt: skip


class Depth(NamedTuple):
    """How deep something is: levels of the tree, and Python parentheses that it will be compiled to."""

    levels: int = 0
    parentheses: int = 0

    def with_string(self, inner: Depth) -> Depth:
        """The depth of a tag with a string that holds a tag of another depth."""
        return Depth(self.levels + inner.levels, self.parentheses + inner.parentheses + _STRING_PARENTHESES)

    @property
    def excessive(self) -> bool:
        """Whether that is more than can be compiled."""
        return self.levels > _MOST_LEVELS or self.parentheses > _MOST_PARENTHESES


class Branch(Protocol):
    """What is used of a parse tree."""

    data: str
    children: Sequence[object]


def depth_of(tree: Branch) -> Depth:
    """The depth of a parse tree; without recursion, since it may have any."""
    levels = parentheses = 0
    waiting: list[tuple[Branch, int, int]] = [(tree, 1, 1)]
    while waiting:
        branch, level, around = waiting.pop()
        levels, parentheses = max(levels, level), max(parentheses, around)
        own = _PARENTHESES.get(branch.data, 1)
        for number, child in enumerate(branch.children):
            if isinstance(child, str):
                continue
            # Each segment and each modifier goes around all that stands before it.
            behind = len(branch.children) - number - 1
            below = cast("Branch", child)
            if branch.data == "variable":
                waiting.append((below, level + 1 + behind, around + 1 + behind))
            elif branch.data == "modified":
                waiting.append((below, level + 1, around + 1 + 2 * behind))
            else:
                waiting.append((below, level + 1, around + own))
    return Depth(levels, parentheses)
