"""What is said of a template's HTML and CSS: what mail clients do not support, what keeps people from reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dovetail.errors import Diagnostic
from dovetail.lsp.features.html.accessibility import accessibility
from dovetail.lsp.features.html.elements import Page, page_of, pages_of
from dovetail.lsp.features.html.hygiene import hygiene
from dovetail.lsp.features.html.mask import mask_count, mask_of
from dovetail.lsp.features.html.support import support
from dovetail.lsp.features.view import View

_RULES: Sequence[Callable[[View, Page, bool], Iterator[Diagnostic]]] = (support, accessibility, hygiene)


def html_findings(view: View) -> Iterator[Sequence[Diagnostic]]:
    """The findings of all pages of a template, each once, a part at a time. A file that is no HTML has none."""
    for number in range(view.reading.once(mask_count)):
        mask_of(view.reading, number)
        yield ()
        page_of(view.reading, number)
        yield ()
    pages = view.reading.once(pages_of)
    if not any(page.elements for page in pages):
        return
    known = set[tuple[str, int, int, str]]()
    for number, page in enumerate(pages):
        for rule in _RULES:
            found = list[Diagnostic]()
            for item in rule(view, page, number == 0):
                key = item.code, item.span.start, item.span.end, item.message
                if key not in known and not page.masked.touches(item.span):
                    known.add(key)
                    found.append(item)
            yield found
