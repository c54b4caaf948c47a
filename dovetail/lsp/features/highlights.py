"""What belongs to what stands at the cursor: the other uses of a variable, the parts of a block, its two ends."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.html.elements import pair_at
from dovetail.lsp.features.names import name_at
from dovetail.lsp.features.references import references
from dovetail.lsp.features.results import Highlight
from dovetail.lsp.features.standing import Standing, closing_tag, standing
from dovetail.lsp.features.view import View
from dovetail.source import Span


def highlights(view: View, offset: int) -> Sequence[Highlight]:
    """The places to mark, in the order of the text."""
    name = name_at(view, offset)
    if name is not None:
        writes = {use.span for use in view.reading.once(bindings_of).uses if use.write}
        places = {place.span for place in references(view, offset, declaration=True) if place.name == view.reading.name}
        if name.kind == "live":
            places = {use.span for use in view.reading.once(bindings_of).uses if use.name == name.name}
        kind = name.kind in ("variable", "live")
        return [
            Highlight(span, ("write" if span in writes else "read") if kind else "text")
            for span in sorted(places | {name.span})
        ]
    found = standing(view.reading, offset)
    if (
        found is not None
        and found.tag.sections
        and (found.closing or found.name_span.start <= offset <= found.name_span.end)
    ):
        return [Highlight(span) for span in chain(found)]
    pair = pair_at(view.reading, offset)
    return [Highlight(span) for span in pair] if pair is not None else []


def chain(found: Standing) -> Sequence[Span]:
    """The names of a block's tags: `if`, `elseif`, `else`, `/if`."""
    # A tag within a string counts from the tag around it; blocks do not stand in strings.
    spans = [Span(found.tag.inside, found.tag.inside + len(found.tag.name))]
    spans += (Span(each.inside, each.inside + len(each.name)) for each in found.tag.sections[1:])
    closing = closing_tag(found.tag)
    if closing is not None:
        spans.append(Span(closing.start + 1, closing.end - 1))
    return spans
