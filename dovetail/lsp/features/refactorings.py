"""Changes of a template that keep what it prints: asked for at a place, without a finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.engine.compiler.special import path
from dovetail.grammar import nodes
from dovetail.grammar.walk import children
from dovetail.lsp.features.bindings import Binding, Use, bindings_of
from dovetail.lsp.features.heads import all_tags, expressions
from dovetail.lsp.features.lints.conditions import within_condition
from dovetail.lsp.features.names import parent_of
from dovetail.lsp.features.results import Action, Change, Edit
from dovetail.lsp.features.standing import Standing, standing
from dovetail.lsp.features.view import View
from dovetail.source import Span

_PART = "parts/part.tpl"


def refactorings(view: View, span: Span) -> Iterator[Action]:
    """The changes that are offered for a selection, or at a cursor."""
    if span.end > span.start:
        yield from _extracted(view, span)
    found = standing(view.reading, span.start)
    if found is None or found.closing:
        return
    yield from _output(view, found)
    yield from _id_as_parameter(view, found)
    yield from _inlined(view, span.start)


# Outputs ----------------------------------------------------------------------------------------------------


def _output(view: View, found: Standing) -> Iterator[Action]:
    """For a tag that prints a variable: a word for those who have none, escaping, and a condition around it."""
    head, tag = found.head, found.tag
    if tag.name or not isinstance(head, nodes.Head) or isinstance(head.value, nodes.Assignment | None):
        return
    value, uses = (head.value.base, head.value.uses) if isinstance(head.value, nodes.Modified) else (head.value, ())
    if not isinstance(value, nodes.Index | nodes.Variable):
        return
    names = {use.name for use in uses}
    end = found.inside + head.value.span.end
    if "default" not in names:
        # Right behind the value: what follows would make something of nothing.
        at = found.inside + value.span.end
        yield _rewrite(view, "Add |default:''", [Edit(Span(at, at), "|default:''")])
    if "escape" not in names and not view.reading.options.escape_html:
        yield _rewrite(view, "Add |escape", [Edit(Span(end, end), "|escape")])
    written = view.reading.text[found.inside + value.span.start : found.inside + value.span.end]
    if not within_condition(view.reading, written, found.span):
        left, right = view.reading.options.delimiters.left, view.reading.options.delimiters.right
        before, behind = f"{left}if {written}{right}", f"{left}/if{right}"
        edits = [
            Edit(Span(found.span.start, found.span.start), before),
            Edit(Span(found.span.end, found.span.end), behind),
        ]
        yield _rewrite(view, f"Show it only {{if {written}}}", edits)


def _rewrite(view: View, title: str, edits: Sequence[Edit]) -> Action:
    return Action(Change(title, {view.reading.name: edits}), "refactor.rewrite")


# Records by parameter ---------------------------------------------------------------------------------------


def _id_as_parameter(view: View, found: Standing) -> Iterator[Action]:
    """A record's key becomes a variable, which those who include the template can give: one template, many products."""
    if parent_of(view.reading) is not None:
        # What stands before {extends} and beside blocks is not run.
        return
    for part in found.parts:
        if not isinstance(part, nodes.Index):
            continue
        keys, name = path(part)
        key = keys[1] if len(keys) > 1 else None
        first = keys[0].value if keys and isinstance(keys[0], nodes.Constant) else None
        schema = view.live.schemas.get(name or "")
        member = schema.members.get(str(first)) if schema is not None else None
        if member is None or member.kind != "keyed" or not isinstance(key, nodes.Constant) or name is None:
            continue
        variable = f"{first}_id"
        if any(use.name == variable for use in view.reading.once(bindings_of).uses):
            return
        edits = [Edit(span, f"[${variable}]") for span in _keys(view, name, str(first), key.value)]
        written = str(key.value) if isinstance(key.value, int) else "'" + str(key.value).replace("'", "\\'") + "'"
        left, right = view.reading.options.delimiters.left, view.reading.options.delimiters.right
        setting = f"{left}${variable} = ${variable}|default:{written}{right}"
        edits.insert(0, Edit(Span(0, 0), setting))
        yield _rewrite(view, f"Let others choose: ${variable} in place of {written}", edits)
        return


def _keys(view: View, identifier: str, member: str, key: object) -> Iterator[Span]:
    """Where a record's key stands, its dot or brackets included, in all of a template."""
    seen = set[Span]()
    every = ((node, inside) for each, inside in expressions(view.reading.tree.nodes) for node in _with_inner(each))
    for node, inside in every:
        if not isinstance(node, nodes.Index) or not isinstance(node.key, nodes.Constant) or node.key.value != key:
            continue
        keys, name = path(node)
        first = keys[0].value if keys and isinstance(keys[0], nodes.Constant) else None
        if name == identifier and first == member and len(keys) == 2:
            span = Span(inside + node.base.span.end, inside + node.span.end)
            if span not in seen:
                seen.add(span)
                yield span


