"""PHP's regular expressions in Python's `re`: delimiters, flags and PCRE's own notations.

Python's `re` backtracks and cannot be stopped, so patterns that can take exponential time are refused, and
the number of open-ended loops says how long a text may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from dovetail.engine.modifiers.pcre_classes import category_ranges, posix_class
from dovetail.errors import ValueFault

_LONGEST_PATTERN = 2_000
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_IGNORED_FLAGS = "SXJu \n\r"
# How long a text may be for so many loops that give back and retry, and half a loop for one that never does
# (set by trying random patterns on the worst texts: a few seconds at most).
_REACH = {0: 1_000_000, 0.5: 50_000, 1: 15_000, 1.5: 3_000, 2: 1_500, 2.5: 600, 3: 300}
_QUANTIFIER = re.compile(r"([*+?]|\{[0-9]+(?:,[0-9]*)?\})([+?]?)")
_ESCAPED = {
    "h": r"[ \t\xa0]", "H": r"[^ \t\xa0]", "v": r"[\n\x0b\f\r]", "V": r"[^\n\x0b\f\r]", "N": r"[^\n]",
    "R": r"(?:\r\n|[\n\x0b\f\r\x85\u2028\u2029])", "z": r"\Z", "Z": r"(?=\n?\Z)", "e": r"\x1b", "X": ".",
}  # fmt: skip
_PLAIN_ESCAPES = "dDwWsSbBAnrtfa"
_CLASS_ESCAPES = {"h": r" \t\xa0", "v": r"\n\x0b\f\r", "e": r"\x1b", "b": r"\b", "R": "R"}


def _anything(char: str) -> bool:
    """What a part may match when nothing better is known."""
    return True


def _one_of(text: str) -> Callable[[str], bool]:
    """What a class or shorthand, in Python's notation, may match."""
    return lambda char: re.compile(text).match(char) is not None


class _UnsupportedError(Exception):
    """No pattern, or one with parts that Python's `re` does not have."""


@dataclass(slots=True)
class _Group:
    """An open group while it is read.

    `varies` counts the parts that may match more than one length at the same place; `starts` has the first
    literal of each branch, None where it is none.
    """

    atomic: bool = False
    varies: int = 0
    closes: int = 1
    starts: list[str | None] = field(default_factory=lambda: list[str | None]())
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Pcre:
    """A compiled pattern and the longest text that it may be tried on."""

    regex: re.Pattern[str]
    reach: int

    def check(self, text: str) -> None:
        """Refuse a text that is too long for the pattern.

        Raises:
            ValueFault: the text is longer than `reach`.
        """
        if len(text) > self.reach:
            raise ValueFault(
                f"The text is too long for this regular expression: more than {self.reach:,} characters.",
                "use a pattern with fewer * and +, or |replace",
            )


def _split(pattern: str) -> tuple[str, str]:
    """The body and the flags of '/body/flags'."""
    pattern = pattern.lstrip(" \t\n\r\v\f")
    start = pattern[:1]
    if not start or start.isalnum() or start in "\\\0":
        raise _UnsupportedError
    end = _PAIRS.get(start, start)
    depth, at = 1, 1
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == end:
            depth -= 1
            if not depth:
                return pattern[1:at], pattern[at + 1 :]
        elif char == start:
            depth += 1
        at += 1
    raise _UnsupportedError


