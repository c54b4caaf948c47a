"""What a tree says, without where it says it: two sources with equal shapes mean the same.

White space between tags counts as one blank, and text of nothing else does not count at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        return tuple([head_shape(item) for item in cast(tuple[object, ...], value)])
    kind = type(value).__name__
    names = _NAMES.get(kind)
    if names is not None:
        return kind, tuple([(name, head_shape(getattr(value, name))) for name in names])
    # True equals 1 for Python, not for a template.
    return kind, value


_NAMES: Mapping[str, tuple[str, ...]] = {
    name: tuple(field.name for field in fields(kind) if field.name not in _PLACES)
    for name, kind in vars(nodes).items()
    if isinstance(kind, type) and is_dataclass(kind)
}
"""The names of what each kind of node says."""
