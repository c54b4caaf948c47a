"""What is told of what stands under the pointer: its kind, its value now and how old that is, and what a word means."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.engine.ports import Answer, Ask, Record
from dovetail.grammar import nodes
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.heads import included
from dovetail.lsp.features.prose import MASK, age, clean, code, escaped, prose, shortened
from dovetail.lsp.features.results import Hover, Prose
from dovetail.lsp.features.standing import Part, Standing, standing
from dovetail.lsp.features.types import Type, type_of
from dovetail.lsp.features.values import Shown, printed
from dovetail.lsp.features.view import View
from dovetail.lsp.features.words import attribute_words, event_words, modifier_words, tag_words
from dovetail.source import Span

_BINDING_WORDS = {
    "assign": "set",
    "append": "added to",
    "item": "each element of a loop,",
    "key": "the key of a loop,",
    "counter": "counted",
    "capture": "captured",
    "parameter": "a parameter,",
    "section": "the place of a section,",
    "output": "the output of a tag,",
}


def hover(view: View, offset: int) -> Hover | None:
    """What is told at an offset; None where there is nothing to tell."""
    found = standing(view.reading, offset)
    if found is None:
        return None
    for number in range(len(found.parts) - 1, -1, -1):
        told = _part(view, found, number, offset)
        if told is not None:
            return told
    if found.closing or found.name_span.start <= offset <= found.name_span.end:
        return _tag(view, found)
    return None


def _tag(view: View, found: Standing) -> Hover | None:
    words = tag_words(found.name)
    if words is None:
        call = next(
            (each for each in view.reading.once(bindings_of).calls if each.name == found.name and each.definition), None
        )
        if call is None:
            return None
        line = view.reading.source.place(call.span.start).line
        words = prose(f"**{{{found.name}}}**", f"A function of this template, line {line}.")
    return Hover(found.span if found.closing else found.name_span, words)


def _part(view: View, found: Standing, number: int, offset: int) -> Hover | None:
    part, above = found.parts[number], found.parts[:number]
    place = found.place(part)
    match part:
        case nodes.ModifierUse():
            span = Span(found.inside + part.name_span.start, found.inside + part.name_span.end)
            words = modifier_words(part.name) if span.start - 1 <= offset <= span.end else None
            return Hover(span, _with_values(view, found, above, part, words)) if words is not None else None
        case nodes.Attribute():
            span = Span(place.start, place.start + len(part.name))
            if part.name and span.start <= offset <= span.end:
                words = attribute_words(found.name, part.name)
                return Hover(span, words) if words is not None else None
            return _include(view, found, part)
        case nodes.Index():
            return _path(view, found, part, above)
        case nodes.Variable():
            return _variable(view, found, part)
        case _:
            return None


# Values -----------------------------------------------------------------------------------------------------


def _variable(view: View, found: Standing, part: nodes.Variable) -> Hover:
    place = found.place(part)
    kind = type_of(view, part, found.inside)
    binding = view.reading.once(bindings_of).nearest(part.name, place.start)
    from_where = ""
    if binding is not None:
        line = view.reading.source.place(binding.span.start).line
        from_where = f"{_BINDING_WORDS[binding.kind]} in line {line}"
    failure = view.live.failure(part.name) if kind.form == "integration" else ""
    return Hover(
        place,
        prose(
            f"**${part.name}**: {kind.words}",
            *(event_words(kind) if kind.events else (_pair(kind.summary),)),
            from_where,
            _pair(f"It cannot be asked now: {failure}") if failure else "",
            *_value(view, kind, printed(view, f"${part.name}", place.start) if _is_shown(view, kind) else None),
        ),
    )


def _path(view: View, found: Standing, part: nodes.Index, above: Sequence[Part]) -> Hover:
    written = view.reading.text[found.inside + part.span.start : found.inside + part.span.end]
    kind = type_of(view, part, found.inside)
    name = clean(written)
    parts: list[str | tuple[str, str]] = [
        (f"**{escaped(name)}**: {kind.words}", f"{name}: {kind.words}"),
        *(event_words(kind) if kind.events else (_pair(kind.summary),)),
    ]
    if kind.example and not kind.personal and not kind.events:
        parts.append((f"For example: {code(kind.example)}", f"For example: {kind.example}"))
    if kind.form == "record" and kind.ask is not None and not kind.steps:
        parts += _record(view, kind, kind.ask)
    if _is_shown(view, kind):
        parts += _value(view, kind, printed(view, written, found.inside + part.span.start))
    chain = next((each for each in reversed(above) if isinstance(each, nodes.Modified) and each.base is part), None)
    if chain is not None:
        parts += _chain(view, found, chain)
    # The segment under the pointer and all before it.
    return Hover(found.place(part), prose(*parts))


def _record(view: View, kind: Type, ask: Ask) -> list[str | tuple[str, str]]:
    answer = view.live.answer(ask)
    if not isinstance(answer, Answer):
        return []
    if not answer.found:
        return [f"There is no {kind.record} with this key."]
    if isinstance(answer.value, Record) and not (kind.personal and view.preferences.masked):
        title = answer.value.title
        return [(f"This is **{escaped(title)}**.", f"This is {clean(title)}.")]
    return []


def _is_shown(view: View, kind: Type) -> bool:
    if kind.events and not any("trigger" in sample.variables for sample in view.samples[:1]):
        # What a follow-up will be told, nobody knows yet.
        return False
    return kind.form not in ("integration", "keyed", "list", "map", "record")


def _value(view: View, kind: Type, shown: Shown | None) -> list[str | tuple[str, str]]:
    if shown is None:
        return []
    if shown.fault:
        return [(f"No value now: {escaped(shown.fault)}", f"No value now: {shown.fault}")]
    if not shown.known:
        return ["Its value is being asked; look again in a moment."]
    if (shown.personal or kind.personal) and view.preferences.masked:
        empty = not shown.text
        return [f"Now: {MASK} (personal, hidden)" if not empty else "Now: empty", *_age(view, shown)]
    if not shown.text:
        return ["Now: empty", *_age(view, shown)]
    text = shortened(clean(shown.text), 200)
    return [(f"Now: {code(text)}", f"Now: {text}"), *_age(view, shown)]


def _age(view: View, shown: Shown) -> list[str | tuple[str, str]]:
    if not shown.oldest:
        return []
    seconds = view.live.now - shown.oldest
    return ["just asked" if seconds < 10 else f"from cache, {age(seconds)} old"]


def _with_values(view: View, found: Standing, above: Sequence[Part], use: nodes.ModifierUse, words: Prose) -> Prose:
    chain = next((each for each in reversed(above) if isinstance(each, nodes.Modified) and use in each.uses), None)
    if chain is None:
        return words
    lines = _chain(view, found, chain)
    told = prose(*lines)
    return Prose(f"{told.markdown}\n\n{words.markdown}", f"{told.plain}\n\n{words.plain}") if lines else words


def _chain(view: View, found: Standing, chain: nodes.Modified) -> list[str | tuple[str, str]]:
    """The value before and after each modifier."""
    kind = type_of(view, chain.base, found.inside)
    if not _is_shown(view, kind):
        return []
    text = view.reading.text
    start = found.inside + chain.base.span.start
    lines = list[tuple[str, str]]()
    for use in chain.uses:
        written = text[start : found.inside + use.span.end]
        shown = printed(view, written, start)
        if not shown.known or shown.fault:
            return []
        hidden = (shown.personal or kind.personal) and view.preferences.masked
        value = MASK if hidden and shown.text else shortened(clean(shown.text), 80)
        lines.append((f"- after `|{use.name}`: {code(value)}", f"- after |{use.name}: {value}"))
    return [("\n".join(each[0] for each in lines), "\n".join(each[1] for each in lines))] if lines else []


def _pair(text: str) -> str | tuple[str, str]:
    return (escaped(text), clean(text)) if text else ""


# Includes ---------------------------------------------------------------------------------------------------


def _include(view: View, found: Standing, part: nodes.Attribute) -> Hover | None:
    target = included(found.tag)
    if target is None or target[1] is not part.value:
        return None
    name = target[0]
    reading = view.folder.reading(name)
    if reading is None:
        return Hover(
            found.place(part),
            prose((f"There is no template **{escaped(name)}**.", f"There is no template {clean(name)}.")),
        )
    bindings = reading.once(bindings_of)
    own = {binding.name for binding in bindings.bindings}
    wanted = dict.fromkeys(use.name for use in bindings.uses if not use.write and use.name not in own)
    names = ", ".join(f"`${each}`" for each in wanted if each not in view.live.schemas)
    lines = "\n".join(reading.text.strip().splitlines()[:6]).replace("```", "ʼʼʼ")
    return Hover(
        found.place(part),
        prose(
            (f"**{escaped(name)}**", clean(name)),
            f"It uses {names}." if names else "",
            (f"```html\n{lines}\n```", lines),
        ),
    )