class _Translator:
    """One pass over a pattern: writes Python's notation and judges the loops."""

    def __init__(self, body: str, flags: str) -> None:
        self.body = body
        self.at = 0
        self.out: list[str] = []
        self.groups = [_Group()]
        self.loops = 0
        # Loops that never retry but are begun anew at every place of the text.
        self.scans = 0
        # Parts that may be left out or repeated a few times: each multiplies the ways to try.
        self.options = 0
        self.slow = False
        self.swap_greed = "U" in flags
        self.dollar = r"\Z" if "D" in flags and "m" not in flags else "$"
        self.verbose = "x" in flags
        # Set right behind a part of many lengths: whether it can match a character. A literal that it cannot
        # match ends it without any retry, as in `[^>]*>` and `\d+,`.
        self.open_part: Callable[[str], bool] | None = None
        self.open_loops = 0

    def run(self) -> str:
        while self.at < len(self.body):
            self._step()
        if len(self.groups) != 1:
            raise _UnsupportedError
        self.loops -= self.open_loops
        return "".join(self.out) + ")" * (self.groups[0].closes - 1)

    def _step(self) -> None:
        char = self.body[self.at]
        if self.verbose and (char.isspace() or char == "#"):
            end = self.body.find("\n", self.at) if char == "#" else self.at
            self.at = len(self.body) if end == -1 else end + 1
        elif char == "(":
            self._open()
        elif char == ")":
            self._close()
        elif char == "|":
            self.groups[-1].starts.append(None)
            self.groups[-1].fresh = True
            if len(self.groups) == 1:
                self.loops -= self.open_loops
            self._end_part()
            self._write("|", 1)
        elif char == "[":
            text = self._class()
            self._atom(text, None, _one_of(text))
        elif char == "\\":
            self._escape()
        elif char in "^$":
            self._end_part()
            self._write(self.dollar if char == "$" else char, 1)
        elif char in "*+?":
            raise _UnsupportedError
        else:
            self.at += 1
            if char == ".":
                self._atom(char, None, _anything)
            else:
                self._literal(char if char != "{" else r"\{", char)

    def _write(self, text: str, length: int) -> None:
        self.out.append(text)
        self.at += length

    def _end_part(self) -> None:
        self.open_part, self.open_loops = None, 0

    def _literal(self, text: str, char: str) -> None:
        self._atom(text, char, lambda other: other == char)

    def _atom(
        self, text: str, literal: str | None, may_match: Callable[[str], bool], inner: _Group | None = None
    ) -> None:
        group = self.groups[-1]
        if group.fresh:
            if not group.starts:
                group.starts.append(None)
            group.starts[-1] = literal
            group.fresh = False
        self.out.append(text)
        found = _QUANTIFIER.match(self.body, self.at)
        required = found is None or found[1] == "+" or (found[1].startswith("{") and not found[1].startswith("{0"))
        if required and literal is not None and self.open_part is not None:
            spellings = {literal, literal.lower(), literal.upper()}
            if not any(self.open_part(spelling) for spelling in spellings):
                self.loops -= self.open_loops
                self.scans += self.open_loops
                group.varies -= 1
        self._end_part()
        if found is None:
            if inner is not None and not inner.atomic:
                group.varies += inner.varies
            return
        self.at = found.end()
        self._quantify(group, found, may_match, inner)

    def _quantify(
        self, group: _Group, found: re.Match[str], may_match: Callable[[str], bool], inner: _Group | None
    ) -> None:
        bounds, mode = found.groups()
        if self.swap_greed and mode != "+":
            mode = "" if mode else "?"
        self.out.append(bounds + mode)
        low, comma, high = bounds.strip("{}").partition(",")
        open_ended = bounds in ("*", "+") or (bool(comma) and (not high or int(high) > 20))
        if not open_ended and bounds[0] == "{" and int(high or low) > 1000:
            raise _UnsupportedError
        repeats = open_ended or (bounds[0] == "{" and int(high or low) > 1)
        if repeats and inner is not None and not inner.atomic and mode != "+":
            starts = [start.lower() if start is not None else None for start in inner.starts]
            unclear = len(starts) > 1 and (None in starts or len(set(starts)) < len(starts))
            if inner.varies or (unclear and (open_ended or int(high or low) > 3)):
                raise ValueFault(
                    "This regular expression repeats a group that repeats or branches inside, which can take forever.",
                    "write the inner part without *, + and ?, or make the group atomic: (?>…)",
                )
        if mode != "+" and (open_ended or bounds == "?" or (bool(comma) and high != low)):
            group.varies += 1
            self.loops += open_ended
            self.options += not open_ended
            self.slow |= mode == "?" or (inner is not None and open_ended)
            self.open_part, self.open_loops = may_match, int(open_ended)

    def _open(self) -> None:
        rest = self.body[self.at : self.at + 200]
        group = _Group()
        if rest.startswith("(?#"):
            end = self.body.find(")", self.at)
            self.at = len(self.body) if end == -1 else end + 1
            return
        flags = re.match(r"\(\?([imsx]*)(-[imsx]+)?([:)])", rest)
        named = re.match(r"\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')", rest)
        special = re.match(r"\(\?(?:[=!>]|<[=!]|P=\w+|\([0-9A-Za-z_]+\))", rest)
        if flags is not None and (flags[1] or flags[2] or flags[3] == ":"):
            if flags[3] == ")":
                self.groups[-1].closes += 1
                self._write(flags.group()[:-1] + ":", flags.end())
                return
            self._write(flags.group(), flags.end())
        elif named is not None:
            self._write(f"(?P<{named[1] or named[2]}>", named.end())
        elif special is not None:
            group.atomic = special.group() == "(?>"
            self._write(special.group(), special.end())
        elif rest.startswith(("(?", "(*")):
            raise _UnsupportedError
        else:
            self._write("(", 1)
        # A loop before a group may be ended by it or not: it counts.
        self._end_part()
        self.groups.append(group)

    def _close(self) -> None:
        if len(self.groups) == 1:
            raise _UnsupportedError
        group = self.groups.pop()
        self.at += 1
        # A part that ends a group, with the group once, goes on behind it.
        open_part, open_loops, end = self.open_part, self.open_loops, self.at
        self._atom(")" * group.closes, None, _anything, group)
        if self.at == end:
            self.open_part, self.open_loops = open_part, open_loops

    def _escape(self) -> None:
        char = self.body[self.at + 1 : self.at + 2]
        if not char or char in "KGCOUlLu":
            raise _UnsupportedError
        if char == "Q":
            end = self.body.find("\\E", self.at)
            quoted = self.body[self.at + 2 : len(self.body) if end == -1 else end]
            self.at = len(self.body) if end == -1 else end + 2
            for letter in quoted:
                self._literal(re.escape(letter), letter)
            return
        if char == "E":
            self.at += 2
            return
        found = re.compile(r"\\(?:g\{?(\d+)\}?|k(?:<(\w+)>|\{(\w+)\}|'(\w+)'))").match(self.body, self.at)
        if found is not None:
            self.at = found.end()
            name = found[2] or found[3] or found[4]
            self._atom(f"(?P={name})" if name else f"(?:\\{int(found[1])})", None, _anything)
            return
        if char in "zZABbG":
            self._end_part()
            self._write(_ESCAPED.get(char, "\\" + char), 2)
            return
        text, literal = self._escaped_char(in_class=False)
        if literal is None:
            self._atom(text, None, _anything if char in "RX" else _one_of(text))
        else:
            self._literal(text, literal)

    def _escaped_char(self, *, in_class: bool) -> tuple[str, str | None]:
        """The escape at the reading position, in Python's notation, and its character if it is one."""
        char = self.body[self.at + 1 : self.at + 2]
        ranges = re.compile(r"\\([pP])(?:\{(\^?)(\w+&?)\}|(\w))").match(self.body, self.at)
        if ranges is not None:
            self.at = ranges.end()
            known = category_ranges(ranges[3] or ranges[4])
            negated = (ranges[1] == "P") != bool(ranges[2])
            if known is None or (negated and in_class):
                raise _UnsupportedError
            return (known if in_class else f"[{'^' if negated else ''}{known}]"), None
        code = re.compile(r"\\x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{0,2}))").match(self.body, self.at)
        if code is not None:
            self.at = code.end()
            point = int(code[1] or code[2] or "0", 16)
            if point > 0x10FFFF:
                raise _UnsupportedError
            return f"\\U{point:08x}", chr(point)
        self.at += 2
        table = _CLASS_ESCAPES if in_class else _ESCAPED
        if char in table:
            return table[char], None
        if char in _PLAIN_ESCAPES or char.isdigit():
            return "\\" + char, None
        if char.isalpha() and char.isascii():
            raise _UnsupportedError
        return re.escape(char), char

    def _class(self) -> str:
        """The character class at the reading position, in Python's notation."""
        self.at += 1
        negated = self.body.startswith("^", self.at)
        self.at += negated
        parts = ["[^" if negated else "["]
        first = True
        while True:
            char = self.body[self.at : self.at + 1]
            if not char:
                raise _UnsupportedError
            if char == "]" and not first:
                self.at += 1
                return "".join(parts) + "]"
            first = False
            posix = re.compile(r"\[:(\^?)([a-z]+):\]").match(self.body, self.at)
            if posix is not None:
                known = posix_class(posix[2])
                if known is None or posix[1]:
                    raise _UnsupportedError
                self.at = posix.end()
                parts.append(known)
            elif char == "\\":
                parts.append(self._escaped_char(in_class=True)[0])
            else:
                self.at += 1
                # Python reserves [[, --, && and so on inside a class.
                parts.append(f"\\{char}" if char in "[]&~|" else char)


