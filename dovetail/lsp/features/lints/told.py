"""Lints of `$trigger` in templates that follow-ups send: what it reads is held against the data of the events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dovetail.engine.schema import RecordType
from dovetail.errors import Diagnostic, did_you_mean
from dovetail.grammar import nodes
from dovetail.lsp.features.heads import expressions
from dovetail.lsp.features.lints.live import paths
from dovetail.lsp.features.types import records_of, step, type_of
from dovetail.lsp.features.view import View
from dovetail.source import Span

_FEW = 12
"""Fields that are all named, where none is near."""


def told_findings(view: View) -> Iterator[Diagnostic]:
    """The findings about fields of events."""
    if view.trigger is None:
        return
    for expression, inside in expressions(view.reading.tree.nodes):
        for path in paths(expression):
            yield from _unknown(view, path, inside)


def _unknown(view: View, path: nodes.Index, inside: int) -> Iterator[Diagnostic]:
    """The first field of a path that its record does not have."""
    segments = list[nodes.Index]()
    node: nodes.Expression = path
    while isinstance(node, nodes.Index):
        segments.insert(0, node)
        node = node.base
    kind = type_of(view, node, inside)
    for segment in segments:
        key = segment.key.value if isinstance(segment.key, nodes.Constant) else None
        record = records_of(view, kind.identifier).get(kind.record) if kind.events and kind.form == "record" else None
        if record is not None and isinstance(key, str) and key not in record.fields:
            below = view.reading.text[inside + segment.base.span.start : inside + segment.base.span.end]
            span = Span(inside + segment.span.start, inside + segment.span.end)
            yield from _said(view, record, below, key, span)
            return
        kind = step(view, kind, key)


@lru_cache(500)
def _near(key: str, known: tuple[str, ...]) -> str:
    # Mails repeat their variables, and likeness takes long to calculate.
    return did_you_mean(key, sorted(known))


def _said(view: View, record: RecordType, below: str, key: str, span: Span) -> Iterator[Diagnostic]:
    near = _near(key, tuple(record.fields))
    if not record.open:
        few = f"there is {', '.join(sorted(record.fields))}" if len(record.fields) <= _FEW else "see docs/events.md"
        message = f"`{below}` has no `{key}`"
        yield Diagnostic("unknown-name", message, view.reading.source, span, near or few, "warning")
    elif near:
        message = f"`{below}` has no documented field `{key}`"
        yield Diagnostic("unknown-name", message, view.reading.source, span, near, "info")
