"""How the data of events are declared: in the words in which integrations declare theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dovetail.engine.schema import Field, FieldType


def plain(type: FieldType, summary: str, example: str = "") -> Field:  # noqa: A002
    """A field that has no others below it that anybody knows."""
    return Field(type=type, summary=summary, example=example)


def nested(record: str, summary: str, *, many: bool = False) -> Field:
    """A field with fields of its own: those of a record; `many`: a list of it."""
    return Field(type="record", summary=summary, record=record, many=many)


def in_base(fields: Mapping[str, Field]) -> Mapping[str, Field]:
    """The twins of amounts in the currency that the shop's books are in: `base_subtotal` of `subtotal`."""
    words = "in the currency of the shop's books"
    return {f"base_{name}": replace(each, summary=f"`{name}` {words}", example="") for name, each in fields.items()}
