"""What stands at an offset: the tag, and in it the expression, from the whole to the smallest part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dovetail.grammar import nodes
from dovetail.grammar.walk import children, expressions_of
from dovetail.lsp.features.reading import Reading
from dovetail.source import Span

Part: TypeAlias = "nodes.Expression | nodes.Assignment | nodes.ModifierUse | nodes.Attribute"


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in a tag. `head` is that of the tag or of its branch `name`, its spans count from `inside`.

    `parts` are the parts of the head around the offset, the largest first. `closing`: it is the tag that ends a block.
    `blocks` are the blocks around the tag, the innermost last.
    """

    tag: nodes.Tag
    name: str
    span: Span
    head: nodes.AnyHead
    inside: int
    parts: Sequence[Part]
    blocks: Sequence[nodes.Tag]
    closing: bool = False

    def place(self, part: Part) -> Span:
        """Where a part stands in the text."""
        return Span(self.inside + part.span.start, self.inside + part.span.end)

    @property
    def name_span(self) -> Span:
        """Where the tag's name stands."""
        return Span(self.inside, self.inside + len(self.name))


def standing(reading: Reading, offset: int) -> Standing | None:
    """The place of an offset in a tag; None in text, comments and what could not be read."""
    return _in_body(reading.tree.nodes, offset, 0, [])


def _in_body(body: Sequence[nodes.Node], offset: int, base: int, blocks: list[nodes.Tag]) -> Standing | None:
    for node in body:
        if not isinstance(node, nodes.Tag) or not base + node.span.start <= offset <= base + node.end:
            continue
        found = _in_tag(node, offset, base, blocks)
        if found is not None:
            return found
    return None


def _in_tag(tag: nodes.Tag, offset: int, base: int, blocks: list[nodes.Tag]) -> Standing | None:
    sections = tag.sections or ()
    if base + tag.span.start <= offset <= base + tag.span.end:
        return _in_head(tag, tag.name, tag.span, tag.head, tag.inside, offset, base, blocks)
    for number, section in enumerate(sections):
        if number and base + section.span.start <= offset <= base + section.span.end:
            return _in_head(tag, section.name, section.span, section.head, section.inside, offset, base, blocks)
        found = _in_body(section.body, offset, base, [*blocks, tag])
        if found is not None:
            return found
    closing = closing_tag(tag)
    if closing is not None and base + closing.start <= offset:
        span = Span(base + closing.start, base + closing.end)
        return Standing(tag, tag.name, span, nodes.Head(), span.start + 2, (), tuple(blocks), closing=True)
    return None


def closing_tag(tag: nodes.Tag) -> Span | None:
    """Where a block's closing tag stands; None when it has none."""
    if not tag.sections:
        return None
    last = tag.sections[-1]
    node = last.body[-1] if last.body else None
    end = last.span.end if node is None else node.end if isinstance(node, nodes.Tag) else node.span.end
    return Span(end, tag.end) if end < tag.end else None


def _in_head(
    tag: nodes.Tag,
    name: str,
    span: Span,
    head: nodes.AnyHead,
    inside: int,
    offset: int,
    base: int,
    blocks: list[nodes.Tag],
) -> Standing | None:
    place = base + inside
    parts = list[Part]()
    tops: list[Part] = [*attributes_of(head)]
    tops += [each for each in expressions_of(head) if not any(each is one.value for one in attributes_of(head))]
    if isinstance(head, nodes.Head):
        tops += head.uses
    for top in tops:
        if place + top.span.start <= offset <= place + top.span.end:
            nested = _descend(top, offset, place, parts, [*blocks, tag])
            if nested is not None:
                return nested
            break
    return Standing(tag, name, Span(base + span.start, base + span.end), head, place, tuple(parts), tuple(blocks))


def attributes_of(head: nodes.AnyHead) -> Sequence[nodes.Attribute]:
    """The attributes of a head."""
    return () if isinstance(head, nodes.AssignToHead) else head.attributes


def _descend(part: Part, offset: int, place: int, parts: list[Part], blocks: list[nodes.Tag]) -> Standing | None:
    parts.append(part)
    if isinstance(part, nodes.Interpolated):
        return _in_body(part.parts, offset, place, blocks)
    if isinstance(part, nodes.TagValue):
        return _in_body((part.tag,), offset, place, blocks)
    for child in inner(part):
        if place + child.span.start <= offset <= place + child.span.end:
            # Where two meet, as in `$a.b|c`, the one behind is meant unless the offset is at its very beginning.
            if place + child.span.end == offset and _follows(part, child, offset, place):
                continue
            return _descend(child, offset, place, parts, blocks)
    return None


def _follows(part: Part, child: Part, offset: int, place: int) -> bool:
    return any(
        other is not child
        and place + other.span.start <= offset < place + other.span.end
        and isinstance(other, nodes.ModifierUse)
        for other in inner(part)
    )


def inner(part: Part) -> Iterator[Part]:
    """The parts right below a part, modifiers and attributes' values included."""
    if isinstance(part, nodes.Attribute):
        yield part.value
    elif isinstance(part, nodes.ModifierUse):
        yield from part.arguments
    elif isinstance(part, nodes.Modified):
        yield part.base
        yield from part.uses
    else:
        yield from children(part)
