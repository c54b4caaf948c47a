"""Lints of the template alone: variables, branches, includes, blocks, HTML that does not close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from dovetail.engine.analysis.live import CUSTOMARY
from dovetail.errors import Diagnostic, Fix, did_you_mean
from dovetail.grammar import nodes
from dovetail.lsp.features.bindings import Binding, bindings_of
from dovetail.lsp.features.heads import all_tags, heads_of
from dovetail.lsp.features.html.elements import pages_of
from dovetail.lsp.features.lints.conditions import within_condition
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.names import blocks_of, includes_of, parent_of, readings
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.types import Type, given_to_includes, type_of
from dovetail.lsp.features.view import View
from dovetail.source import Span

_UNSAFE = frozenset({"raw", "unescape"})
_SEARCHED = 300
"""Templates that are looked through for those that include this one."""
_LIKENED = 20
"""Findings of a kind for which the nearest name is looked for."""


def template_findings(view: View) -> Iterator[Sequence[Diagnostic]]:
    """The findings of a template, in no order, a part at a time."""
    for rule in (_unused, _unknown, _outputs, _branches, _includes, _twice, _blocks, _html):
        yield list(rule(view))


def said(view: View, code: str, message: str, span: Span, advice: str = "", *fixes: Fix) -> Diagnostic:
    """A finding as the registry grades it."""
    return Diagnostic(code, message, view.reading.source, span, advice, LINTS[code].severity, fixes)


# Variables --------------------------------------------------------------------------------------------------


def _unused(view: View) -> Iterator[Diagnostic]:
    bindings = view.reading.once(bindings_of)
    read = {(use.name, use.room) for use in bindings.uses if not use.write}
    rooms = {(use.name, use.span): use.room for use in bindings.uses if use.write}
    # What an included or extended template reads may be set here.
    outside = _read_elsewhere(view)
    told = set[str]()
    names = sorted({use.name for use in bindings.uses if not use.write})
    for binding in bindings.bindings:
        room = rooms.get((binding.name, binding.span), -1)
        if binding.kind not in ("assign", "capture") or (binding.name, room) in read or binding.name in told | outside:
            continue
        if _scoped(binding.tag):
            continue
        told.add(binding.name)
        code, what = ("unused-capture", "captured") if binding.kind == "capture" else ("unused-assign", "set")
        near = _likely(binding.name, names, len(told))
        advice = near or ("show it, or remove it" if code == "unused-capture" else "read it, or remove it")
        yield said(
            view, code, f"`${binding.name}` is {what} and never read", binding.span, advice, *_removal(view, binding)
        )


def _scoped(tag: nodes.Tag) -> bool:
    """Whether a variable is set for others: `scope=parent`."""
    return isinstance(tag.head, nodes.Head) and any(each.name == "scope" for each in tag.head.attributes)


def _removal(view: View, binding: Binding) -> Sequence[Fix]:
    tag = binding.tag
    if tag.name not in ("assign", "") or tag.sections:
        return ()
    text = view.reading.text
    end = tag.span.end
    alone = text[text.rfind("\n", 0, tag.span.start) + 1 : tag.span.start].strip() == "" and text.startswith("\n", end)
    start = text.rfind("\n", 0, tag.span.start) + 1 if alone else tag.span.start
    return (Fix(Span(start, end + 1 if alone else end), "", f"Remove ${binding.name}"),)


def _read_elsewhere(view: View) -> set[str]:
    """Names that templates which this one includes or extends may read."""
    found = set[str]()
    pending, seen = [view.reading], {view.reading.name}
    while pending:
        reading = pending.pop()
        targets = {target.name for target in includes_of(reading)}
        if len(targets) < sum(tag.name in ("include", "extends") for tag, _ in all_tags(reading.tree.nodes)):
            # An include whose name is calculated may be any template.
            targets |= set(view.folder.names())
        for name in targets - seen:
            seen.add(name)
            other = view.folder.reading(name)
            if other is not None:
                found |= {use.name for use in other.once(bindings_of).uses if not use.write}
                pending.append(other)
    return found


def _unknown(view: View) -> Iterator[Diagnostic]:
    """Variables that nothing sets. Without a sample recipient nobody knows what recipients have."""
    if not view.samples or _is_part(view):
        return
    bindings = view.reading.once(bindings_of)
    known = {binding.name for binding in bindings.bindings} | set(view.live.schemas) | set(CUSTOMARY) | {"smarty"}
    known |= set(view.samples[0].variables)
    if any(
        tag.name in ("extends", "loadprofile", "loadsubprofile", "eval", "config_load")
        for tag, _ in all_tags(view.reading.tree.nodes)
    ):
        return
    told = set[str]()
    customary, names = [*view.live.schemas, *CUSTOMARY], sorted(known)
    for use in bindings.uses:
        if use.write or use.name in known or use.name in told:
            continue
        told.add(use.name)
        if len(told) <= _LIKENED and get_close_matches(use.name, customary, n=1, cutoff=0.8):
            # The engine's own analysis says so of what is nearly an integration, or what every mailing has.
            continue
        span = Span(use.span.start - 1, use.span.end)
        near = _likely(use.name, names, len(told))
        advice = near or "set it, give it to the mailing, or show a word without it: |default:'…'"
        yield said(view, "unknown-variable", f"nothing sets `${use.name}`", span, advice)


def _likely(name: str, known: Sequence[str], before: int) -> str:
    """The nearest known name; a text with very many findings gets no likeness for all of them: it takes long."""
    return did_you_mean(name, known) if before <= _LIKENED else ""


def _is_part(view: View) -> bool:
    """Whether other templates include this one, or it stands among the parts: what it reads is given to it.

    In a folder with so many templates that looking through them takes seconds, each may be a part.
    """
    if "/" in view.reading.name or len(view.folder.names()) > _SEARCHED:
        return True
    return any(target.name == view.reading.name for reading in readings(view.folder) for target in includes_of(reading))


# Outputs ----------------------------------------------------------------------------------------------------


def _outputs(view: View) -> Iterator[Diagnostic]:
    for tag, base in all_tags(view.reading.tree.nodes):
        head = tag.head
        if (
            tag.name
            or not isinstance(head, nodes.Head)
            or head.value is None
            or isinstance(head.value, nodes.Assignment)
        ):
            continue
        inside = base + tag.inside
        value, uses = (head.value.base, head.value.uses) if isinstance(head.value, nodes.Modified) else (head.value, ())
        names = {use.name for use in uses}
        span = Span(inside + value.span.start, inside + value.span.end)
        kind = type_of(view, value, inside)
        flags: set[str] = {
            each.value.name for each in head.attributes if not each.name and isinstance(each.value, nodes.Word)
        }
        bare = bool(names & _UNSAFE) or "nofilter" in flags or not view.reading.options.escape_html
        if bare and "escape" not in names and kind.form in ("text", "any") and _is_live(view, value, kind, inside):
            yield from _unescaped(view, head, flags, inside, span)
        if (
            _of_recipient(value)
            and kind.form in ("text", "any")
            and "default" not in names
            and not within_condition(view.reading, _written(view, span), span)
        ):
            fix = Fix(Span(span.end, span.end), "|default:''", "Add |default:''")
            yield said(
                view,
                "missing-default",
                f"`{_written(view, span)}` may be empty for some",
                span,
                "add |default:'…' with a word for them",
                fix,
            )


def _unescaped(view: View, head: nodes.Head, flags: set[str], inside: int, span: Span) -> Iterator[Diagnostic]:
    """Live text in HTML without escaping: by `|raw` or `nofilter`, or as this account does not escape."""
    assert head.value is not None
    end = inside + head.value.span.end
    uses = head.value.uses if isinstance(head.value, nodes.Modified) else ()
    unsafe = next((use for use in uses if use.name in _UNSAFE), None)
    message = "this live text is shown unescaped"
    if unsafe is not None:
        written = Span(inside + unsafe.span.start, inside + unsafe.span.end)
        start = view.reading.text.rfind("|", span.end, written.end)
        fix = Fix(Span(start, written.end), "", f"Remove |{unsafe.name}")
        yield said(view, "unescaped", message, span, f"leave `|{unsafe.name}` out", fix)
    elif "nofilter" in flags or (not view.reading.options.escape_html and _is_html(view)):
        yield said(view, "unescaped", message, span, "add |escape", Fix(Span(end, end), "|escape", "Add |escape"))


def _is_live(view: View, value: nodes.Expression, kind: Type, inside: int) -> bool:
    """Whether a value comes from an integration: a record that is named, or one of a list."""
    if kind.ask is not None:
        return True
    return isinstance(value, nodes.Index) and type_of(view, value.base, inside).identifier != ""


def _is_html(view: View) -> bool:
    return any(page.elements for page in view.reading.once(pages_of))


def _of_recipient(value: nodes.Expression) -> bool:
    base: nodes.Expression = value
    while isinstance(base, nodes.Index):
        base = base.base
    return (
        isinstance(value, nodes.Index) and isinstance(base, nodes.Variable) and base.name in ("profile", "subprofile")
    )


def _written(view: View, span: Span) -> str:
    return view.reading.text[span.start : span.end]


# Branches ---------------------------------------------------------------------------------------------------


def _branches(view: View) -> Iterator[Diagnostic]:
    for tag, base in all_tags(view.reading.tree.nodes):
        for section in tag.sections:
            yield from _behind_jump(view, section.body, base)
        if tag.name != "if":
            continue
        for number, (head, inside) in enumerate(heads_of(tag)):
            value = head.value if isinstance(head, nodes.Head) else None
            if not isinstance(value, nodes.Constant) or value.quoted:
                continue
            span = Span(base + inside + value.span.start, base + inside + value.span.end)
            certain = bool(value.value)
            if not certain:
                yield said(view, "dead-branch", "this condition is never true", span, "remove the part")
            elif number + 1 < len(tag.sections):
                yield said(
                    view,
                    "dead-branch",
                    "this condition is always true: what follows is never shown",
                    span,
                    "remove the other parts",
                )


def _behind_jump(view: View, body: Sequence[nodes.Node], base: int) -> Iterator[Diagnostic]:
    jumped = False
    for node in body:
        if jumped and (not isinstance(node, nodes.Text) or node.text.strip()):
            span = Span(base + node.span.start, base + node.span.end)
            yield said(
                view,
                "dead-branch",
                "this is never shown: the loop is left before it",
                span,
                "put it before the {break} or {continue}",
            )
            return
        jumped = jumped or (isinstance(node, nodes.Tag) and node.name in ("break", "continue"))


# Includes and blocks ----------------------------------------------------------------------------------------


def _includes(view: View) -> Iterator[Diagnostic]:
    for target in includes_of(view.reading):
        if target.name == view.reading.name or view.reading.name in _reached(view, target.name):
            message = (
                f"`{target.name}` includes this template again"
                if target.name != view.reading.name
                else "this template includes itself"
            )
            yield said(view, "include-cycle", message, target.span, "end the circle")
    own = view.reading.once(bindings_of)
    for (name, given), target in zip(view.reading.once(given_to_includes), includes_of(view.reading), strict=False):
        other = view.folder.reading(name)
        if other is None or name != target.name or name.endswith(".conf"):
            continue
        wanted = _wanted(view, other)
        for parameter, (value, inside) in given.items():
            if parameter in (
                "file",
                "assign",
                "scope",
                "cache_lifetime",
                "cache_id",
                "compile_id",
            ) or parameter in _all_read(view, other):
                continue
            start = inside + value.span.start - len(parameter) - 1
            span = Span(max(0, start), inside + value.span.end)
            advice = did_you_mean(parameter, sorted(wanted)) or (
                f"it reads {', '.join(f'${each}' for each in sorted(wanted))}" if wanted else "it reads none"
            )
            yield said(view, "unused-parameter", f"`{name}` does not read `${parameter}`", span, advice)
        samples = {name for sample in view.samples[:1] for name in sample.variables}
        visible = set(own.visible(target.span.start)) | set(view.live.schemas) | samples | set(CUSTOMARY)
        missing = [each for each in wanted if each not in given and each not in visible]
        if missing and not _is_part(view):
            names = ", ".join(f"`${each}`" for each in missing[:3])
            yield said(
                view,
                "missing-parameter",
                f"`{name}` reads {names}, which nothing gives it",
                target.span,
                f"add {missing[0]}=…",
            )


def _twice(view: View) -> Iterator[Diagnostic]:
    """Parameters of one include that have the same name."""
    for tag, base in all_tags(view.reading.tree.nodes):
        if tag.name != "include" or not isinstance(tag.head, nodes.Head):
            continue
        seen = set[str]()
        for each in tag.head.attributes:
            if each.name in seen:
                span = Span(base + tag.inside + each.span.start, base + tag.inside + each.span.end)
                yield said(view, "duplicate-parameter", f"`{each.name}` is given twice", span, "remove one of them")
            seen |= {each.name} - {""}


def _reached(view: View, name: str) -> set[str]:
    """The templates that one includes or extends, directly or not."""
    found, pending = set[str](), [name]
    while pending:
        reading = view.folder.reading(pending.pop())
        for target in includes_of(reading) if reading is not None else ():
            if target.name not in found:
                found.add(target.name)
                pending.append(target.name)
    return found


def _wanted(view: View, reading: Reading) -> Sequence[str]:
    """What a template reads and does not set itself."""
    bindings = reading.once(bindings_of)
    own = {binding.name for binding in bindings.bindings}
    names: Mapping[str, None] = dict.fromkeys(
        use.name for use in bindings.uses if not use.write and use.name not in own
    )
    return [name for name in names if name not in view.live.schemas and name != "smarty" and name not in CUSTOMARY]


def _all_read(view: View, reading: Reading) -> set[str]:
    found = {use.name for use in reading.once(bindings_of).uses if not use.write}
    for name in _reached(view, reading.name):
        other = view.folder.reading(name)
        if other is not None:
            found |= {use.name for use in other.once(bindings_of).uses if not use.write}
    return found


def _blocks(view: View) -> Iterator[Diagnostic]:
    seen = set[str]()
    for block in blocks_of(view.reading):
        if block.name in seen:
            yield said(
                view, "duplicate-block", f"there is a block `{block.name}` already", block.span, "give it another name"
            )
        seen.add(block.name)


# HTML -------------------------------------------------------------------------------------------------------


def _html(view: View) -> Iterator[Diagnostic]:
    """Elements that do not close. A part of a mail may open what another closes, so only whole mails are held to it."""
    pages = view.reading.once(pages_of)
    if parent_of(view.reading) is not None or not any(element.name == "body" for element in pages[0].elements):
        return
    if any(tag.name in ("include", "block", "capture") for tag, _ in all_tags(view.reading.tree.nodes)):
        return
    told = set[Span]()
    for page in pages:
        for element in page.elements:
            if element.unclosed and element.name_span not in told:
                told.add(element.name_span)
                advice = f"put </{element.name}> where it should end"
                yield said(view, "unbalanced-html", f"<{element.name}> is not closed", element.name_span, advice)
        for span in page.stray:
            if span not in told:
                told.add(span)
                yield said(view, "unbalanced-html", f"{_written(view, span)} closes nothing", span, "remove it")
