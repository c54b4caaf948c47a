"""Tree → source, byte for byte, and the pieces of which a source consists.

A tree names the opening tag of a block, its branches and where it ends; the closing tag is what is left
between the last thing in the block and that end. The formatter works on the same pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dovetail.grammar import nodes
from dovetail.source import Span

PieceKind = Literal["text", "literal", "comment", "tag", "open", "branch", "close", "broken"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the source. `tag`: a tag of its own, not a block; `broken`: what no node could be made of.

    `head` is what the tag says (None for closing tags and for what is no tag), `name` its name; a branch
    and a closing tag carry their block's name in `block`.
    """

    kind: PieceKind
    span: Span
    name: str = ""
    block: str = ""
    inside: int = 0
    head: nodes.AnyHead | None = None


def print_tree(tree: nodes.Tree) -> str:
    """The text that the tree was parsed from. Trees of the tolerant parser too."""
    text = tree.source.text
    return "".join(text[piece.span.start : piece.span.end] for piece in pieces(tree))


def pieces(tree: nodes.Tree) -> Iterator[Piece]:
    """The whole source in order, without gaps or overlaps. Flat, so that deep nesting costs no stack."""
    at = 0
    for piece in _walk(tree.nodes):
        if piece.span.start > at:
            # A stray branch tag outside any block has a finding and no node.
            yield Piece("broken", Span(at, piece.span.start))
        if piece.span.end > at:
            yield piece
            at = piece.span.end
    size = len(tree.source.text)
    if at < size:
        yield Piece("broken", Span(at, size))


@dataclass(slots=True)
class _Block:
    tag: nodes.Tag
    sections: Iterator[nodes.Section]
    nodes: Iterator[nodes.Node]


_NAMES: dict[type[nodes.Node], PieceKind] = {
    nodes.Text: "text",
    nodes.LiteralRegion: "literal",
    nodes.Comment: "comment",
    nodes.BrokenTag: "broken",
}


def _walk(top: tuple[nodes.Node, ...]) -> Iterator[Piece]:
    current: Iterator[nodes.Node] = iter(top)
    outer: list[_Block] = []
    at = 0
    while True:
        node = next(current, None)
        if node is None:
            if not outer:
                return
            block = outer[-1]
            section = next(block.sections, None)
            if section is not None:
                at = section.span.end
                yield Piece("branch", section.span, section.name, block.tag.name, section.inside, section.head)
                current = iter(section.body)
                continue
            outer.pop()
            current = block.nodes
            if block.tag.end > at:
                yield Piece("close", Span(at, block.tag.end), block.tag.name, block.tag.name)
                at = block.tag.end
        elif isinstance(node, nodes.Tag):
            at = node.span.end
            kind: PieceKind = "open" if node.sections else "tag"
            yield Piece(kind, node.span, node.name, node.name if node.sections else "", node.inside, node.head)
            if node.sections:
                sections = iter(node.sections)
                first = next(sections)
                outer.append(_Block(node, sections, current))
                current = iter(first.body)
        else:
            at = node.span.end
            yield Piece(_NAMES[type(node)], node.span)
