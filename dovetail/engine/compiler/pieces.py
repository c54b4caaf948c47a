"""Small questions about nodes, and the pieces that output is put together from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dovetail.grammar import nodes

SAFE_MODES = frozenset({"htmlall", "url", "urlpathinfo", "quotes", "javascript"})
"""Modes of |escape whose result automatic escaping leaves alone (Smarty 5's EscapeModifierCompiler)."""


INHERITING = frozenset({"extends", "block"})
"""The tags by which a template takes part in inheritance."""


class Piece(NamedTuple):
    """A part of the output: `code` is a Python expression for text, but of what is known already there is the `text`.

    In the quick form, `shown` is how a value that is no text yet becomes one: `h` for HTML, `t` as it is, `n` a
    number in a `format` (decimals, point, thousands). `keys` lead from the value of `code` to what is shown; `item`:
    `code` is the item of the loop that the piece stands in. `local`: `code` is the name of a local that holds what is
    printed of this path, by these modifiers.
    """

    code: str
    offset: int
    text: str | None = None
    shown: str = ""
    keys: tuple[str, ...] = ()
    format: tuple[int, str, str] | None = None
    item: bool = False
    local: tuple[tuple[str, ...], tuple[object, ...]] | None = None

    @property
    def written(self) -> str:
        """A Python expression for the piece."""
        return self.code if self.text is None else repr(self.text)


def text_piece(text: str, offset: int) -> Piece:
    """A piece that is known already."""
    return Piece("", offset, text)


def tags_in(body: Sequence[nodes.Node]) -> set[str]:
    """The names of the tags that stand anywhere in a body."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, nodes.Tag):
            found.add(node.name)
            for section in node.sections:
                found |= tags_in(section.body)
    return found


def scope_name(node: nodes.Expression | None) -> str | None:
    """The scope that an attribute names, where it is written out."""
    if isinstance(node, nodes.Word):
        return node.name
    if isinstance(node, nodes.Constant) and isinstance(node.value, str):
        return node.value
    return None


def marked_safe(node: nodes.Expression) -> bool:
    """Whether a printed value's own modifiers make it safe."""
    if isinstance(node, nodes.Group):
        return marked_safe(node.inner)
    if not isinstance(node, nodes.Modified):
        return False
    return any(safe_use(use) for use in node.uses)


def safe_use(use: nodes.ModifierUse) -> bool:
    """Whether automatic escaping leaves alone what this modifier was applied to."""
    if use.name == "raw":
        return True
    mode = use.arguments[0] if use.name == "escape" and use.arguments else None
    return isinstance(mode, nodes.Constant) and mode.value in SAFE_MODES


def merged(pending: list[Piece]) -> list[Piece]:
    """Neighbouring text as one piece."""
    merged: list[Piece] = []
    for piece in pending:
        before = merged[-1] if merged else None
        if before is not None and before.text is not None and piece.text is not None:
            merged[-1] = text_piece(before.text + piece.text, before.offset)
        else:
            merged.append(piece)
    return merged
