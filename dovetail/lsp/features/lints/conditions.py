"""Conditions around a place: what an {if} asked for is not empty within it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from dovetail.lsp.features.heads import all_tags
from dovetail.lsp.features.reading import Reading
from dovetail.source import Span


def within_condition(reading: Reading, written: str, span: Span) -> bool:
    """Whether an {if} around a place asks for what is written there."""
    conditions = reading.once(_conditions)
    before = bisect_right(conditions, (span.start, 0, ""))
    return any(span.end <= end and written in asked for _, end, asked in conditions[:before])


def _conditions(reading: Reading) -> Sequence[tuple[int, int, str]]:
    """The {if}s in the order of the text: where the body begins, where it ends, and what is asked."""
    return [
        (tag.span.end, tag.end, reading.text[tag.span.start : tag.span.end])
        for tag, _ in all_tags(reading.tree.nodes)
        if tag.name == "if"
    ]
