"""`{textformat}`: paragraphs wrapped and indented, for plain-text mails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.engine.frames import PENDING
from dovetail.engine.modifiers.arguments import WHITE
from dovetail.engine.modifiers.layout import mb_wordwrap
from dovetail.engine.tags.functions import block_function
from dovetail.engine.tags.html_markup import Markup
from dovetail.engine.values import to_int, to_text, truth
from dovetail.errors import ValueFault

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

_PARAGRAPHS = re.compile(r"[\r\n]{2}")
_BLANKS = re.compile(f"[{WHITE}]+")
_USUAL_WIDTH, _EMAIL_WIDTH = 80, 72


@block_function("textformat")
def textformat(rt: Runtime, frame: Frame, given: Mapping[str, object], content: str) -> str:
    """Smarty: {textformat}. Blanks and single line ends become one blank; `wrap` counts the indent in.

    Raises:
        ValueFault: the result is too long.
    """
    name = to_text(given.get("assign"))
    held: object = content
    if held is PENDING:
        # A gathering run left a part of the content out.
        if truth(name):
            frame.variables[name] = held
        return ""
    indent, first = to_int(given.get("indent", 0)), to_int(given.get("indent_first", 0))
    width = _EMAIL_WIDTH if to_text(given.get("style")) == "email" else to_int(given.get("wrap", _USUAL_WIDTH))
    char, line_end = to_text(given.get("indent_char", " ")), to_text(given.get("wrap_char", "\n"))
    result = Markup("textformat", rt.limits.value)
    for place, paragraph in enumerate(_PARAGRAPHS.split(content)):
        if place:
            result.add(line_end * 2)
        if not truth(paragraph):
            result.add(paragraph)
            continue
        text = _BLANKS.sub(" ", paragraph).strip(" ")
        if first > 0:
            text = _times(char, first, result) + text
        try:
            text = mb_wordwrap(text, width - indent, line_end, given.get("wrap_cut", False))
        except ValueFault:
            raise ValueFault("a paragraph of `{textformat}` gets too long", "use a shorter `wrap_char`") from None
        if indent > 0:
            margin = _times(char, indent, result)
            lines = text.split("\n")
            for number, line in enumerate(lines):
                # PCRE's ^ does not match behind a line end that is the last character.
                shown = line or number == 0 or number < len(lines) - 1
                result.add("\n" if number else "", margin if shown else "", line)
        else:
            result.add(text)
    if truth(name):
        frame.variables[name] = result.text()
        return ""
    return result.text()


def _times(char: str, count: int, bound: Markup) -> str:
    bound.check(len(char) * count)
    return char * count
