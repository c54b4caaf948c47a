"""Growing selections: a segment of a path, the path, its modifiers, the tag, the element around it, the block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.grammar import nodes
from dovetail.lsp.features.html.elements import elements_of
from dovetail.lsp.features.results import Selection
from dovetail.lsp.features.standing import closing_tag, standing
from dovetail.lsp.features.view import View
from dovetail.source import Span


def selection(view: View, offset: int) -> Selection:
    """The spans around an offset, the smallest first."""
    text = view.reading.text
    spans = {Span(0, len(text))}
    found = standing(view.reading, offset)
    if found is not None:
        spans.add(found.span)
        for part in found.parts:
            spans.add(found.place(part))
        word = _word(text, offset)
        if word.end > word.start:
            spans.add(word)
    for block in _blocks_around(view.reading.tree.nodes, offset):
        closing = closing_tag(block)
        spans |= {Span(block.span.start, block.end), Span(block.span.end, closing.start if closing else block.end)}
    for element in view.reading.once(elements_of):
        if element.span.start <= offset <= element.end:
            spans.add(Span(element.span.start, element.end))
            spans.add(element.span)
            for attribute in element.attributes:
                spans.add(attribute.span)
    around = [span for span in spans if span.start <= offset <= span.end]
    return Selection(_nested(sorted(around, key=lambda span: (span.end - span.start, span))))


def _blocks_around(body: Sequence[nodes.Node], offset: int) -> Iterator[nodes.Tag]:
    for node in body:
        if isinstance(node, nodes.Tag) and node.sections and node.span.start <= offset <= node.end:
            yield node
            for section in node.sections:
                yield from _blocks_around(section.body, offset)


def _nested(spans: list[Span]) -> tuple[Span, ...]:
    """Of spans by size, those of which each holds the one before."""
    chosen = list[Span]()
    for span in spans:
        last = chosen[-1] if chosen else None
        if last is None or (span.start <= last.start and span.end >= last.end and span != last):
            chosen.append(span)
    return tuple(chosen)


def _word(text: str, offset: int) -> Span:
    start = end = offset
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return Span(start, end)
