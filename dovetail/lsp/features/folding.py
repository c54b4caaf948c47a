"""What can be folded away: blocks and their branches, comments, literal regions, HTML elements, marked regions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dovetail.grammar import nodes
from dovetail.lsp.features.heads import all_comments
from dovetail.lsp.features.html.elements import conditional_comments, elements_of
from dovetail.lsp.features.results import Fold
from dovetail.lsp.features.standing import closing_tag
from dovetail.lsp.features.view import View
from dovetail.source import Span

_REGION = re.compile(r"\s*#?(region|endregion)\b", re.IGNORECASE)


def folds(view: View) -> Sequence[Fold]:
    """The folds of a template, those of more than one line."""
    text = view.reading.text
    found = [*_tags(view.reading.tree.nodes), *_regions(view.reading.tree.nodes)]
    found += (
        Fold(Span(element.span.start, _before(text, element.closing.start)))
        for element in view.reading.once(elements_of)
        if element.closing is not None
    )
    found += (Fold(span) for span in view.reading.once(conditional_comments))
    several = {fold for fold in found if text.find("\n", fold.span.start, fold.span.end) >= 0}
    return sorted(several, key=lambda fold: (fold.span, fold.kind))


def _tags(body: Sequence[nodes.Node]) -> Iterator[Fold]:
    for node in body:
        match node:
            case nodes.Comment(span=span):
                yield Fold(span, "comment")
            case nodes.LiteralRegion(span=span):
                yield Fold(span)
            case nodes.Tag() if node.sections:
                closing = closing_tag(node)
                ends = [each.span.start for each in node.sections[1:]] + [closing.start if closing else node.end]
                for section, end in zip(node.sections, ends, strict=True):
                    # A fold keeps the line of the next branch, or of the closing tag.
                    yield Fold(Span(section.span.start, max(section.span.end, end - 1)))
                    yield from _tags(section.body)
            case _:
                continue


def _regions(body: Sequence[nodes.Node]) -> Iterator[Fold]:
    """`{* region *}` to `{* endregion *}`."""
    open_at = list[int]()
    for node in all_comments(body):
        word = _REGION.match(node.text)
        if word is None:
            continue
        if word[1].lower() == "region":
            open_at.append(node.span.start)
        elif open_at:
            yield Fold(Span(open_at.pop(), node.span.end), "region")


def _before(text: str, offset: int) -> int:
    """The end of the line before, when only blanks stand before an offset in its line."""
    start = text.rfind("\n", 0, offset) + 1
    return start - 1 if start and not text[start:offset].strip() else offset
