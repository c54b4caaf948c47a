"""A text with its tree, and the next one after an edit: what the edit did not touch is not read again.

A template is a row of snippets, read without their places: an edit puts a few others in the place of a few, and
those before and behind it stay as they are. The nodes have places, so that those behind an edit are made anew.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from dovetail.errors import Diagnostic
from dovetail.grammar import nodes
from dovetail.grammar.blocks import FlatItem, FlatTag, Problem, nest
from dovetail.grammar.scanner import BUDGET, Cut, Delimiters, TagSearch, cut
from dovetail.source import Source, Span


class ReadTag(NamedTuple):
    """A tag as it was read, wherever it stands; its problems count from its inside.

    `form`: it stands alone, takes part in a block, or could not be read. `text`: what stands in its delimiters.
    """

    form: Literal["alone", "part", "broken"]
    name: str
    role: Literal["open", "close"]
    head: nodes.AnyHead
    text: str
    problems: tuple[Problem, ...] = ()

    def placed(self, span: Span, inside: int) -> FlatItem:
        """The tag at its place."""
        form, name, role, head, text, _ = self
        if form == "alone":
            return nodes.Tag(span, inside, name, head, (), span[1])
        return FlatTag(span, inside, name, role, head) if form == "part" else nodes.BrokenTag(span, text)


class _Region(NamedTuple):
    """A comment, a literal region, or what does not end, with its problem; spans count from its start."""

    node: nodes.Comment | nodes.LiteralRegion | nodes.BrokenTag
    problems: tuple[Problem, ...] = ()


_Snippet: TypeAlias = "str | ReadTag | _Region"
_Read: TypeAlias = Callable[[str, Delimiters], ReadTag]


@dataclass(slots=True)
class _Row:
    """The snippets of a text, where each starts, and which end where text far behind them says so."""

    snippets: list[_Snippet]
    starts: list[int]
    far: list[int]

    def take(self, chunk: Cut, text: str, delimiters: Delimiters, read: _Read) -> None:
        """Add the next chunk of a text."""
        kind, start, end, inside, inside_end, far = chunk
        self.starts.append(start)
        if far:
            self.far.append(len(self.snippets))
        if kind == "text":
            self.snippets.append(text[start:end])
        elif kind == "tag":
            self.snippets.append(read(text[inside:inside_end], delimiters))
        else:
            self.snippets.append(_region(kind, text[start:end], text[inside:inside_end], delimiters))


@dataclass(frozen=True, slots=True)
class Revision:
    """A text with its tree and findings; the rest is what the next revision takes over.

    `spent`: how many characters the search for ends looked at in vain, at most (scanner.py).
    """

    tree: nodes.Tree
    findings: tuple[Diagnostic, ...]
    delimiters: Delimiters
    row: _Row
    problems: Sequence[Problem]
    spent: int


def first_revision(source: Source, delimiters: Delimiters, read: _Read) -> Revision:
    """A text read from its start. `read` reads one tag."""
    row = _Row([], [], [])
    search = TagSearch(source.text, delimiters)
    for chunk in cut(search):
        row.take(chunk, source.text, delimiters, read)
    return _nested(source, delimiters, row, BUDGET - search.budget)


def next_revision(previous: Revision, source: Source, read: _Read) -> Revision:
    """The same as `first_revision` of the text, made from the revision before it."""
    old, text, delimiters, before = previous.tree.source.text, source.text, previous.delimiters, previous.row
    begin = _common_start(old, text)
    if delimiters.literals or not before.snippets:
        # Where any word may be a literal, one that begins far before the edit may end in it.
        return first_revision(source, delimiters, read)
    edited = len(text) - _common_end(old, text, min(len(old), len(text)) - begin)
    grown = len(text) - len(old)
    # The snippet before the one that holds the edit: what begins a tag is seen a few characters on.
    first = max(0, bisect_left(before.starts, begin) - 2)
    if before.far:
        first = min(first, before.far[0])
    row = _Row(before.snippets[:first], before.starts[:first], [])
    search = TagSearch(text, delimiters)
    rest = len(before.snippets)
    for chunk in cut(search, before.starts[first]):
        start = chunk[1]
        if start >= edited:
            same = bisect_left(before.starts, start - grown)
            if same < rest and before.starts[same] == start - grown:
                rest = same
                break
        row.take(chunk, text, delimiters, read)
    spent = previous.spent + BUDGET - search.budget
    if spent >= BUDGET:
        # Read in one go, a text has this budget as a whole.
        return first_revision(source, delimiters, read)
    shift = len(row.snippets) - rest
    row.far += [number + shift for number in before.far if number >= rest]
    row.snippets += before.snippets[rest:]
    row.starts += [start + grown for start in before.starts[rest:]]
    return _nested(source, delimiters, row, spent, previous, first)


def _region(kind: str, whole: str, inner: str, delimiters: Delimiters) -> _Region:
    span = Span(0, len(whole))
    if kind == "comment":
        return _Region(nodes.Comment(span, inner))
    if kind == "literal":
        return _Region(nodes.LiteralRegion(span, inner))
    begun = Span(0, min(len(whole), 2))
    if kind == "unclosed-comment":
        advice = f"end it with `*{delimiters.right}`"
        problem = Problem("unclosed-comment", "this comment does not end", begun, advice)
    elif kind == "unclosed-literal":
        problem = Problem("unclosed-literal", "this literal does not end", begun, "end it with `{/literal}`")
    else:
        advice = (
            f"close it with `{delimiters.right}`, and check its quotes; "
            f"for a plain brace write `{delimiters.left}ldelim{delimiters.right}`"
        )
        problem = Problem("unclosed-tag", "this tag does not end", span, advice)
    return _Region(nodes.BrokenTag(span, whole), (problem,))


def _nested(
    source: Source, delimiters: Delimiters, row: _Row, spent: int, previous: Revision | None = None, first: int = 0
) -> Revision:
    """The revision of these snippets, of which those before `first` are the previous revision's."""
    kept: tuple[nodes.Node, ...] = ()
    problems = list[Problem]()
    begin = 0
    if previous is not None and first < len(row.starts) and all(one.code != "nesting" for one in previous.problems):
        # Between two nodes of the template no block is open; only a block that was refused would count on.
        roots = previous.tree.nodes
        whole = max(0, bisect_right(roots, row.starts[first], key=lambda node: node.span.start) - 1)
        kept, begin = roots[:whole], roots[whole].span.start
        problems = [problem for problem in previous.problems if problem.span.start < begin]
    more = list[Problem]()
    found, unmatched = nest(_placed(row.snippets, bisect_left(row.starts, begin), begin, delimiters, more))
    more += unmatched
    more.sort(key=lambda problem: problem.span)
    problems += more
    findings = tuple(Diagnostic(p.code, p.message, source, p.span, p.help, fixes=p.fixes) for p in problems)
    return Revision(nodes.Tree(source, kept + found), findings, delimiters, row, problems, spent)


