"""What can be done at a place: fixes of its findings, and changes that people make often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dovetail.errors import Diagnostic
from dovetail.grammar import nodes
from dovetail.lsp.features.bindings import Binding, bindings_of
from dovetail.lsp.features.lints import findings
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.results import Action, Change, Edit
from dovetail.lsp.features.standing import Standing, standing
from dovetail.lsp.features.view import View
from dovetail.source import Span

_MOST = 40
_SAFE = frozenset({"unused-assign", "plain-http", "layout-table", "no-alt", "unused-suppression"})
"""Findings whose fixes are right without being looked at."""


def actions(view: View, span: Span) -> Sequence[Action]:
    """The actions at a span, fixes first."""
    found = view.reading.once(_Findings(view))
    here = [item for item in found if item.span.start <= span.end and item.span.end >= span.start]
    made = [*_fixes(view, here), *_changes(view, span), *_suppressing(view, here), *_all(view, found)]
    return made[:_MOST]


class _Findings:
    """The findings of a view, made once a reading: a menu of actions is opened more often than a text changes."""

    def __init__(self, view: View) -> None:
        self.view = view

    def __hash__(self) -> int:
        return hash(_Findings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Findings)

    def __call__(self, _: Reading) -> Sequence[Diagnostic]:
        return findings(self.view)


def _here(view: View, title: str, *edits: Edit) -> Change:
    return Change(title, {view.reading.name: edits})


# Fixes ------------------------------------------------------------------------------------------------------


def _fixes(view: View, here: Sequence[Diagnostic]) -> Iterator[Action]:
    for item in here:
        for number, fix in enumerate(item.fixes):
            change = _here(view, fix.title, Edit(fix.span, fix.text))
            yield Action(change, codes=(item.code,), preferred=number == 0 and len(item.fixes) == 1)
        near = re.search(r"did you mean `([^`]+)`\?", item.help)
        if near is not None and not item.fixes:
            yield from _meant(view, item, near[1])


def _meant(view: View, item: Diagnostic, word: str) -> Iterator[Action]:
    """The near name that a finding advises, put where the wrong one stands."""
    wrong = re.search(r"`\$?([\w.-]+)`(?!.*`\$?[\w.-]+` )", item.message)
    names = re.findall(r"`([^`]+)`", item.message)
    text = view.reading.text[item.span.start : item.span.end]
    for name in reversed(names):
        bare = name.lstrip("$|{/").rstrip("}")
        at = text.rfind(bare)
        if bare and at >= 0 and wrong is not None:
            start = item.span.start + at
            yield Action(
                _here(view, f"Use `{word}`", Edit(Span(start, start + len(bare)), word.lstrip("$|{/").rstrip("}"))),
                codes=(item.code,),
                preferred=True,
            )
            return


def _suppressing(view: View, here: Sequence[Diagnostic]) -> Iterator[Action]:
    for code in dict.fromkeys(item.code for item in here if item.code in LINTS and item.code != "unused-suppression"):
        item = next(each for each in here if each.code == code)
        text = view.reading.text
        start = text.rfind("\n", 0, item.span.start) + 1
        indent = text[start : item.span.start]
        indent = indent[: len(indent) - len(indent.lstrip())]
        line = f"{indent}{{* dovetail-ignore {code} *}}\n"
        yield Action(_here(view, f"Ignore `{code}` here", Edit(Span(start, start), line)), codes=(code,))


def _all(view: View, found: Sequence[Diagnostic]) -> Iterator[Action]:
    """Every fix that is right without being looked at; of those that overlap, the first."""
    edits = list[Edit]()
    for item in found:
        for fix in item.fixes[:1]:
            if item.code in _SAFE and all(
                fix.span.end <= each.span.start or fix.span.start >= each.span.end for each in edits
            ):
                edits.append(Edit(fix.span, fix.text))
    if edits:
        yield Action(
            _here(view, "Fix all that can be fixed safely", *sorted(edits, key=lambda edit: edit.span)), "source.fixAll"
        )


# Changes ----------------------------------------------------------------------------------------------------


def _changes(view: View, span: Span) -> Iterator[Action]:
    if span.end > span.start:
        yield from _selected(view, span)
    found = standing(view.reading, span.start)
    if found is None or found.closing:
        return
    head = found.head
    if (
        found.name == ""
        and isinstance(head, nodes.Head)
        and head.value is not None
        and not isinstance(head.value, nodes.Assignment)
    ):
        yield from _output(view, found, head.value)
    yield from _inlined(view, span.start)


def _output(view: View, found: Standing, value: nodes.Expression) -> Iterator[Action]:
    uses = {use.name for use in value.uses} if isinstance(value, nodes.Modified) else set[str]()
    end = found.inside + value.span.end
    base = value.base if isinstance(value, nodes.Modified) else value
    written = view.reading.text[found.inside + base.span.start : found.inside + base.span.end]
    if "default" not in uses:
        yield Action(_here(view, "Add |default:''", Edit(Span(end, end), "|default:''")), "refactor.rewrite")
    if not view.reading.options.escape_html and "escape" not in uses:
        yield Action(_here(view, "Add |escape", Edit(Span(end, end), "|escape")), "refactor.rewrite")
    if isinstance(base, nodes.Index | nodes.Variable):
        start, stop = (
            Edit(Span(found.span.start, found.span.start), f"{{if {written}}}"),
            Edit(Span(found.span.end, found.span.end), "{/if}"),
        )
        yield Action(_here(view, f"Show only if there is {written}", start, stop), "refactor.rewrite")
    key = next(
        (
            part
            for part in found.parts
            if isinstance(part, nodes.Index)
            and isinstance(part.key, nodes.Constant)
            and isinstance(part.key.value, int)
        ),
        None,
    )
    if key is not None and isinstance(key.key, nodes.Constant) and isinstance(key.base, nodes.Index):
        name = f"{key.base.key.value}_id" if isinstance(key.base.key, nodes.Constant) else "id"
        place = Span(found.inside + key.key.span.start, found.inside + key.key.span.end)
        top = Edit(Span(0, 0), f"{{assign var={name} value={key.key.value}}}\n")
        yield Action(_here(view, f"Put the id into ${name}", top, Edit(place, f"[${name}]")), "refactor.extract")


def _selected(view: View, span: Span) -> Iterator[Action]:
    text = view.reading.text[span.start : span.end]
    if not text.strip() or not _whole(view, span):
        return
    yield Action(
        _here(
            view,
            "Wrap in {if}",
            Edit(Span(span.start, span.start), "{if $condition}"),
            Edit(Span(span.end, span.end), "{/if}"),
        ),
        "refactor.rewrite",
    )
    names, number = set(view.folder.names()), 1
    while f"parts/part{number}.tpl" in names:
        number += 1
    name = f"parts/part{number}.tpl"
    change = Change(
        "Put it into a template of its own",
        {view.reading.name: [Edit(span, f'{{include file="{name}"}}')], name: [Edit(Span(0, 0), text)]},
    )
    yield Action(change, "refactor.extract")


def _whole(view: View, span: Span) -> bool:
    """Whether a selection cuts no tag and no block."""

    def fits(body: Sequence[nodes.Node]) -> bool:
        for node in body:
            start, end = node.span.start, node.end if isinstance(node, nodes.Tag) else node.span.end
            if end <= span.start or start >= span.end or isinstance(node, nodes.Text):
                continue
            if span.start <= start and end <= span.end:
                continue
            if isinstance(node, nodes.Tag) and node.sections:
                inside = [
                    each
                    for each in node.sections
                    if each.body and each.span.end <= span.start and span.end <= _end(each)
                ]
                if inside and fits(inside[0].body):
                    continue
            return False
        return True

    return fits(view.reading.tree.nodes)


def _end(section: nodes.Section) -> int:
    last = section.body[-1]
    return last.end if isinstance(last, nodes.Tag) else last.span.end


def _inlined(view: View, offset: int) -> Iterator[Action]:
    """A variable that is set once, written where it is read."""
    bindings = view.reading.once(bindings_of)
    use = bindings.use_at(offset)
    if use is None:
        return
    own = bindings.of(use.name)
    reads = [each for each in bindings.same(use) if not each.write]
    if (
        len(own) != 1
        or own[0].kind != "assign"
        or own[0].value is None
        or not reads
        or own[0].tag.name not in ("assign", "")
    ):
        return
    binding: Binding = own[0]
    value = own[0].value
    written = view.reading.text[binding.inside + value.span.start : binding.inside + value.span.end]
    if not isinstance(value, nodes.Constant | nodes.Variable | nodes.Index):
        written = f"({written})"
    edits = [Edit(Span(each.span.start - 1, each.span.end), written) for each in reads]
    edits.append(Edit(Span(binding.tag.span.start, binding.tag.span.end), ""))
    yield Action(
        _here(view, f"Write the value in place of ${use.name}", *sorted(edits, key=lambda edit: edit.span)),
        "refactor.inline",
    )
