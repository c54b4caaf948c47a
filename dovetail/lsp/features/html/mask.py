"""A template as HTML: every template tag becomes a filler of its own length, so that all offsets stay what they are.

What stands in the branches of an {if} are alternatives: a mask keeps one branch of each block, and there are as many
masks as the block with most branches has. {literal} is plain text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from dovetail.grammar import nodes
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.standing import closing_tag
from dovetail.source import Span

MOST_MASKS = 4

_State = Literal["text", "tag", "single", "double", "comment", "style", "script"]
_OPENS = re.compile(r"<!--|<(style|script)\b|</?[A-Za-z][^\s>/\"'=<]*|<[!?]", re.IGNORECASE)
_KEPT = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked text. `hidden` are the spans that were put over, in order."""

    text: str
    hidden: Sequence[Span]

    def touches(self, span: Span) -> bool:
        """Whether something of a span is not what stands in the template."""
        at = bisect_left(self.hidden, span.start, key=lambda each: each.end)
        # An empty span right behind a hidden one is not touched by it.
        while at < len(self.hidden) and self.hidden[at].end <= span.start:
            at += 1
        return at < len(self.hidden) and self.hidden[at].start < span.end


def mask_count(reading: Reading) -> int:
    """How many masks a template has, the first branches first; use it by `reading.once(mask_count)`."""
    return min(MOST_MASKS, _branches(reading.tree.nodes))


def mask_of(reading: Reading, number: int) -> Masked:
    """One of the masks, made once; who is in no hurry goes from one to the next."""
    made = reading.once(_made)
    if number not in made:
        made[number] = _masked(reading, number)
    return made[number]


def _made(_: Reading) -> dict[int, Masked]:
    return {}


def _branches(body: Sequence[nodes.Node]) -> int:
    most = 1
    for node in body:
        if isinstance(node, nodes.Tag):
            most = max(most, len(node.sections))
            for section in node.sections:
                most = max(most, _branches(section.body))
    return most


def _masked(reading: Reading, number: int) -> Masked:
    masker = _Masker(reading.text, number)
    masker.body(reading.tree.nodes)
    masker.plain(masker.at, len(reading.text))
    return Masked("".join(masker.parts), masker.hidden)


@dataclass(slots=True)
class _Masker:
    """Goes through a template in order and follows, in what HTML it has, where it stands."""

    source: str
    number: int
    at: int = 0
    state: _State = "text"
    raw: _State = "text"
    last: str = ""
    attribute: str = ""
    parts: list[str] = field(default_factory=list[str])
    hidden: list[Span] = field(default_factory=list[Span])

    def body(self, body: Sequence[nodes.Node]) -> None:
        for node in body:
            match node:
                case nodes.Text(span=span):
                    self.plain(span.start, span.end)
                case nodes.LiteralRegion(span=span, text=text):
                    start = self.source.find(text, span.start, span.end) if text else span.end
                    inner = start if start >= 0 else span.end
                    self.hide(span.start, inner, " ")
                    self.plain(inner, min(inner + len(text), span.end))
                    self.hide(self.at, span.end, " ")
                case nodes.Comment(span=span) | nodes.BrokenTag(span=span):
                    self.hide(span.start, span.end, " ")
                case nodes.Tag():
                    self.tag(node)

    def tag(self, tag: nodes.Tag) -> None:
        if not tag.sections:
            self.hide(tag.span.start, tag.span.end, self.filler() if tag.name == "" else " ")
            return
        shown = min(self.number, len(tag.sections) - 1)
        ends = [each.span.start for each in tag.sections[1:]]
        closing = closing_tag(tag)
        ends.append(closing.start if closing is not None else tag.end)
        for number, section in enumerate(tag.sections):
            self.hide(section.span.start, section.span.end, " ")
            if number == shown:
                self.body(section.body)
                self.plain(self.at, ends[number])
            else:
                self.hide(self.at, ends[number], " ")
        self.hide(self.at, tag.end, " ")

    def filler(self) -> str:
        """What stands for a value here: nothing in text, a word in an attribute, what CSS takes in a style."""
        if self.state in ("single", "double"):
            return "0" if self.attribute == "style" and self.last == "#" else "x"
        if self.state == "style":
            return "0" if self.last == "#" else "x"
        return " "

    def hide(self, start: int, end: int, filler: str) -> None:
        if end <= start or start < self.at:
            start = max(start, self.at)
            if end <= start:
                return
        self.plain(self.at, start)
        self.parts.append(_KEPT.sub(filler, self.source[start:end]))
        self.hidden.append(Span(start, end))
        self.at = end
        if filler != " ":
            self.last = filler

    # --- HTML

    def plain(self, start: int, end: int) -> None:
        """Text of the template itself, from where the last piece ended."""
        start = max(start, self.at)
        if end <= start:
            return
        self.parts.append(self.source[start:end])
        self.at = end
        self.follow(start, end)

    def follow(self, at: int, end: int) -> None:
        text = self.source
        while at < end:
            match self.state:
                case "text":
                    found = _OPENS.search(text, at, end)
                    if found is None:
                        return
                    at = found.end()
                    if found.group() == "<!--":
                        self.state = "comment"
                    else:
                        self.state = "tag"
                        word = (found.group(1) or "").lower()
                        self.raw = "style" if word == "style" else "script" if word == "script" else "text"
                case "tag":
                    found = re.compile(r"([\w:-]+)\s*=\s*|[\"']|>").search(text, at, end)
                    if found is None:
                        return
                    at = found.end()
                    if found.group(1):
                        self.attribute = found.group(1).lower()
                    elif found.group() == ">":
                        self.state, self.raw, self.attribute = self.raw, "text", ""
                    else:
                        self.state, self.last = ("double" if found.group() == '"' else "single"), ""
                case "single" | "double":
                    quote = '"' if self.state == "double" else "'"
                    close = text.find(quote, at, end)
                    self.remember(at, end if close < 0 else close)
                    if close < 0:
                        return
                    at, self.state = close + 1, "tag"
                case "comment":
                    close = text.find("-->", at, end)
                    if close < 0:
                        return
                    at, self.state = close + 3, "text"
                case "style" | "script":
                    found = re.compile(rf"</{self.state}", re.IGNORECASE).search(text, at, end)
                    self.remember(at, end if found is None else found.start())
                    if found is None:
                        return
                    at, self.state = found.end(), "tag"

    def remember(self, start: int, end: int) -> None:
        """The last sign of CSS that is no blank."""
        shown = self.source[start:end].rstrip()
        if shown:
            self.last = shown[-1]
