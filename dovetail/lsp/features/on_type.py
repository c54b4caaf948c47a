"""What a key brings along: the rest of a closing tag, the end of a comment, the end of an HTML element."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.lsp.features.cursor import InText, TagName, here
from dovetail.lsp.features.html.elements import RAW, VOID, elements_of
from dovetail.lsp.features.results import Edit
from dovetail.lsp.features.view import View
from dovetail.source import Span


def on_type(view: View, offset: int, character: str) -> Sequence[Edit]:
    """The edits after a character was typed before an offset; none where the user does not want them."""
    if not view.preferences.close_tags:
        return []
    text = view.reading.text
    delimiters = view.reading.options.delimiters
    if character == "/" and text.startswith(delimiters.left + "/", offset - len(delimiters.left) - 1):
        found = here(view.reading, offset)
        if isinstance(found.cursor, TagName) and found.blocks:
            # A right delimiter that the editor put in by itself stays.
            end = "" if text.startswith(delimiters.right, offset) else delimiters.right
            return [Edit(Span(offset, offset), found.blocks[-1].name + end)]
    if character == "*" and text.startswith(delimiters.left + "*", offset - len(delimiters.left) - 1):
        end = f"*{delimiters.right}"
        if text.startswith(delimiters.right, offset):
            return [Edit(Span(offset, offset), "  *")] if not text.startswith(end, offset) else []
        closed = text.find(end, offset)
        opened = text.find(delimiters.left + "*", offset)
        return [Edit(Span(offset, offset), f"  {end}")] if closed < 0 or 0 <= opened < closed else []
    if character == ">" and isinstance(here(view.reading, offset).cursor, InText):
        for element in view.reading.once(elements_of):
            if element.span.end == offset and element.name not in VOID | RAW and not text[:offset].endswith("/>"):
                return [Edit(Span(offset, offset), f"</{element.name}>")] if element.closing is None else []
    return []
