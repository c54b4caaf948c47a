"""What the records of a described collection look like: key, title, types of fields, relations to others. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast, get_args

from dovetail.engine.ports import Filter, Key, Query, Record, Ref
from dovetail.engine.schema import Field, FieldType, Member, RecordType
from dovetail.errors import did_you_mean
from dovetail.providers.described import pointer
from dovetail.providers.described.forms import Table, sentence

Raw = Mapping[str, object]
"""A record as the other side gives it: the members of a JSON object."""

TYPES: tuple[FieldType, ...] = tuple(each for each in get_args(FieldType) if each != "record")
_BY_NAME: Mapping[str, FieldType] = {each: each for each in TYPES}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_PLACE = re.compile(r"\{([^{}]*)\}")
_ID = re.compile(r"(?<=[A-Za-z0-9])(?:_id|_ids|Id|Ids)\Z")


@dataclass(frozen=True, slots=True)
class Relation:
    """A field that stands for records of another collection: the one whose key is in `field`, or all whose
    field `where` has this record's key.
    """

    name: str
    collection: str
    field: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A collection's records. `key` and `title` are names of fields, or JSON pointers; `title` may be a pattern such
    as `{firstname} {lastname}`. `plural` names the list in templates, '' for none.
    """

    name: str
    plural: str = ""
    summary: str = ""
    key: str = "id"
    title: str = ""
    personal: bool = False
    fields: Mapping[str, Field] = field(default_factory=dict[str, Field])
    relations: tuple[Relation, ...] = ()

    def key_of(self, raw: Raw) -> Key | None:
        """A record's key; None where it has none that can be one."""
        found = part(raw, self.key)
        if isinstance(found, float) and found.is_integer():
            return int(found)
        if isinstance(found, bool) or not isinstance(found, int | str) or found == "":
            return None
        return found

    def record(self, raw: Raw, key: Key) -> Record:
        """The record that templates see."""
        fields: dict[str, object] = dict(raw)
        for relation in self.relations:
            if relation.where:
                fields[relation.name] = Ref(relation.collection, Query((Filter(relation.where, "==", key),)))
            else:
                fields[relation.name] = _related(relation, part(raw, relation.field))
        return Record(self.name, key, self.title_of(raw) or str(key), fields)

    def title_of(self, raw: Raw) -> str:
        """What a record prints as; '' where it says nothing."""
        if "{" in self.title:
            return " ".join(_PLACE.sub(lambda match: _shown(part(raw, match[1])), self.title).split())
        return _shown(part(raw, self.title)) if self.title else ""

    def identifies(self, name: str) -> bool:
        """Whether a field says whose or which record it is: an empty value of it must never select anything."""
        owning = {relation.field for relation in self.relations if relation.field}
        return name == self.key or name in owning or (self.personal and _ID.search(name) is not None)

    def members(self, filters: Sequence[str] = ()) -> Mapping[str, Member]:
        """What stands below the identifier: the keyed collection, and its list where it has a name."""
        summary = self.summary or f"One {self.name} by its {self.key.lstrip('/')}"
        keyed = Member(kind="keyed", collection=self.name, record=self.name, key=self.key, summary=summary)
        if not self.plural:
            return {self.name: keyed}
        words = f"All {self.plural}; use |filter, |orderby, |limit"
        listed = Member(
            kind="list",
            collection=self.name,
            record=self.name,
            summary=words,
            filters=tuple(filters) or (*self.fields,),
        )
        return {self.name: keyed, self.plural: listed}

    def record_type(self, more: Mapping[str, Field] | None = None) -> RecordType:
        """The fields for editors; `more` are those that another document knows."""
        fields = {**(more or {}), **self.fields}
        for relation in self.relations:
            many = bool(relation.where)
            summary = f"its {relation.name}: asked when it is read"
            fields[relation.name] = Field(
                type="record", record=relation.collection, many=many, live=True, summary=summary
            )
        return RecordType(
            name=self.name, summary=self.summary or f"One {self.name}", fields=fields, personal=self.personal
        )


def part(raw: object, place: str) -> object:
    """A field of a record, by its name or by a JSON pointer; None where it is not there."""
    try:
        return pointer.find(raw, pointer.parse(place) if place.startswith("/") else (place,))
    except pointer.Missing:
        return None


