"""Whether a value is what a schema says: types of fields, records in records, references. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from dovetail.engine.ports import Record, Ref
from dovetail.engine.schema import Field, Member, Schema

_DEEPEST = 12


def of_member(where: str, value: object, member: Member, schema: Schema) -> Iterator[str]:
    """Complaints about what a member was answered with."""
    if member.kind == "list":
        if not isinstance(value, list):
            yield f"{where} is a {type(value).__name__}: a list has to come"
            return
        for number, item in enumerate(cast("list[object]", value)):
            yield from _of_entity(f"{where}[{number}]", item, member, schema)
    else:
        yield from _of_entity(where, value, member, schema)


def _of_entity(where: str, value: object, member: Member, schema: Schema) -> Iterator[str]:
    if not member.record:
        yield from _plain(where, value, member.type)
    elif not isinstance(value, Record):
        yield f"{where} is a {type(value).__name__}: a Record has to come"
    else:
        yield from of_record(where, value, member.record, schema)
        if value.collection != member.collection:
            yield f"{where} says that it is of the collection `{value.collection}`, not `{member.collection}`"


def of_record(where: str, value: Record, name: str, schema: Schema, depth: int = 0) -> Iterator[str]:
    """Complaints about a record that should be of the type `name`."""
    if not isinstance(cast("object", value.title), str) or not value.title:
        yield f"{where} has no title: that is what the record prints as"
    if isinstance(value.key, bool) or not isinstance(cast("object", value.key), int | str) or value.key == "":
        yield f"{where} has no key: an int or a text"
    yield from _fields(where, value.fields, name, schema, depth)


def _fields(where: str, fields: Mapping[str, object], name: str, schema: Schema, depth: int) -> Iterator[str]:
    declared = schema.records[name]
    for key, item in fields.items():
        field = declared.fields.get(key)
        if field is None:
            if not declared.open:
                yield f"{where}.{key} is not a field of `{name}` in the schema"
            yield from _plain(f"{where}.{key}", item, "any")
        elif depth < _DEEPEST:
            yield from of_field(f"{where}.{key}", item, field, schema, depth + 1)


def of_field(where: str, value: object, field: Field, schema: Schema, depth: int = 0) -> Iterator[str]:
    """Complaints about a field's value. Null is always allowed."""
    if value is None:
        return
    if isinstance(value, Ref):
        if not field.live:
            yield f"{where} is a Ref, and its field is not `live` in the schema"
        return
    if field.many:
        if not isinstance(value, list):
            yield f"{where} is a {type(value).__name__}: a list has to come"
            return
        for number, item in enumerate(cast("list[object]", value)):
            yield from of_field(f"{where}[{number}]", item, _single(field), schema, depth)
    elif field.type == "record" and isinstance(value, Record):
        yield from of_record(where, value, field.record, schema, depth)
    elif field.type == "record" and isinstance(value, Mapping):
        yield from _fields(where, cast("Mapping[str, object]", value), field.record, schema, depth)
    else:
        yield from _plain(where, value, field.type)


def _single(field: Field) -> Field:
    return Field(type=field.type, summary=field.summary, record=field.record, live=field.live)


def _plain(where: str, value: object, kind: str) -> Iterator[str]:
    if value is None or _fits(value, kind):
        return
    shown = "" if isinstance(value, str) else f" ({type(value).__name__})"
    yield f"{where} is not of the type `{kind}` that the schema promises{shown or ': another text'}"


def _fits(value: object, kind: str) -> bool:
    if kind in {"text", "html"}:
        return isinstance(value, str)
    if kind in {"url", "image"}:
        return isinstance(value, str) and (value == "" or value.startswith(("https://", "http://")))
    if kind in {"money", "number"}:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "date":
        return isinstance(value, str) and _is_date(value)
    if kind == "map":
        return isinstance(value, Mapping)
    return kind != "record"


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def references(value: object, schema: Schema, name: str, depth: int = 0) -> Iterator[tuple[Ref, Field]]:
    """The Refs in a value that consists of records `name`, with the field of each."""
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from references(item, schema, name, depth)
        return
    fields = value.fields if isinstance(value, Record) else value
    declared = schema.records.get(name)
    if not isinstance(fields, Mapping) or declared is None or depth > _DEEPEST:
        return
    for key, item in cast("Mapping[str, object]", fields).items():
        field = declared.fields.get(key)
        if field is None:
            continue
        if isinstance(item, Ref):
            yield item, field
        else:
            yield from references(item, schema, field.record, depth + 1)
