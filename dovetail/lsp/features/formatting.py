"""The formatter's changes to a template, each as small as it is, so that cursors and folds stay where they are."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.grammar.format import format_edits as changes
from dovetail.lsp.features.results import Edit
from dovetail.lsp.features.view import View
from dovetail.source import Span


def format_edits(view: View) -> Sequence[Edit]:
    """What formatting changes in a template; nothing while it has errors."""
    return format_range(view, Span(0, len(view.reading.text)))


def format_range(view: View, span: Span) -> Sequence[Edit]:
    """What formatting changes within a span: tags and white space that stand in it as a whole."""
    reading = view.reading
    if any(item.severity == "error" for item in reading.findings):
        return []
    found = changes(reading.tree, reading.options.delimiters, span)
    return [Edit(Span(edit.start, edit.end), edit.text) for edit in found]
