"""Where in HTML a text stands, as far as white space is concerned. Reads text in pieces; knows no Smarty.

Not a parser: whatever it is unsure about counts as a place where white space shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

BLOCK_LEVEL = frozenset({
    "html", "head", "body", "meta", "link", "base",
    "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th",
    "div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "address", "center",
    "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "form", "fieldset",
    "section", "article", "header", "footer", "main", "nav", "aside",
})  # fmt: skip
"""Elements beside whose tags white space does not show."""

_RAW = frozenset({
    "pre", "textarea", "script", "style", "title", "xmp", "listing", "plaintext", "iframe", "noembed",
    "noscript", "template",
})  # fmt: skip
"""Elements whose content is left as it is."""


class State(NamedTuple):
    """A place in HTML. `name` is the element of a tag or of raw content, `quote` an open attribute's quote."""

    mode: Literal["data", "tag", "comment", "raw", "revealed", "unsure"]
    name: str = ""
    quote: str = ""


DATA = State("data")
UNSURE = State("unsure")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is. `first`, `last`: its first and last visible thing is a block-level tag (None: all blank).

    `plain` are the stretches of it in which it is content, not markup and not raw.
    """

    end: State
    first: bool | None
    last: bool | None
    plain: tuple[tuple[int, int], ...]


_MARKUP = re.compile(r"<!--|<!\[if[^>]*>|<(?P<close>/?)(?P<name>[a-z][^\s/>]*)|<[!?]", re.IGNORECASE)
_IN_TAG = re.compile(r"[>\"']")
_REVEALED_END = re.compile(r"<!\[endif\]\s*-{0,2}>", re.IGNORECASE)


def read_html(text: str, state: State) -> Reading:
    """Read on in `text` from the place where the text before it ended."""
    at, size = 0, len(text)
    plain: list[tuple[int, int]] = []
    first: bool | None = None if state == DATA else False
    last: bool | None = first

    def visible(block: bool) -> None:
        nonlocal first, last
        first = block if first is None else first
        last = block

    while at < size:
        if state.mode == "data":
            match = _MARKUP.search(text, at)
            end = match.start() if match else size
            if end > at:
                plain.append((at, end))
                if text[at:end].strip():
                    visible(False)
            if match is None:
                break
            at = match.end()
            opening = match.group()
            if opening == "<!--":
                state = State("comment", text[at : at + 3].lower())
            elif opening[:3] == "<![":
                state = State("revealed")
            else:
                state = State("tag", (match["close"] or "") + (match["name"] or "!").lower())
            visible(state.mode == "tag" and state.name.lstrip("/") in BLOCK_LEVEL)
            continue
        at, state = _step(text, at, state)
        if state == UNSURE:
            break
    if state != DATA:
        last = False
    return Reading(state, first, last, tuple(plain))


def _step(text: str, at: int, state: State) -> tuple[int, State]:
    """Go on behind the end of what is neither content nor the start of markup."""
    size = len(text)
    match state.mode:
        case "tag" if state.quote:
            end = text.find(state.quote, at)
            return (size, state) if end < 0 else (end + 1, State("tag", state.name))
        case "tag":
            found = _IN_TAG.search(text, at)
            if found is None:
                return size, state
            if found.group() != ">":
                return found.end(), State("tag", state.name, found.group())
            return found.end(), State("raw", state.name) if state.name in _RAW else DATA
        case "comment":
            end = text.find("-->", at)
            if end < 0:
                return size, state
            # `<!--[if !mso]><!-->` shows what follows to some programs: it belongs to the condition.
            revealed = state.name == "[if" and text[max(0, end - 2) : end] == "<!"
            return end + 3, State("revealed") if revealed else DATA
        case "raw":
            found = re.compile(rf"</{re.escape(state.name)}(?=[\s>])", re.IGNORECASE).search(text, at)
            return (size, state) if found is None else (found.end(), State("tag", "/" + state.name))
        case "revealed":
            found = _REVEALED_END.search(text, at)
            return (size, state) if found is None else (found.end(), DATA)
        case _:
            return size, UNSURE
