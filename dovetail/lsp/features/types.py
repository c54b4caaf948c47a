"""What kind of value stands where: from the schemas of integrations, the sample recipients, and the template itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from dovetail.engine.compiler.special import KNOWN
from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.ports import Ask, Record
from dovetail.engine.schema import Field, FieldType, Member, RecordType, Schema
from dovetail.grammar import nodes
from dovetail.grammar.documentation import ValueType
from dovetail.lsp.features.bindings import Binding, bindings_of
from dovetail.lsp.features.heads import all_tags, heads_of, included
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.view import View

Form = Literal[
    "any", "text", "html", "url", "image", "money", "number", "flag", "date", "list", "map", "record", "keyed",
    "integration",
]  # fmt: skip

WORDS: Mapping[Form, str] = {
    "any": "a value",
    "text": "text",
    "html": "HTML",
    "url": "an address",
    "image": "a picture's address",
    "money": "an amount of money",
    "number": "a number",
    "flag": "true or false",
    "date": "a date",
    "list": "a list",
    "map": "named values",
    "record": "a record",
    "keyed": "records by key",
    "integration": "an integration",
}

_FIELDS: Mapping[FieldType, Form] = {
    "text": "text",
    "html": "html",
    "url": "url",
    "image": "image",
    "money": "money",
    "number": "number",
    "integer": "number",
    "boolean": "flag",
    "date": "date",
    "record": "record",
    "map": "map",
    "any": "any",
}
_RESULTS: Mapping[ValueType, Form] = {
    "text": "text",
    "number": "number",
    "flag": "flag",
    "list": "list",
    "date": "date",
}
_DEEPEST = 24
"""Variables that are set from variables, at most: `{$a = $a}` never ends."""
_SEARCHED = 300
"""Templates that are looked at for who includes this one."""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of value.

    `identifier` and `record` name a record type of an integration, `member` what stands below the identifier. `ask`
    and `steps` say where the value itself is found: in the answer to `ask`, behind those keys. `fields` are known
    keys of named values. `summary` is what the schema says of it, `personal` that it is about somebody. `events`: what
    it is a part of the data of, by which events.
    """

    form: Form = "any"
    identifier: str = ""
    record: str = ""
    member: str = ""
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict[str, "Type"])
    ask: Ask | None = None
    steps: tuple[int | str, ...] = ()
    summary: str = ""
    example: str = ""
    personal: bool = False
    events: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For people: `a list of order_item`."""
        if self.form == "list" and self.item is not None and self.item.form != "any":
            return f"a list of {self.item.record or self.item.words}"
        if self.form == "record" and self.record:
            return self.record
        if self.form == "keyed":
            return f"{self.record or self.member} by key"
        return WORDS[self.form]


ANY = Type()
TEXT = Type("text")
HTML = Type("html")
NUMBER = Type("number")
FLAG = Type("flag")


def type_of(view: View, expression: nodes.Expression, inside: int, *, depth: int = 0) -> Type:
    """The type of an expression; its spans count from `inside`."""
    if depth > _DEEPEST:
        return ANY
    deeper = depth + 1
    match expression:
        case nodes.Constant(value=value):
            return _of_constant(value)
        case nodes.Word() | nodes.Interpolated():
            return TEXT
        case nodes.Variable(name=name, span=span):
            return variable_type(view, name, inside + span.start, depth=deeper)
        case nodes.Index(base=base, key=key):
            below = type_of(view, base, inside, depth=deeper)
            return step(view, below, key.value if isinstance(key, nodes.Constant) else None)
        case nodes.Modified(base=base, uses=uses):
            result = type_of(view, base, inside, depth=deeper)
            for use in uses:
                result = modified(result, use.name)
            return result
        case nodes.Group(inner=inner):
            return type_of(view, inner, inside, depth=deeper)
        case nodes.Ternary(then=then, otherwise=otherwise, condition=condition):
            one = type_of(view, then if then is not None else condition, inside, depth=deeper)
            return one if one.form != "any" else type_of(view, otherwise, inside, depth=deeper)
        case nodes.Binary(operator=operator, left=left, right=right):
            if operator in ("+", "-", "*", "/", "%", "**"):
                return NUMBER
            if operator == "??":
                one = type_of(view, left, inside, depth=deeper)
                return one if one.form != "any" else type_of(view, right, inside, depth=deeper)
            return FLAG
        case nodes.Test():
            return FLAG
        case nodes.Unary(operator=operator):
            return FLAG if operator == "!" else NUMBER
        case nodes.Step() | nodes.SectionIndex():
            return NUMBER
        case nodes.LoopProperty(property=name):
            return FLAG if name in ("first", "last", "show") else ANY if name == "key" else NUMBER
        case nodes.ArrayLiteral(items=items):
            return _of_array(view, items, inside, deeper)
        case nodes.Call(name=name):
            found = MODIFIERS.get(name)
            return Type(_RESULTS.get(found.result, "any")) if found is not None else ANY
        case nodes.ConfigVariable():
            return TEXT
        case nodes.TagValue():
            return HTML
        case _:
            return ANY


def _of_constant(value: object) -> Type:
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, int | float):
        return NUMBER
    return TEXT if isinstance(value, str) else ANY


def _of_array(view: View, items: Sequence[nodes.ArrayItem], inside: int, depth: int) -> Type:
    named = {
        str(item.key.value): type_of(view, item.value, inside, depth=depth)
        for item in items
        if isinstance(item.key, nodes.Constant)
    }
    if named:
        return Type("map", fields=named)
    return Type("list", item=type_of(view, items[0].value, inside, depth=depth) if items else None)


# Variables --------------------------------------------------------------------------------------------------


def variable_type(view: View, name: str, offset: int, *, depth: int = 0) -> Type:
    """The type of a variable at a place."""
    if depth > _DEEPEST:
        return ANY
    binding = view.reading.once(bindings_of).nearest(name, offset)
    if binding is not None:
        return binding_type(view, binding, depth=depth)
    schema = view.live.schemas.get(name)
    if schema is not None:
        return Type("integration", name, summary=schema.summary)
    if name == "smarty":
        return Type("map", fields=dict.fromkeys(KNOWN, ANY), summary="values of the language itself")
    told = _told(view, name)
    if told is not None and name != "profile":
        return told
    for sample in view.samples[:1]:
        if name in sample.variables:
            return replace(type_of_value(sample.variables[name]), personal=name in ("profile", "subprofile"))
    return told or _from_includers(view, name, depth)


EVENT = "$trigger"
"""In place of an integration's identifier, for records of an event's data: no integration is called so."""
TOLD: Mapping[str, Form] = {"trigger": "record", "event": "record", "profile": "record", "timestamp": "number"}
"""What templates know that a follow-up sends; `$event` is `$trigger` once more."""


def _told(view: View, name: str) -> Type | None:
    if view.trigger is None or name not in TOLD:
        return None
    record = "event" if name == "trigger" else name if TOLD[name] == "record" else ""
    found = view.trigger.records.get(record)
    summary = found.summary if found is not None else "when the event happened, Unix seconds"
    return Type(
        TOLD[name], EVENT if record else "", record, summary=summary, personal=bool(record), events=view.trigger.events
    )


def records_of(view: View, identifier: str) -> Mapping[str, RecordType]:
    """The record types of an integration, or of the event."""
    if identifier == EVENT:
        return view.trigger.records if view.trigger is not None else {}
    schema = view.live.schemas.get(identifier)
    return schema.records if schema is not None else {}


def binding_type(view: View, binding: Binding, *, depth: int = 0) -> Type:
    """The type that a binding gives its variable."""
    match binding.kind:
        case "item" | "key" | "section":
            if binding.value is None or binding.kind == "section":
                return NUMBER if binding.kind == "section" else ANY
            whole = type_of(view, binding.value, binding.inside, depth=depth + 1)
            return element(view, whole) if binding.kind == "item" else ANY
        case "counter":
            return NUMBER
        case "capture" | "output":
            return HTML
        case "append":
            return Type("list")
        case _:
            return type_of(view, binding.value, binding.inside, depth=depth + 1) if binding.value is not None else ANY


def _from_includers(view: View, name: str, depth: int) -> Type:
    """What those that include this template give it under a name."""
    for other in list(view.folder.names())[:_SEARCHED]:
        reading = view.folder.reading(other)
        if reading is None or other == view.reading.name:
            continue
        for target, given in reading.once(given_to_includes):
            value = given.get(name)
            if target == view.reading.name and value is not None:
                found = type_of(replace(view, reading=reading), value[0], value[1], depth=depth + 4)
                if found.form != "any":
                    return found
    return ANY


def given_to_includes(reading: Reading) -> Sequence[tuple[str, Mapping[str, tuple[nodes.Expression, int]]]]:
    """The templates that one includes by name, each with the values given to it and where their spans count from."""
    found = list[tuple[str, Mapping[str, tuple[nodes.Expression, int]]]]()
    for tag, base in all_tags(reading.tree.nodes):
        target = included(tag)
        if target is None:
            continue
        for head, inside in heads_of(tag):
            if isinstance(head, nodes.Head):
                given = {each.name: (each.value, base + inside) for each in head.attributes if each.name}
                found.append((target[0], given))
    return found


# Steps ------------------------------------------------------------------------------------------------------


def step(view: View, below: Type, key: object) -> Type:
    """The type of an element of a value; `key` None is one that is calculated."""
    schema = view.live.schemas.get(below.identifier)
    if below.form == "integration" and schema is not None:
        member = schema.members.get(str(key))
        return ANY if member is None else member_type(schema, below.identifier, str(key), member)
    if below.form == "keyed":
        ask = Ask(below.identifier, _collection(schema, below.member), key) if isinstance(key, int | str) else None
        return replace(below, form="record", ask=ask, steps=())
    if below.form == "record":
        record = records_of(view, below.identifier).get(below.record)
        found = record.fields.get(str(key)) if record is not None else None
        if found is None or record is None:
            return ANY
        only = view.trigger.only.get((below.record, str(key))) if view.trigger is not None and below.events else None
        return field_type(replace(below, events=only or below.events), found, str(key), record.personal)
    if below.form == "list":
        return element(view, below, key)
    if below.form == "map":
        return below.fields.get(str(key), ANY)
    return ANY


def element(view: View, whole: Type, key: object = None) -> Type:
    """The type of what a loop over a value gives."""
    if whole.form == "list" and whole.item is not None:
        at = key if isinstance(key, int) else 0
        return replace(whole.item, ask=whole.ask, steps=(*whole.steps, at)) if whole.ask is not None else whole.item
    if whole.form == "map" and whole.fields:
        return next(iter(whole.fields.values()))
    return ANY


def member_type(schema: Schema, identifier: str, name: str, member: Member) -> Type:
    """The type of what stands right below an identifier."""
    record = schema.records.get(member.record)
    personal = record is not None and record.personal
    made = Type("record", identifier, member.record, name, summary=member.summary, personal=personal)
    if member.kind == "keyed":
        return replace(made, form="keyed")
    if member.kind == "list":
        return replace(made, form="list", item=replace(made, summary=record.summary if record else ""))
    ask = Ask(identifier, member.collection, "")
    return replace(made, form="record" if member.record else _FIELDS[member.type], ask=ask)


def field_type(below: Type, found: Field, name: str, personal: bool) -> Type:
    """The type of a field of a record."""
    form = _FIELDS[found.type]
    made = Type(
        form,
        below.identifier if found.record else "",
        found.record,
        ask=below.ask,
        steps=(*below.steps, name),
        summary=found.summary,
        example=found.example,
        personal=personal,
        events=below.events,
    )
    if not found.many:
        return made
    return replace(made, form="list", item=replace(made, ask=None, steps=()))


def _collection(schema: Schema | None, member: str) -> str:
    found = schema.members.get(member) if schema is not None else None
    return found.collection if found is not None else member


def modified(value: Type, name: str) -> Type:
    """The type of a value behind a modifier."""
    if name in ("filter", "orderby", "limit", "reverse", "default", "raw", "unique"):
        return replace(value, ask=None) if name in ("filter", "orderby", "limit") else value
    if name in ("first", "last"):
        return replace(value.item, ask=None) if value.item is not None else ANY
    found = MODIFIERS.get(name)
    return Type(_RESULTS.get(found.result, "any"), personal=value.personal) if found is not None else ANY


def type_of_value(value: object) -> Type:
    """The type of a value of a sample recipient, or of an answer."""
    match value:
        case bool():
            return FLAG
        case int() | float():
            return NUMBER
        case str():
            return TEXT
        case Record(fields=fields):
            return Type("map", fields={name: type_of_value(each) for name, each in fields.items()})
        case Mapping():
            named = cast("Mapping[object, object]", value)
            return Type("map", fields={str(name): type_of_value(each) for name, each in named.items()})
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return Type("list", item=type_of_value(items[0]) if items else None)
        case _:
            return ANY
