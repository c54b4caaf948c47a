"""What is said of a template's HTML and CSS: what mail clients do not support, what keeps people from reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dovetail.errors import Diagnostic
from dovetail.lsp.features.html.accessibility import accessibility
from dovetail.lsp.features.html.elements import Page, pages_of
from dovetail.lsp.features.html.hygiene import hygiene
from dovetail.lsp.features.html.support import support
from dovetail.lsp.features.view import View

_RULES: Sequence[Callable[[View, Page, bool], Iterator[Diagnostic]]] = (support, accessibility, hygiene)


def html_findings(view: View) -> Sequence[Diagnostic]:
    """The findings of all pages of a template, each once, in order. A file that is no HTML has none."""
    pages = view.reading.once(pages_of)
    if not any(page.elements for page in pages):
        return []
    found = dict[tuple[str, int, int, str], Diagnostic]()
    for number, page in enumerate(pages):
        for rule in _RULES:
            for item in rule(view, page, number == 0):
                if not page.masked.touches(item.span):
                    found[item.code, item.span.start, item.span.end, item.message] = item
    return sorted(found.values(), key=lambda item: (item.span, item.code))