def _placed(
    snippets: Sequence[_Snippet], first: int, at: int, delimiters: Delimiters, problems: list[Problem]
) -> Iterator[FlatItem]:
    left = len(delimiters.left)
    both = left + len(delimiters.right)
    for number in range(first, len(snippets)):
        snippet = snippets[number]
        if isinstance(snippet, str):
            end = at + len(snippet)
            yield nodes.Text(Span(at, end), snippet)
        elif isinstance(snippet, ReadTag):
            end = at + both + len(snippet.text)
            if snippet.problems:
                problems += (problem.moved(at + left) for problem in snippet.problems)
            yield snippet.placed(Span(at, end), at + left)
        else:
            node, own = snippet
            end = at + node.span.end
            problems += (problem.moved(at) for problem in own)
            yield type(node)(Span(at, end), node.text)
        at = end


_BLOCK = 16_384
"""Characters to compare at once: larger blocks gain nothing, smaller ones cost the calls."""


def _common_start(one: str, other: str) -> int:
    at, most = 0, min(len(one), len(other))
    while at < most and one.startswith(other[at : at + _BLOCK], at):
        at += _BLOCK
    low, high = min(at, most), min(at + _BLOCK, most)
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(one: str, other: str, most: int) -> int:
    """How many characters the texts have in common at their ends, `most` at most."""
    size, other_size = len(one), len(other)
    count = 0
    while count < most:
        step = min(_BLOCK, most - count)
        if not one.endswith(other[other_size - count - step : other_size - count], 0, size - count):
            break
        count += step
    low, high = count, min(count + _BLOCK, most)
    while low < high:
        middle = (low + high + 1) // 2
        if one[size - middle : size - low] == other[other_size - middle : other_size - low]:
            low = middle
        else:
            high = middle - 1
    return low
