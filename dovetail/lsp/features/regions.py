"""In what an offset stands: text, something silent, or a tag, with the blocks that are open there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dovetail.grammar import nodes
from dovetail.grammar.scanner import Delimiters
from dovetail.lsp.features.reading import Reading


def alone(reading: Reading, offset: int) -> bool:
    """Whether the left delimiter has just been written: `{}` is text until something stands in it."""
    delimiters, text = reading.options.delimiters, reading.text
    return text.startswith(delimiters.left + delimiters.right, offset - len(delimiters.left)) and offset > 0


def region_at(reading: Reading, offset: int) -> tuple[Literal["text", "silent"] | int, Sequence[nodes.Tag]]:
    """In what an offset stands: text, something silent, or the tag that begins at a number; with the open blocks."""
    blocks = list[nodes.Tag]()
    right = reading.options.delimiters.right
    body: Sequence[nodes.Node] = reading.tree.nodes
    while True:
        node = _before(body, offset)
        if node is None or isinstance(node, nodes.Text):
            return "text", blocks
        if isinstance(node, nodes.Comment | nodes.LiteralRegion):
            return ("silent" if offset < node.span.end else "text"), blocks
        if isinstance(node, nodes.BrokenTag):
            closed = offset == node.span.end and node.text.endswith(right) and len(node.text) > len(right)
            outside = offset > node.span.end or closed
            if node.text.startswith("{*") or node.text.startswith("{literal"):
                return "silent", blocks
            return ("text" if outside else node.span.start), blocks
        if offset < node.span.end:
            return node.span.start, blocks
        if offset > node.end or (offset == node.end and _is_closed(node)):
            return "text", blocks
        blocks.append(node)
        section = next(each for each in reversed(node.sections) if each.span.start < offset or each is node.sections[0])
        if section.span.start < offset < section.span.end:
            return section.span.start, blocks
        end = _end(section)
        if offset > end:
            # Only the closing tag, or the next branch, can stand behind the last of a body.
            return end, blocks
        body = section.body


def _end(section: nodes.Section) -> int:
    last = section.body[-1] if section.body else None
    return section.span.end if last is None else last.end if isinstance(last, nodes.Tag) else last.span.end


def _is_closed(node: nodes.Tag) -> bool:
    """Whether a block has its closing tag; what has none ends where its content ends."""
    return not node.sections or _end(node.sections[-1]) < node.end


def _before(body: Sequence[nodes.Node], offset: int) -> nodes.Node | None:
    """The last node that begins before an offset."""
    low, high = 0, len(body)
    while low < high:
        middle = (low + high) // 2
        if body[middle].span.start < offset:
            low = middle + 1
        else:
            high = middle
    return body[low - 1] if low else None


def innermost(text: str, begin: int, offset: int, delimiters: Delimiters) -> tuple[int, int]:
    """Where the tag at the cursor begins, and its inside: a tag that lacks its end has others behind it."""
    start = begin + len(delimiters.left)
    quote = ""
    at = start
    while at < offset:
        char = text[at]
        if char == "\\" and quote:
            at += 1
        elif text.startswith(delimiters.left, at) and quote != "'" and not text[at + 1 : at + 2].isspace():
            begin, start, quote = at, at + len(delimiters.left), ""
            at = start - 1
        elif quote and char == quote:
            quote = ""
        elif not quote and char in "\"'":
            quote = char
        at += 1
    return begin, min(start, offset)
