"""What is wrong with a schema that a provider gives: the rules that the engine and the editor rely on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast, get_args

from dovetail.engine.schema import Field, FieldType, Member, RecordType, Schema

_TYPES = frozenset(get_args(FieldType))
_KINDS = frozenset({"keyed", "list", "value"})


def schema_faults(schema: object) -> list[str]:
    """Sentences, one for each fault; none for a schema that can be used."""
    if not isinstance(schema, Schema):
        return [f"schema() gives a {type(schema).__name__}, not a dovetail.engine.schema.Schema"]
    members, records = cast("object", schema.members), cast("object", schema.records)
    if not isinstance(members, Mapping) or not isinstance(records, Mapping):
        return ["`members` and `records` of a schema are mappings by name"]
    faults: list[str] = []
    for name, member in cast("Mapping[object, object]", members).items():
        faults += _of_member(name, member, schema)
    for name, record in cast("Mapping[object, object]", records).items():
        faults += _of_record(name, record, schema)
    return faults


def _of_member(name: object, member: object, schema: Schema) -> Iterator[str]:
    if not isinstance(name, str) or not name.isidentifier():
        # A template says it behind a dot.
        yield f"the member `{name}` has a name that no template can write: use letters, digits and _"
    if not isinstance(member, Member):
        yield f"the member `{name}` is a {type(member).__name__}, not a Member"
        return
    if member.kind not in _KINDS:
        yield f"the member `{name}` is of the kind `{member.kind}`; there is: keyed, list, value"
    if not member.collection:
        yield f"the member `{name}` names no collection, so that nobody can ask for it"
    if member.record and member.record not in schema.records:
        yield f"the member `{name}` consists of records `{member.record}`, which the schema does not describe"
    if member.kind != "value" and not member.record and member.type == "record":
        yield f"the member `{name}` does not say what comes back: give it `record`, or another `type`"
    if member.type not in _TYPES:
        yield f"the member `{name}` has the type `{member.type}`; there is: {', '.join(sorted(_TYPES))}"


def _of_record(name: object, record: object, schema: Schema) -> Iterator[str]:
    if not isinstance(record, RecordType):
        yield f"the record `{name}` is a {type(record).__name__}, not a RecordType"
        return
    if record.name != name:
        yield f"the record `{name}` calls itself `{record.name}`"
    for field_name, field in cast("Mapping[object, object]", record.fields).items():
        where = f"{name}.{field_name}"
        if not isinstance(field_name, str) or not isinstance(field, Field):
            yield f"the field `{where}` is a {type(field).__name__}, not a Field"
        elif field.type not in _TYPES:
            yield f"the field `{where}` has the type `{field.type}`; there is: {', '.join(sorted(_TYPES))}"
        elif field.type == "record" and field.record not in schema.records:
            yield f"the field `{where}` is a record `{field.record}`, which the schema does not describe"
