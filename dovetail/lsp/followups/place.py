"""Where in a follow-up's text something stands: in which table, at which key, in its value. Half a text is enough."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from dovetail.source import Span

_HEADER = re.compile(r"[ \t]*\[(\[)?([^\[\]\n#=\"']*)(\]\]?)?[ \t]*(?:#[^\n]*)?(?=\n|\Z)")
_LINE_KEY = re.compile(r"[ \t]*([\w-]+)[ \t]*=")
_NAME = re.compile(r"[\w.-]*")
_STRING_END = {'"': re.compile(r'(?:[^"\\\n]|\\.)*'), "'": re.compile(r"[^'\n]*")}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a text.

    `table`: the names down to the table that it is in, those of inline tables too; `step`: the number of its step from
    0, -1 above all. `key`: whose value stands here; "" where a key stands. `span` is the word or the text in quotes,
    `typed` what of it stands before the offset, `quote` its quote. `given`: the other keys of the table. `assigned`: a
    key that has its `=` already. `in_list`: an element of a list.
    """

    table: tuple[str, ...]
    step: int
    key: str
    span: Span
    typed: str
    quote: str = ""
    given: frozenset[str] = frozenset()
    assigned: bool = False
    in_list: bool = False


@dataclass(slots=True)
class _Frame:
    """What is open at a place of the text: the lines of a table, an inline table, or a list."""

    kind: Literal["lines", "inline", "list"]
    key: str = ""
    given: set[str] = field(default_factory=set[str])


class _Scanner:
    """Goes through a text up to an offset."""

    def __init__(self, text: str, offset: int) -> None:
        self.text, self.offset = text, offset
        self.at, self.step = 0, -1
        self.header: tuple[str, ...] = ()
        self.frames = [_Frame("lines")]
        self.word = ""

    def run(self) -> Spot | None:
        """The place; None in comments and headers."""
        line_begins = True
        while self.at <= self.offset:
            if line_begins and self.line():
                return None
            line_begins = False
            if self.at >= self.offset:
                return self.spot(Span(*self.around(self.offset)), "")
            sign = self.text[self.at]
            if sign == "\n":
                self.end_line()
                line_begins = True
            elif sign == "#":
                end = self.text.find("\n", self.at)
                if end < 0 or end >= self.offset:
                    return None
                self.at = end
                continue
            elif sign in "\"'":
                inside = self.string(sign)
                if inside is not None:
                    return self.spot(inside, sign)
                continue
            else:
                self.sign(sign)
            self.at += 1
        return None

    def line(self) -> bool:
        """At the beginning of a line: whether the offset is in a header. Headers, and keys, end what was left open."""
        header = _HEADER.match(self.text, self.at)
        # In a list an element may begin with a bracket; that of a header closes in its line.
        if header is not None and (self.frames[-1].kind == "lines" or header[3]):
            if header.end() >= self.offset and (header[2].strip() or self.offset > header.start()):
                return True
            self.header = tuple(part.strip() for part in header[2].split("."))
            self.step += self.header == ("steps",) and bool(header[1])
            self.frames, self.word = [_Frame("lines")], ""
            self.at = header.end()
        elif len(self.frames) > 1 and (self.frames[-1].kind == "list" and _LINE_KEY.match(self.text, self.at)):
            del self.frames[1:]
            self.frames[0].key = self.word = ""
        return False

    def end_line(self) -> None:
        # An inline table ends with its line; a list goes on.
        while self.frames[-1].kind == "inline":
            self.frames.pop()
        if self.frames[-1].kind == "lines":
            self.frames[-1].key = ""
        self.word = ""

    def sign(self, sign: str) -> None:
        frame = self.frames[-1]
        if sign == "=" and not frame.key and frame.kind != "list":
            frame.key = self.word.strip().strip("\"'")
            frame.given.add(frame.key)
            self.word = ""
        elif sign in "[{":
            self.frames.append(_Frame("list" if sign == "[" else "inline"))
            self.word = ""
        elif sign in "]}" and len(self.frames) > 1:
            self.frames.pop()
            self.word = ""
        elif sign == "," and frame.kind == "inline":
            frame.key = self.word = ""
        else:
            self.word += sign

    def string(self, quote: str) -> Span | None:
        """Go over a string; where it stands when the offset is in it, without its quotes."""
        long = quote * 3
        if self.text.startswith(long, self.at):
            end = self.text.find(long, self.at + 3)
            begin, end, after = self.at + 3, end if end >= 0 else len(self.text), 3
        else:
            found = _STRING_END[quote].match(self.text, self.at + 1)
            begin, end, after = self.at + 1, found.end() if found else self.at + 1, 1
        if begin <= self.offset <= end:
            return Span(begin, end)
        self.word += self.text[begin:end]
        self.at = end + (after if self.text.startswith(quote, end) else 0)
        return None

    def around(self, offset: int) -> tuple[int, int]:
        """The word at an offset."""
        start = offset
        while start and (self.text[start - 1].isalnum() or self.text[start - 1] in "_-."):
            start -= 1
        found = _NAME.match(self.text, offset)
        return start, found.end() if found else offset

    def spot(self, span: Span, quote: str) -> Spot:
        """The place at the end of the way."""
        inner = self.frames[-1]
        keyed = [frame.key for frame in self.frames if frame.key]
        key = "" if inner.kind != "list" and not inner.key else keyed[-1] if keyed else ""
        above = keyed[:-1] if key else keyed
        behind = self.text[span.end : self.text.find("\n", span.end) if "\n" in self.text[span.end :] else None]
        own = self.text[span.start : span.end]
        return Spot(
            (*self.header, *above),
            self.step,
            key,
            span,
            self.text[span.start : self.offset],
            quote,
            frozenset(({*inner.given, *self.below(inner)}) - {own}),
            not key and re.match(r"[\"']?\s*=", behind) is not None,
            inner.kind == "list",
        )

    def below(self, frame: _Frame) -> set[str]:
        """Keys of the same table that stand behind the offset."""
        if frame.kind == "inline":
            rest = self.text[self.offset :].split("\n", 1)[0].split("}", 1)[0]
            return set(re.findall(r"[{,]\s*([\w-]+)\s*=", "," + rest))
        found = set[str]()
        for line in self.text[self.offset :].split("\n")[1:]:
            if _HEADER.match(line) and line.strip():
                if not self.header or line.strip().startswith("[["):
                    break
                found.add(line.strip(" []\t").rpartition(".")[2])
                break
            if key := _LINE_KEY.match(line):
                found.add(key[1])
        return found


def spot_at(text: str, offset: int) -> Spot | None:
    """The place at an offset; None in comments and in the headers of tables."""
    return _Scanner(text, offset).run()


def step_names(text: str) -> list[str]:
    """The names of the steps, by their lines: a number for those that have none."""
    names, inside = list[str](), False
    for line in text.split("\n"):
        header = _HEADER.match(line)
        if header is not None and line.strip():
            inside = header[2].strip() == "steps"
            if inside and header[1]:
                names.append(str(len(names) + 1))
        elif inside and names and (found := re.match(r"\s*name\s*=\s*[\"']([^\"'\n]+)[\"']", line)):
            names[-1] = found[1]
    return names
