"""What variables an integration offers, as data: read by the engine, `check`, `explore`, the editor and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal[
    "text", "html", "url", "image", "money", "number", "integer", "boolean", "date", "record", "map", "any"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a record. `record` names the type of a nested or related record; `many`: a list of it.

    `live`: reading it costs a request of its own (batched over all records of a round).
    """

    type: FieldType
    summary: str
    record: str = ""
    many: bool = False
    live: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """A kind of record. `open`: the other system may have more fields than are listed here.

    `personal`: its records are about a person.
    """

    name: str
    summary: str
    fields: Mapping[str, Field]
    open: bool = True
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What stands right below an identifier: `product` is keyed, `products` is a list, `name` is a value.

    `collection` is what an Ask names; `record` the type of what comes back (a key of `Schema.records`).
    A `value` member is asked with the key "".
    """

    kind: Literal["keyed", "list", "value"]
    collection: str
    summary: str
    record: str = ""
    type: FieldType = "record"
    key: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Everything below one identifier."""

    kind: str
    summary: str
    members: Mapping[str, Member]
    records: Mapping[str, RecordType] = field(default_factory=dict[str, RecordType])
