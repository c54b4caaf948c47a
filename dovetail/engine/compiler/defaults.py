"""Default modifiers, written as in a template."""

from __future__ import annotations

from functools import lru_cache

from dovetail.errors import UsageError
from dovetail.grammar import nodes
from dovetail.grammar.parse import parse
from dovetail.source import Source


@lru_cache(maxsize=32)
def default_uses(written: tuple[str, ...]) -> tuple[nodes.ModifierUse, ...]:
    """The modifiers of `("escape:'html'", "trim")` as nodes.

    Raises:
        UsageError: one of them is no modifier.
    """
    uses: list[nodes.ModifierUse] = []
    for text in written:
        tree = parse(Source("default modifiers", f"{{$x|{text}}}"))
        tag = tree.nodes[0]
        if not (
            isinstance(tag, nodes.Tag)
            and isinstance(tag.head, nodes.Head)
            and isinstance(tag.head.value, nodes.Modified)
        ):
            raise UsageError(f"`{text}` is no modifier")
        uses += tag.head.value.uses
    return tuple(uses)
