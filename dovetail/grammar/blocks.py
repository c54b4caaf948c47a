"""Matches opening and closing tags. Recovers: whatever is wrong becomes a finding, and the tree is complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from dovetail.errors import Fix
from dovetail.grammar import nodes, refused
from dovetail.grammar.mistakes import FOREIGN_TAGS
from dovetail.grammar.nesting import MOST_BLOCKS, MOST_BRANCHES, MOST_LOOPS
from dovetail.grammar.vocabulary import BRANCHES, LOOPS, TAGS
from dovetail.source import Span


class Problem(NamedTuple):
    """A finding before it has a source: code, message, span, help, fixes."""

    code: str
    message: str
    span: Span
    help: str
    fixes: tuple[Fix, ...] = ()

    def moved(self, by: int) -> Problem:
        """The same problem so many characters on."""
        fixes = tuple(Fix(Span(fix.span.start + by, fix.span.end + by), fix.text, fix.title) for fix in self.fixes)
        return self._replace(span=Span(self.span.start + by, self.span.end + by), fixes=fixes)


class FlatTag(NamedTuple):
    """A tag that has to find its partner: it opens, parts or closes a block."""

    span: Span
    inside: int
    name: str
    role: Literal["open", "close"]
    head: nodes.AnyHead


FlatItem = nodes.Node | FlatTag


class _Open:
    """A block whose end has not come yet."""

    __slots__ = ("body", "done", "part", "tag")

    def __init__(self, tag: FlatTag) -> None:
        self.tag = tag
        self.done: list[nodes.Section] = []
        self.part = tag
        self.body: list[nodes.Node] = []

    def begin(self, part: FlatTag) -> None:
        self.end_part()
        self.part = part

    def end_part(self) -> None:
        span, inside, name, _, head = self.part
        self.done.append(nodes.Section(span, inside, name, head, tuple(self.body)))
        self.body = []

    def close(self, end: int) -> nodes.Tag:
        self.end_part()
        span, inside, name, _, head = self.tag
        return nodes.Tag(span, inside, name, head, tuple(self.done), end)


def nest(items: Iterable[FlatItem], most: int = MOST_BLOCKS) -> tuple[tuple[nodes.Node, ...], list[Problem]]:
    """The nested nodes and what was wrong.

    Blocks more than `most` deep are refused and their tags left as broken ones, so that no tree is deeper.
    """
    root: list[nodes.Node] = []
    stack: list[_Open] = []
    problems: list[Problem] = []
    buried: Counter[str] = Counter()
    body = root

    for item in items:
        if not isinstance(item, FlatTag):
            body.append(item)
            continue
        if buried and ((item.role == "close" and buried[item.name] > 0) or (buried.total() and _is_branch(item))):
            buried[item.name] -= item.role == "close"
            body.append(nodes.BrokenTag(item.span, item.name))
        elif item.role == "close":
            _close(item, stack, root, problems)
        elif _is_branch(item):
            _branch(item, stack, root, problems)
        elif _too_deep(item, stack, most):
            if not buried:
                problems.append(_nested_too_deeply(item))
            buried[item.name] += 1
            body.append(nodes.BrokenTag(item.span, item.name))
        else:
            stack.append(_Open(item))
        body = stack[-1].body if stack else root
    while stack:
        open_block = stack.pop()
        problems.append(_unclosed(open_block.tag, "the template ends"))
        last = open_block.body[-1] if open_block.body else None
        end = _end(last) if last is not None else open_block.tag.span.end
        (stack[-1].body if stack else root).append(open_block.close(end))
    problems.sort(key=lambda problem: problem.span)
    return tuple(root), problems


def _is_branch(item: FlatTag) -> bool:
    return item.role == "open" and (item.name == "elseif" or item.name in BRANCHES)


def _too_deep(item: FlatTag, stack: Sequence[_Open], most: int) -> bool:
    if len(stack) >= most:
        return True
    return item.name in LOOPS and sum(open_block.tag.name in LOOPS for open_block in stack) >= MOST_LOOPS


def _nested_too_deeply(tag: FlatTag) -> Problem:
    return Problem(
        "nesting",
        f"`{{{tag.name}}}` is nested too deeply in other blocks",
        tag.span,
        "put the inner part into a template of its own, and {include} it",
    )


def stands_alone(name: str) -> bool:
    """Whether an opening tag neither begins nor parts a block."""
    return not (name == "elseif" or name in BRANCHES or _is_block(name))


def _is_block(name: str) -> bool:
    spec = TAGS.get(name)
    return spec is not None and spec.block


def _unclosed(tag: FlatTag, before: str) -> Problem:
    return Problem(
        "unclosed-block",
        f"`{{{tag.name}}}` is not closed before {before}",
        tag.span,
        f"put `{{/{tag.name}}}` where it should end",
    )


def _end(node: nodes.Node) -> int:
    return node.end if isinstance(node, nodes.Tag) else node.span.end


def _close(item: FlatTag, stack: list[_Open], root: list[nodes.Node], problems: list[Problem]) -> None:
    if stack and stack[-1].tag.name == item.name:
        done = stack.pop().close(item.span.end)
        (stack[-1].body if stack else root).append(done)
        return
    if item.name == "strip":
        (stack[-1].body if stack else root).append(
            nodes.Tag(item.span, item.inside, "/strip", item.head, (), item.span.end)
        )
        return
    if not any(open_block.tag.name == item.name for open_block in stack):
        if item.name not in TAGS and (item.name in refused.TAGS or item.name in FOREIGN_TAGS):
            # The opening tag is reported; the closing one would say the same again.
            (stack[-1].body if stack else root).append(nodes.BrokenTag(item.span, item.name))
            return
        if _is_block(item.name):
            message, advice = f"`{{/{item.name}}}` closes nothing", f"no `{{{item.name}}}` is open here; remove it"
        else:
            message = f"`{{/{item.name}}}` closes nothing: `{item.name}` is no block"
            advice = "remove it"
        problems.append(Problem("unexpected-close", message, item.span, advice))
        (stack[-1].body if stack else root).append(nodes.BrokenTag(item.span, item.name))
        return
    while True:
        open_block = stack.pop()
        parent = stack[-1].body if stack else root
        if open_block.tag.name == item.name:
            parent.append(open_block.close(item.span.end))
            return
        problems.append(_unclosed(open_block.tag, f"`{{/{item.name}}}`"))
        parent.append(open_block.close(item.span.start))


def _branch(item: FlatTag, stack: list[_Open], root: list[nodes.Node], problems: list[Problem]) -> None:
    name = item.name
    owners = ("if",) if name == "elseif" else BRANCHES[name]
    top = stack[-1] if stack else None
    if top is None or top.tag.name not in owners:
        inside = f"inside `{{{top.tag.name}}}`" if top else "outside any block"
        problems.append(
            Problem(
                "unexpected-branch",
                f"`{{{name}}}` stands {inside}",
                item.span,
                f"it belongs to {' or '.join(f'`{{{owner}}}`' for owner in owners)}",
            )
        )
        (root if top is None else top.body).append(nodes.BrokenTag(item.span, name))
        return
    if len(top.done) >= MOST_BRANCHES:
        problems.append(
            Problem(
                "nesting",
                f"`{{{top.tag.name}}}` has more than {MOST_BRANCHES:,} branches",
                item.span,
                "look the value up in a list instead, as in {$names[$code]}",
            )
        )
        top.body.append(nodes.BrokenTag(item.span, name))
        return
    if top.part is not top.tag and top.part.name != "elseif":
        problems.append(
            Problem(
                "unexpected-branch",
                f"`{{{name}}}` stands behind `{{{top.part.name}}}` of the same `{{{top.tag.name}}}`",
                item.span,
                "a block has one else part, and it is the last",
            )
        )
    top.begin(item)
