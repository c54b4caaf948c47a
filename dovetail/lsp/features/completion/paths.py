"""Variables and what is behind them, segment by segment: integrations, records by name, fields with their value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from dovetail.engine.analysis.live import CUSTOMARY
from dovetail.engine.ports import Answer, Ask, Record, Ref, Suggestion
from dovetail.engine.schema import Field, RecordType, Schema
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.completion.offers import MOST, Offer, fitting, quality
from dovetail.lsp.features.cursor import Path
from dovetail.lsp.features.prose import MASK, age, clean, shortened
from dovetail.lsp.features.results import Completion, CompletionKind
from dovetail.lsp.features.types import TOLD, Type, records_of, step, type_of_value, variable_type
from dovetail.lsp.features.view import View
from dovetail.source import Span

_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*|0|[1-9][0-9]*", re.ASCII)
_WANTED_FIELDS = ("title", "name", "price", "url", "image", "image_url", "firstname", "email", "number", "items")
_BEGINS = 84.0
"""A name or number that begins with what was typed: however long it is, it is as good as the next."""
_CUSTOMS: Mapping[str, str] = {
    "profile": "who gets the mail",
    "subprofile": "the subprofile the mail is for",
    "mailing": "this mailing",
    "trigger": "the event that started a follow-up",
}


def path_type(view: View, path: Path) -> Type:
    """The type of the value before the segment that is being written."""
    found = variable_type(view, path.name, path.start)
    for segment in path.segments:
        found = step(view, found, segment.key)
    return found


# Variables --------------------------------------------------------------------------------------------------


def variable_offers(view: View, path: Path) -> Sequence[Offer]:
    """The variables that may be read here."""
    return fitting(path.typed, _variables(view, path.typed, path.span, path.start))


def bare_variable_offers(view: View, typed: str, span: Span) -> Sequence[Offer]:
    """The same where the `$` is not written yet."""
    return fitting(typed, _variables(view, typed, span, span.start, dollar="$"))


def _variables(view: View, typed: str, span: Span, at: int, dollar: str = "") -> Iterator[tuple[Completion, float]]:
    bindings = view.reading.once(bindings_of)
    seen = set[str]()
    for name, binding in bindings.visible(at).items():
        seen.add(name)
        nearness = 12.0 if binding.kind in ("item", "parameter") else 8.0
        words = variable_type(view, name, at).words
        yield _variable(name, "variable", span, dollar, words, f"variable:{name}"), nearness
    for name, schema in view.live.schemas.items():
        if name not in seen:
            seen.add(name)
            item = _variable(name, "integration", span, dollar, schema.summary, f"integration:{name}", again=".")
            yield item, 6.0
    for name in TOLD if view.trigger is not None else ():
        if name not in seen and name in ("trigger", "timestamp"):
            seen.add(name)
            again = "." if TOLD[name] == "record" else ""
            words = variable_type(view, name, at).summary
            yield _variable(name, "variable", span, dollar, words, f"variable:{name}", again), 9.0
    for sample in view.samples[:1]:
        for name in sample.variables:
            if name not in seen:
                seen.add(name)
                found = type_of_value(sample.variables[name])
                again = "." if found.fields else ""
                yield (
                    _variable(
                        name, "variable", span, dollar, _CUSTOMS.get(name, found.words), f"variable:{name}", again
                    ),
                    7.0,
                )
    for name in CUSTOMARY:
        if name not in seen and name in _CUSTOMS:
            seen.add(name)
            yield _variable(name, "variable", span, dollar, _CUSTOMS[name], f"variable:{name}", "."), 1.0
    for use in bindings.uses:
        # What others give this template is seen by its use only.
        if use.name not in seen and not use.write and not use.span.start <= at < use.span.end + 1:
            seen.add(use.name)
            yield _variable(use.name, "variable", span, dollar, "used in this template", f"variable:{use.name}"), 2.0
    if "smarty" not in seen:
        yield (
            _variable("smarty", "variable", span, dollar, "values of the language itself", "variable:smarty", "."),
            -8.0,
        )


def _variable(
    name: str, kind: CompletionKind, span: Span, dollar: str, words: str, key: str, again: str = ""
) -> Completion:
    return Completion(f"${name}", kind, span, f"{dollar}{name}{again}", words, again=bool(again), key=key)


# Segments ---------------------------------------------------------------------------------------------------


def segment_offers(view: View, path: Path) -> tuple[Sequence[Offer], bool]:
    """What may follow a separator; whether nothing else may."""
    below = path_type(view, path)
    schema = view.live.schemas.get(below.identifier)
    if below.form == "integration" and schema is not None:
        return _members(path, schema, below), True
    if below.form == "keyed" and schema is not None:
        return _records(view, path, below, schema)
    if below.form == "record" and (records := records_of(view, below.identifier)):
        return _fields(view, path, below, records.get(below.record)), True
    if below.form == "map":
        items = [(_named(path, name, each), 0.0) for name, each in below.fields.items()]
        return fitting(path.typed, items), True
    if below.form == "list" and below.item is not None and path.typed == "":
        example = Completion("0", "value", path.span, "0", "the first element", again=False)
        return [Offer(example, 40.0)], True
    known = value_at(view, below)
    if isinstance(known, Mapping):
        named = cast("Mapping[object, object]", known)
        return fitting(
            path.typed, [(_named(path, str(name), type_of_value(each)), 0.0) for name, each in named.items()]
        ), True
    return _seen_elsewhere(view, path), True


def _named(path: Path, name: str, found: Type) -> Completion:
    insert, span = written(path, name)
    return Completion(name, "field", span, insert, found.words)


def _members(path: Path, schema: Schema, below: Type) -> Sequence[Offer]:
    items = list[tuple[Completion, float]]()
    for name, member in schema.members.items():
        keyed = member.kind == "keyed"
        words = f"one by its {member.key or 'key'}" if keyed else "a list" if member.kind == "list" else "a value"
        record = schema.records.get(member.record)
        again = keyed or (member.kind == "value" and record is not None)
        item = Completion(
            name, "member", path.span, name + ("." if again else ""), member.summary, words, again=again,
            key=f"member:{below.identifier}:{name}",
        )  # fmt: skip
        items.append((item, {"keyed": 6.0, "value": 2.0, "list": 4.0}[member.kind]))
    return fitting(path.typed, items)


def written(path: Path, key: str) -> tuple[str, Span]:
    """A key as it is written behind this path, and what of the text it replaces."""
    if path.bracket in ('"', "'"):
        return key.replace(path.bracket, f"\\{path.bracket}"), path.span
    if path.bracket == "[":
        return (key if key.isdigit() and _PLAIN_KEY.fullmatch(key) else _quoted(key)), path.span
    if _PLAIN_KEY.fullmatch(key):
        return key, path.span
    # A key that is no word stands in brackets, in place of the dot.
    return f"[{_quoted(key)}]", Span(path.dot, path.span.end)


def _quoted(key: str) -> str:
    return (
        '"' + re.sub(r'([\\"$`{}])', r"\\\1", key) + '"'
        if not re.search(r"[$`{]", key)
        else "'" + re.sub(r"([\\'])", r"\\\1", key) + "'"
    )


def _records(view: View, path: Path, below: Type, schema: Schema) -> tuple[Sequence[Offer], bool]:
    """Records found by name, number or address: what people call them is shown, their key is written."""
    found = view.live.suggestions(below.identifier, (below.member,), path.typed, MOST)
    offers = list[Offer]()
    here = _used_here(view, path)
    for rank, item in enumerate(found.items):
        shown = [
            fit
            for fit in (quality(path.typed, each) for each in (item.label, item.insert, *item.detail.split()))
            if fit is not None
        ]
        insert, span = written(path, item.insert)
        offer = Completion(
            label=shortened(clean(item.label), 80) or item.insert,
            kind="record",
            span=span,
            insert=insert,
            detail=_key_words(item, insert),
            description=shortened(clean(item.detail), 80),
            matched=True,
            key=f"record:{below.identifier}:{below.member}:{item.insert}",
        )
        used = 15.0 if item.insert in here else 0.0
        offers.append(Offer(offer, min(max(shown, default=40.0), _BEGINS) + used - rank * 0.05))
    if found.failure:
        offers.append(Offer(_notice(view, path, found.failure, found.fetched_at), -100.0))
    return offers, found.complete


def _key_words(item: Suggestion, insert: str) -> str:
    return insert if insert != item.label else ""


def _used_here(view: View, path: Path) -> frozenset[str]:
    """The keys that this template has behind the same path already."""
    before = re.escape(f"${path.name}" + "".join(f".{segment.key}" for segment in path.segments))
    return frozenset(re.findall(before + r"\.(\w+)", view.reading.text))


def _notice(view: View, path: Path, failure: str, at: float) -> Completion:
    """That the shop cannot be asked, as an item: an empty list would say that it has nothing."""
    known = f"what is shown is {age(view.live.now - at)} old" if at else "nothing is known of it yet"
    return Completion(
        f"{path.name} cannot be asked now",
        "notice",
        path.span,
        path.typed,
        f"{shortened(clean(failure), 120)}; {known}",
        matched=True,
    )


def _fields(view: View, path: Path, below: Type, record: RecordType | None) -> Sequence[Offer]:
    known = value_at(view, below)
    fields: Mapping[str, object] = {}
    if isinstance(known, Record):
        fields = known.fields
    elif isinstance(known, Mapping):
        fields = cast("Mapping[str, object]", known)
    items = list[tuple[Completion, float]]()
    documented: Mapping[str, Field] = record.fields if record is not None else {}
    for name, each in documented.items():
        more = 10.0 - _WANTED_FIELDS.index(name) if name in _WANTED_FIELDS else 0.0
        item = _field(view, path, record, name, each, fields.get(name))
        items.append((_of_event(view, below, item) if below.events else item, more))
    for name, value in fields.items():
        # Fields that this shop has beyond the documented ones.
        if record is not None and name not in record.fields and record.open:
            insert, span = written(path, name)
            shown = shown_value(value, hidden=record.personal and view.preferences.masked)
            items.append((Completion(name, "field", span, insert, shown, "not documented"), -5.0))
    return fitting(path.typed, items)


def _field(view: View, path: Path, record: RecordType | None, name: str, found: Field, value: object) -> Completion:
    again = found.type == "record" and not found.many
    hidden = record is not None and record.personal and view.preferences.masked
    shown = shown_value(value, hidden=hidden)
    kind = f"list of {found.record}" if found.many else found.record or found.type
    key = f"field:{record.name if record is not None else ''}:{name}"
    return Completion(name, "field", path.span, name, shown or found.summary, kind, again=again, key=key)


def _of_event(view: View, below: Type, item: Completion) -> Completion:
    """A field of an event's data: those of the events are named that have it, where others don't."""
    only = view.trigger.only.get((below.record, item.label)) if view.trigger is not None else None
    words = f"only {', '.join(only)}: {item.detail}" if only else item.detail
    return replace(item, detail=words, key=f"told:{below.record}:{item.label}")


def _seen_elsewhere(view: View, path: Path) -> Sequence[Offer]:
    """Of a variable that nobody knows: the elements that this template reads of it elsewhere."""
    before = re.escape(f"${path.name}" + "".join(f".{segment.key}" for segment in path.segments))
    names = dict.fromkeys(re.findall(before + r"\.([A-Za-z_]\w*)", view.reading.text))
    names.pop(path.typed, None)
    return fitting(
        path.typed, [(Completion(name, "field", path.span, name, "used in this template"), 0.0) for name in names]
    )


# Values -----------------------------------------------------------------------------------------------------


def value_at(view: View, found: Type) -> object:
    """The value of a type that says where it is found, as far as it is known; None when it is not."""
    ask = found.ask
    if ask is None:
        return None
    answer = view.live.answer(ask)
    value: object = answer.value if isinstance(answer, Answer) and answer.found else None
    for each in found.steps:
        if isinstance(value, Ref):
            more = view.live.answer(Ask(ask.identifier, value.collection, value.key))
            value = more.value if isinstance(more, Answer) and more.found else None
        if isinstance(value, Record):
            value = value.fields.get(str(each))
        elif isinstance(value, Mapping):
            value = cast("Mapping[object, object]", value).get(each)
        elif isinstance(value, list) and isinstance(each, int):
            items = cast("list[object]", value)
            value = items[each] if 0 <= each < len(items) else None
        else:
            return None
    return value


def shown_value(value: object, *, hidden: bool) -> str:
    """A value in a few characters; '' for one that says nothing in a line."""
    if value is None or isinstance(value, Ref):
        return ""
    if hidden:
        return MASK
    if isinstance(value, Record):
        return shortened(clean(value.title), 60)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ""
    if isinstance(value, list):
        count = len(cast("list[object]", value))
        return f"{count} element{'s' * (count != 1)}"
    return shortened(clean(str(value)), 60)


def known_record(view: View, identifier: str, member: str, key: str) -> tuple[Record | None, Answer | None]:
    """A record that was chosen from a list, when it is known, with its answer."""
    schema = view.live.schemas.get(identifier)
    found = schema.members.get(member) if schema is not None else None
    collection = found.collection if found is not None else member
    number: int | str = int(key) if key.isascii() and key.isdigit() and not key.startswith("0") else key
    answer = view.live.answer(Ask(identifier, collection, number))
    if isinstance(answer, Answer) and isinstance(answer.value, Record):
        return answer.value, answer
    return None, None
