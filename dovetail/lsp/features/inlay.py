"""Within the lines: what a live variable shows now, how often a loop runs, what a far closing tag closes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from dovetail.grammar import nodes
from dovetail.lsp.features.completion.paths import value_at
from dovetail.lsp.features.heads import all_tags
from dovetail.lsp.features.prose import MASK, age, clean, prose, shortened
from dovetail.lsp.features.results import Inlay
from dovetail.lsp.features.standing import closing_tag
from dovetail.lsp.features.types import type_of
from dovetail.lsp.features.values import printed
from dovetail.lsp.features.view import View
from dovetail.source import Span

_LONGEST = 24
_FAR = 15
"""Lines between a block's two ends from which on the second says what it closes."""
_MOST = 150


def inlays(view: View, span: Span) -> Sequence[Inlay]:
    """The texts within a span."""
    if not view.preferences.inlay:
        return []
    found = list[Inlay]()
    for tag, base in all_tags(view.reading.tree.nodes):
        if base + tag.span.start > span.end:
            break
        if len(found) >= _MOST:
            break
        if base + max(tag.end, tag.span.end) >= span.start:
            found += (each for each in _of_tag(view, tag, base) if span.start <= each.offset <= span.end)
    return sorted(found, key=lambda each: each.offset)


def _of_tag(view: View, tag: nodes.Tag, base: int) -> Iterator[Inlay]:
    inside = base + tag.inside
    end = base + tag.span.end
    if tag.name == "" and isinstance(tag.head, nodes.Head) and tag.head.value is not None:
        value = tag.head.value
        if not isinstance(value, nodes.Assignment):
            yield from _value(view, value, inside, end)
    elif tag.name == "foreach" and isinstance(tag.head, nodes.ForeachHead):
        whole = type_of(view, tag.head.subject, inside)
        known = value_at(view, whole) if whole.form == "list" else None
        if isinstance(known, list):
            count = len(cast("list[object]", known))
            yield Inlay(end, f"× {count}", kind="count")
    closing = closing_tag(tag)
    if closing is not None and _lines_between(view, tag, base) >= _FAR:
        head = shortened(clean(view.reading.text[inside : end - 1]), 40)
        yield Inlay(base + closing.end, head, kind="closing")


def _value(view: View, value: nodes.Expression, inside: int, end: int) -> Iterator[Inlay]:
    root = value.base if isinstance(value, nodes.Modified) else value
    kind = type_of(view, root, inside)
    variable: nodes.Expression = root
    while isinstance(variable, nodes.Index):
        variable = variable.base
    if (
        variable is root
        or not isinstance(variable, nodes.Variable)
        or kind.form in ("integration", "keyed", "list", "map")
    ):
        return
    written = view.reading.text[inside + value.span.start : inside + value.span.end]
    shown = printed(view, written, inside)
    if not shown.known or shown.fault or not shown.text:
        return
    hidden = (shown.personal or kind.personal) and view.preferences.masked
    text = MASK if hidden else shortened(clean(shown.text), _LONGEST)
    tooltip = prose(f"as of {age(view.live.now - shown.oldest)} ago") if shown.oldest else None
    yield Inlay(end, text, tooltip)


def _lines_between(view: View, tag: nodes.Tag, base: int) -> int:
    return view.reading.text.count("\n", base + tag.span.start, base + tag.end)
