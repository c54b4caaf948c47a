"""What goes in and out for programs that render elsewhere (`dovetail.connect`), as types."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from dovetail.providers.remote import FaultKind
from dovetail.service.shapes import Given, Identifier, Page


class LifetimeShape(Struct):
    """How long an answer may be kept, and whether it is about a person."""

    seconds: float
    personal: bool


class SchemaShape(Struct):
    """What stands under an identifier. `fingerprint` changes with its settings; `lifetimes` by collection."""

    identifier: str
    fingerprint: str
    schema: dict[str, Any]
    lifetimes: dict[str, LifetimeShape]


class SchemaPage(Page):
    """Integrations that are switched on, by identifier."""

    items: list[SchemaShape]


class Asked(Given):
    """One question to an integration. `key`: a number, a text, or a query as `{"$query": [filters, order, limit]}`."""

    identifier: Identifier
    collection: Annotated[str, Meta(min_length=1, max_length=100)]
    key: int | Annotated[str, Meta(max_length=1_000)] | dict[str, Any]


class AsksRequest(Given):
    """Questions to integrations, such as a render has."""

    asks: Annotated[list[Asked], Meta(max_length=1_000)]


class FaultShape(Struct):
    """Why there is no answer."""

    kind: FaultKind
    message: str
    help: str
    retryable: bool


class AnswerShape(Struct):
    """An answer: a value in plain JSON, in which `$record` and `$ref` tag records and references; or an error."""

    value: Any = None
    found: bool = True
    fetched_at: float = 0.0
    stale: bool = False
    notes: list[str] = []
    error: FaultShape | None = None


class AnswerPage(Struct):
    """Answers in the order of the asks, and what they cost: requests to shops, answers from the cache."""

    items: list[AnswerShape]
    requests: int = 0
    hits: int = 0
