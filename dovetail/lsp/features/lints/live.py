"""Lints of live data: what the template asks of the shops, looked at as far as it is known. Nothing waits here.

What is known but old is a hint: it may have changed. A shop that cannot be asked is said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from dovetail.engine.analysis.live import outputs
from dovetail.engine.compiler.special import path
from dovetail.engine.ports import Answer, Ask, Record, Ref
from dovetail.errors import Diagnostic, Severity
from dovetail.grammar import nodes
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.heads import expressions
from dovetail.lsp.features.lints.conditions import within_condition
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.prose import age, clean
from dovetail.lsp.features.standing import inner
from dovetail.lsp.features.view import Sample, View
from dovetail.source import Span

_OLD = 3_600.0
"""Seconds after which what is known of a shop is said with its age, and as a hint only."""
_SAMPLED = 200


def live_findings(view: View) -> Iterator[Diagnostic]:
    """The findings about live data, in no order."""
    seen = dict[str, Span]()
    for ask, span in _asks(view):
        seen.setdefault(ask.identifier, span)
        answer = view.live.answer(ask)
        if isinstance(answer, Answer):
            for finding in _of_answer(view, ask, answer, span):
                yield _aged(view, finding, answer)
    for identifier, span in seen.items():
        failure = view.live.failure(identifier)
        if failure:
            yield _said(
                view,
                "unreachable",
                f"`${identifier}` cannot be asked now: {clean(failure)}",
                span,
                "what is said of it is as old as what is known",
            )
    yield from _empty_for_some(view)


def _asks(view: View) -> Sequence[tuple[Ask, Span]]:
    """The records that the template names, each with where its path stands first."""
    found = dict[Ask, Span]()
    for expression, inside in expressions(view.reading.tree.nodes):
        for node in paths(expression):
            keys, name = path(node)
            schema = view.live.schemas.get(name or "")
            plain = [key.value if isinstance(key, nodes.Constant) else None for key in keys[:2]]
            member = schema.members.get(str(plain[0])) if schema is not None and plain else None
            if name is None or member is None or member.kind != "keyed" or len(plain) < 2:
                continue
            key = plain[1]
            if isinstance(key, int | str) and not isinstance(key, bool):
                span = Span(inside + node.span.start, inside + keys[1].span.end)
                found.setdefault(Ask(name, member.collection, key), span)
    return list(found.items())


def paths(node: object) -> Iterator[nodes.Index]:
    """The whole paths within an expression, those in brackets of others too."""
    if isinstance(node, nodes.Index):
        yield node
        if node.key is not None:
            yield from paths(node.key)
        return
    if isinstance(node, nodes.Attribute | nodes.ModifierUse) or hasattr(node, "span"):
        for child in inner(cast("nodes.Expression", node)):
            yield from paths(child)


def _of_answer(view: View, ask: Ask, answer: Answer, span: Span) -> Iterator[Diagnostic]:
    what = ask.path()
    if not answer.found:
        reason = f" ({clean(answer.notes[0])})" if answer.notes else ""
        yield _said(
            view, "unknown-id", f"there is no `{what}`{reason}", span, "look it up by its name: type it behind the dot"
        )
        return
    if not isinstance(answer.value, Record):
        return
    fields = answer.value.fields
    title = clean(answer.value.title)
    if fields.get("status") in (2, "2", "disabled", False):
        yield _said(view, "disabled", f"`{title}` is disabled in the shop", span, "enable it, or show another")
    stock = _looked_up(view, ask, fields.get("stock"))
    sold_out = stock.get("in_stock", stock.get("is_in_stock", fields.get("is_salable")))
    if sold_out is False or sold_out == 0:
        yield _said(view, "out-of-stock", f"`{title}` is sold out", span, "show another, or wrap it in {if …}")
    if "price" in fields and not isinstance(fields["price"], Ref) and fields["price"] in (None, "", 0, 0.0):
        yield _said(
            view,
            "no-price",
            f"`{title}` has no price in this store view",
            span,
            "set it in the shop, or leave the price out",
        )


def _looked_up(view: View, ask: Ask, value: object) -> Mapping[str, object]:
    if isinstance(value, Ref):
        answer = view.live.answer(Ask(ask.identifier, value.collection, value.key))
        value = answer.value if isinstance(answer, Answer) else None
    if isinstance(value, Record):
        return value.fields
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _aged(view: View, finding: Diagnostic, answer: Answer) -> Diagnostic:
    seconds = view.live.now - answer.fetched_at
    if seconds < _OLD:
        return finding
    return replace(finding, severity="info", message=f"{finding.message} ({age(seconds)} ago)")


def _empty_for_some(view: View) -> Iterator[Diagnostic]:
    """Values that are empty for some of the sample recipients: what is not known for one of them is not counted."""
    samples = view.samples[:_SAMPLED]
    if len(samples) < 2:
        return
    told = dict[str, str]()
    for tag, value in outputs(view.reading.tree.nodes):
        base, uses = (value.base, value.uses) if isinstance(value, nodes.Modified) else (value, ())
        span = Span(tag.inside + base.span.start, tag.inside + base.span.end)
        written = view.reading.text[span.start : span.end]
        names = {f"${name}" for name in samples[0].variables}
        if not isinstance(base, nodes.Index) or not any(name in written for name in names):
            continue
        if any(use.name == "default" for use in uses) or within_condition(view.reading, written, span):
            continue
        if written not in told:
            known = [found for sample in samples if (found := value_for(view, sample, base)) is not UNKNOWN]
            empty = sum(1 for found in known if found is None or not str(found).strip())
            told[written] = f"`{written}` is empty for {empty} of {len(known)} sample recipients" if empty else ""
        if told[written]:
            yield _said(view, "empty-for-some", told[written], span, "add |default:'…', or wrap it in {if …}")


UNKNOWN = object()
"""Not known yet, or nothing that is found by looking it up."""


def value_for(view: View, sample: Sample, node: nodes.Expression) -> object:
    """What a path is for a recipient, looked up in what is known; `UNKNOWN` where it has to be calculated."""
    keys = list[object]()
    while isinstance(node, nodes.Index):
        if node.key is None:
            return UNKNOWN
        key = node.key.value if isinstance(node.key, nodes.Constant) else value_for(view, sample, node.key)
        if key is UNKNOWN:
            return UNKNOWN
        keys.insert(0, key)
        node = node.base
    if not isinstance(node, nodes.Variable) or view.reading.once(bindings_of).of(node.name):
        return UNKNOWN
    schema = view.live.schemas.get(node.name)
    if schema is None:
        return _below(view, node.name, sample.variables.get(node.name, UNKNOWN), keys)
    member = schema.members.get(str(keys[0])) if keys else None
    if member is None or member.kind != "keyed" or len(keys) < 3:
        return UNKNOWN
    if keys[1] in (None, ""):
        return None
    answer = view.live.answer(Ask(node.name, member.collection, cast("int | str", keys[1])))
    return _below(view, node.name, answer.value, keys[2:]) if isinstance(answer, Answer) else UNKNOWN


def _below(view: View, identifier: str, value: object, keys: Sequence[object]) -> object:
    for key in keys:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, Ref):
            answer = view.live.answer(Ask(identifier, value.collection, value.key))
            if not isinstance(answer, Answer):
                return UNKNOWN
            value = answer.value
        if isinstance(value, Record):
            value = value.fields.get(str(key), UNKNOWN)
        elif isinstance(value, Mapping):
            value = cast("Mapping[object, object]", value).get(key)
        else:
            return None
    return UNKNOWN if isinstance(value, Ref | Mapping | list) else value


def _said(view: View, code: str, message: str, span: Span, advice: str) -> Diagnostic:
    severity: Severity = LINTS[code].severity
    return Diagnostic(code, message, view.reading.source, span, advice, severity)
