"""What can be done at a place: fixes of its findings, and changes that people want without one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dovetail.errors import Diagnostic, Fix
from dovetail.grammar import nodes
from dovetail.lsp.features.heads import all_tags
from dovetail.lsp.features.lints import latest_findings
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.refactorings import refactorings
from dovetail.lsp.features.results import Action, Change, Edit
from dovetail.lsp.features.view import View
from dovetail.source import Span

_MOST = 40
"""Actions at one place; nobody reads a longer list."""
_MEANT = re.compile(r"did you mean `([^`]+)`")
_NAMED = re.compile(r"`([^`]+)`")
_SIGNS = "${}|/"


def actions(view: View, span: Span) -> Sequence[Action]:
    """The actions that touch a span (of no length: the cursor): fixes first, the likeliest of them preferred."""
    every = latest_findings(view)
    here = [item for item in every if item.span.start <= span.end and span.start <= item.span.end]
    found = [
        *(action for item in here for action in _fixes(view, item)),
        *(action for item in here if (action := _suppress(view, item)) is not None),
        *refactorings(view, span),
    ]
    once = {action.change.title: action for action in reversed(found)}
    kept = [action for action in found if once[action.change.title] is action][: _MOST - 1]
    return [*kept, *_fix_all(view, every)]


def _fixes(view: View, item: Diagnostic) -> Iterator[Action]:
    for number, fix in enumerate(item.fixes):
        change = Change(fix.title, {view.reading.name: [Edit(fix.span, fix.text)]})
        yield Action(change, codes=(item.code,), preferred=number == 0)
    meant = _MEANT.search(item.help)
    if meant is not None and not item.fixes:
        yield from _meant(view, item, meant[1])


def _meant(view: View, item: Diagnostic, word: str) -> Iterator[Action]:
    """The near name that a finding advises, in place of the wrong one that its message names last."""
    text = view.reading.text[item.span.start : item.span.end]
    for name in reversed(_NAMED.findall(item.message)):
        at = text.rfind(name.strip(_SIGNS))
        if at >= 0 and name.strip(_SIGNS):
            start = item.span.start + at
            edit = Edit(Span(start, start + len(name.strip(_SIGNS))), word.strip(_SIGNS))
            yield Action(Change(f"Use `{word}`", {view.reading.name: [edit]}), codes=(item.code,), preferred=True)
            return


def _fix_all(view: View, every: Sequence[Diagnostic]) -> Iterator[Action]:
    """All fixes of which there is no choice, in one change."""
    edits, end = list[Edit](), -1
    certain = [item for item in every if len(item.fixes) == 1 and not (item.code in LINTS and LINTS[item.code].guess)]
    codes = dict.fromkeys(item.code for item in certain)
    for fix in sorted((item.fixes[0] for item in certain), key=_place):
        # Two fixes of one place are left to people.
        if fix.span.start >= end:
            edits.append(Edit(fix.span, fix.text))
            end = max(fix.span.end, fix.span.start + 1)
    if edits:
        change = Change("Mend all that can be mended", {view.reading.name: edits})
        yield Action(change, "source.fixAll", tuple(codes))


def _place(fix: Fix) -> Span:
    return fix.span


def _suppress(view: View, item: Diagnostic) -> Action | None:
    """A comment that says a finding is meant. Errors that forbid rendering cannot be wished away."""
    if (item.severity == "error" and item.code not in LINTS) or item.code == "unused-suppression":
        return None
    text, left, right = view.reading.text, view.reading.options.delimiters.left, view.reading.options.delimiters.right
    line = text.rfind("\n", 0, item.span.start) + 1
    at = line + len(text[line : item.span.start]) - len(text[line : item.span.start].lstrip(" \t"))
    if _within_tag(view, at):
        return None
    # It prints nothing, so it stands in the line itself: a line of its own would leave an empty one in the mail.
    comment = f"{left}* dovetail-ignore {item.code} *{right}"
    change = Change(f"Leave `{item.code}` out in this line", {view.reading.name: [Edit(Span(at, at), comment)]})
    return Action(change, codes=(item.code,))


def _within_tag(view: View, offset: int) -> bool:
    """Whether a comment at an offset would be no comment: in a tag, a comment or literal text."""
    for tag, base in all_tags(view.reading.tree.nodes):
        heads = [tag.span, *(section.span for section in tag.sections[1:])]
        if any(base + head.start < offset < base + head.end for head in heads):
            return True
        bodies = [node for section in tag.sections for node in section.body]
        if _in_plain(bodies, offset, base):
            return True
    return _in_plain(view.reading.tree.nodes, offset, 0)


def _in_plain(body: Sequence[nodes.Node], offset: int, base: int) -> bool:
    plain = (nodes.LiteralRegion, nodes.Comment, nodes.BrokenTag)
    return any(isinstance(node, plain) and base + node.span.start < offset < base + node.span.end for node in body)