@lru_cache(maxsize=256)
def pcre(pattern: str) -> Pcre | None:
    """A PHP pattern with delimiters and flags; None when it is broken or has parts that are not supported.

    Raises:
        ValueFault: the pattern can take exponential time, or is longer than 2,000 characters.
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueFault("The regular expression is too long.", "use fewer than 2,000 characters")
    try:
        body, flags = _split(pattern)
        bits = re.NOFLAG if "u" in flags else re.ASCII
        for flag in flags:
            if flag in _FLAGS:
                bits |= _FLAGS[flag]
            elif flag not in _IGNORED_FLAGS and flag not in "UDA":
                return None
        translator = _Translator(body, flags)
        text = translator.run()
        regex = re.compile(rf"\A(?:{text})" if "A" in flags else text, bits)
    except (_UnsupportedError, re.error, OverflowError, RecursionError):
        return None
    loops = max(0, translator.loops) + min(1, translator.scans) / 2
    reach = _REACH.get(loops, 120) // (1 + translator.options)
    # `re` runs a lazy loop, and one over a group, several times slower than a plain one.
    return Pcre(regex, reach // 4 if translator.slow and loops else reach)


def compile_pcre(pattern: str) -> re.Pattern[str] | None:
    """The Python pattern of a PHP pattern; None when it is broken. Prefer `matches`, which bounds the text.

    Raises:
        ValueFault: see `pcre`.
    """
    compiled = pcre(pattern)
    return None if compiled is None else compiled.regex


def matches(text: str, pattern: str) -> bool:
    """The operator `matches`: whether a PHP pattern is found in a text; a broken pattern is not.

    Raises:
        ValueFault: the pattern can take too long on such a text.
    """
    compiled = pcre(pattern)
    if compiled is None:
        return False
    compiled.check(text)
    return compiled.regex.search(text) is not None
