"""What a tree says, without where it says it: two sources with equal shapes mean the same.

White space between tags counts as one blank, and text of nothing else does not count at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import cast

from dovetail.grammar import nodes
from dovetail.grammar.printer import pieces

_PLACES = frozenset({"span", "name_span", "inside", "end"})


def tree_shape(tree: nodes.Tree) -> list[object]:
    """The template's pieces in order, as values to compare."""
    return list(_template(tree))


def _template(tree: nodes.Tree) -> Iterator[object]:
    text = tree.source.text
    # Equal tags share one head.
    heads: dict[int, object] = {}
    for piece in pieces(tree):
        content = text[piece.span.start : piece.span.end]
        if piece.kind == "text":
            words = " ".join(content.split())
            if words:
                yield "text", words
        elif piece.kind in {"literal", "comment", "broken"}:
            yield piece.kind, content
        else:
            if id(piece.head) not in heads:
                heads[id(piece.head)] = head_shape(piece.head)
            yield piece.kind, piece.name, piece.block, heads[id(piece.head)]


def head_shape(value: object) -> object:
    """A tag's head, or any node in it, without its places."""
    if isinstance(value, tuple):
        return tuple(head_shape(item) for item in cast(tuple[object, ...], value))
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name not in _PLACES)
        return type(value).__name__, tuple((name, head_shape(part)) for name, part in parts)
    # True equals 1 for Python, not for a template.
    return type(value).__name__, value