def _related(relation: Relation, value: object) -> object:
    if isinstance(value, list):
        return [_related(relation, each) for each in cast("list[object]", value)]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        return None
    return Ref(relation.collection, value)


def _shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    return str(value).strip()


# --- from settings


def read_shape(name: str, table: Table, types: bool = True) -> Shape:
    """The part of a collection's table that says what its records look like. `types`: whether it lists them here."""
    if not _NAME.match(name):
        table.fault("", f"`{name}` is no name that a template can write", "Use letters, digits and _")
    usual = f"{name}s"
    plural = table.text("plural", usual)
    if plural and (not _NAME.match(plural) or plural == name):
        table.fault("plural", f"`plural` is another name than `{name}`, of letters, digits and _", f'Such as "{usual}"')
    shape = Shape(
        name=name,
        plural=plural,
        summary=table.text("summary"),
        key=_place(table, "key", "id"),
        title=table.text("title"),
        personal=table.flag("personal"),
        fields=read_types(table.table("types")) if types else {},
        relations=_relations(table),
    )
    for match in _PLACE.finditer(shape.title) if "{" in shape.title else ():
        if match[1].startswith("/"):
            check_pointer(table, "title", match[1])
    return shape


def read_types(table: Table | None) -> Mapping[str, Field]:
    """Declared types: `{ price = "money", created_at = "date" }`."""
    if table is None:
        return {}
    found: dict[str, Field] = {}
    for name in table.names():
        word = table.get(name)
        chosen = _BY_NAME.get(str(word))
        if chosen is not None:
            found[name] = Field(type=chosen, summary=name)
        else:
            near = did_you_mean(str(word), list(TYPES))
            table.fault(name, f"there is no type `{word}`", sentence(near) or f"Known are: {', '.join(TYPES)}")
    return found


def _place(table: Table, name: str, default: str) -> str:
    place = table.text(name, default)
    if place.startswith("/"):
        check_pointer(table, name, place)
    elif not place:
        table.fault(name, f"`{name}` is the name of a field", f'For example: {name} = "{default}"')
    return place


def check_pointer(table: Table, name: str, text: str) -> tuple[str, ...]:
    """The names of a JSON pointer in the settings; a fault where it is none."""
    try:
        return pointer.parse(text)
    except ValueError as error:
        table.fault(name, f"`{name}` is a JSON pointer, and {error}", f'For example: {name} = "/data"')
        return ()


def _relations(table: Table) -> tuple[Relation, ...]:
    """`{ customer_id = "customer" }`, or `{ orders = { collection = "order", where = "customer_id" } }`."""
    inside = table.table("relations")
    found: list[Relation] = []
    for name in inside.names() if inside else ():
        assert inside is not None
        given = inside.get(name)
        if isinstance(given, str):
            found.append(Relation(_ID.sub("", name), given, field=name))
            continue
        more = inside.table(name)
        if more is None:
            continue
        collection = more.text("collection", needed='"order"')
        field_, where = more.text("field"), more.text("where")
        more.finish()
        if bool(field_) == bool(where):
            example = f'For example: {name} = {{ collection = "order", where = "customer_id" }}'
            more.fault("", f"the relation `{name}` has either `field` or `where`", example)
        found.append(Relation(name, collection, field_, where))
    return tuple(found)


def check_relations(shapes: Mapping[str, Shape], report: Table) -> None:
    """Report relations to collections that are not there, and names that two collections claim."""
    taken: dict[str, str] = {}
    for name, shape in shapes.items():
        for relation in shape.relations:
            if relation.collection and relation.collection not in shapes:
                near = did_you_mean(relation.collection, list(shapes)) or f"there is: {', '.join(shapes)}"
                sub = Table({}, (*report.path, name, "relations"), report.report)
                sub.fault(
                    relation.field or relation.name, f"there is no collection `{relation.collection}`", sentence(near)
                )
        for word in (name, shape.plural):
            if word and word in taken:
                where = Table({}, (*report.path, name), report.report)
                where.fault("", f"`{word}` is already `{taken[word]}`'s", "Give one of them another `plural`")
            taken.setdefault(word, name)