def _with_inner(node: nodes.Expression | nodes.Assignment) -> Iterator[nodes.Expression | nodes.Assignment]:
    yield node
    for child in children(node):
        yield from _with_inner(child)


# Variables --------------------------------------------------------------------------------------------------


def _inlined(view: View, offset: int) -> Iterator[Action]:
    """A variable that is set once, to something plain, is replaced by what it is set to."""
    bindings = view.reading.once(bindings_of)
    use = bindings.use_at(offset)
    if use is None:
        return
    same = bindings.same(use)
    writes = [each for each in same if each.write]
    reads = [each for each in same if not each.write]
    binding = next((each for each in bindings.of(use.name) if each.span == writes[0].span), None) if writes else None
    if binding is None or len(writes) != 1 or not reads or use.room != -1 or not _may_go(view, binding, reads):
        return
    assert binding.value is not None
    text, tag = view.reading.text, binding.tag
    value = text[binding.inside + binding.value.span.start : binding.inside + binding.value.span.end]
    edits = [Edit(Span(each.span.start - 1, each.span.end), value) for each in reads]
    edits.append(Edit(tag.span, ""))
    change = Change(
        f"Write {value} in place of ${use.name}", {view.reading.name: sorted(edits, key=lambda each: each.span)}
    )
    yield Action(change, "refactor.inline")


def _may_go(view: View, binding: Binding, reads: Sequence[Use]) -> bool:
    """Whether every read means the same with the value in its place."""
    value, tag = binding.value, binding.tag
    if binding.kind != "assign" or tag.sections or not isinstance(value, nodes.Constant | nodes.Variable | nodes.Index):
        return False
    if isinstance(tag.head, nodes.Head) and any(each.name == "scope" for each in tag.head.attributes):
        return False
    text, plain = view.reading.text, isinstance(value, nodes.Constant)
    around = standing(view.reading, tag.span.start + 1)
    block = around.blocks[-1] if around is not None and around.blocks else None
    for read in reads:
        found = standing(view.reading, read.span.start)
        if read.span.start < tag.span.end or found is None:
            return False
        if any(each.span.start < read.span.start < each.span.end for each in found.blocks):
            # It stands in a text in quotes, where a value is written otherwise.
            return False
        if plain and text[read.span.end : read.span.end + 1] in (".", "[", "@", "-"):
            return False
        if block is not None and not (block.span.end <= read.span.start < block.end):
            return False
    bindings = view.reading.once(bindings_of)
    inner = {
        use.name
        for use in bindings.uses
        if binding.inside + value.span.start <= use.span.start <= binding.inside + value.span.end
    }
    # What the value is made of must not be set anew before it is read.
    return not any(each.name in inner and each.span.start > tag.span.start for each in bindings.bindings)


# Parts ------------------------------------------------------------------------------------------------------


def _extracted(view: View, span: Span) -> Iterator[Action]:
    """The selected part moves to a template of its own, which is included in its place."""
    text = view.reading.text
    if not text[span.start : span.end].strip() or not _whole(view, span):
        return
    names = set(view.folder.names())
    name, number = _PART, 1
    while name in names:
        number += 1
        name = _PART.replace("part.tpl", f"part-{number}.tpl")
    bindings = view.reading.once(bindings_of)
    # What the part sets stays in it: others must not read it.
    if any(
        each.name == binding.name and not span.start <= each.span.start <= span.end
        for binding in bindings.bindings
        if span.start <= binding.span.start <= span.end
        for each in bindings.uses
    ):
        return
    left, right = view.reading.options.delimiters.left, view.reading.options.delimiters.right
    include = Edit(span, f"{left}include file='{name}'{right}")
    part = Edit(Span(0, 0), text[span.start : span.end])
    change = Change(f"Move the selection to {name}", {view.reading.name: [include], name: [part]})
    yield Action(change, "refactor.extract")


def _whole(view: View, span: Span) -> bool:
    """Whether a selection cuts no tag: blocks are in it as a whole, or around it."""
    for tag, base in all_tags(view.reading.tree.nodes):
        start, end = base + tag.span.start, base + tag.end
        if end <= span.start or start >= span.end or (span.start <= start and end <= span.end):
            if tag.name in ("block", "extends", "function") and span.start <= start < span.end:
                return False
            continue
        edges = [tag.span, *(section.span for section in tag.sections[1:])]
        if tag.sections:
            last = tag.sections[-1].body[-1] if tag.sections[-1].body else tag.sections[-1]
            last_end = last.end if isinstance(last, nodes.Tag) else last.span.end
            edges.append(Span(last_end, tag.end))
        if any(base + edge.start < span.end and span.start < base + edge.end for edge in edges):
            return False
    return True
