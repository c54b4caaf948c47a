"""What the settings say of a GraphQL API, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dovetail.engine.ports import Operator
from dovetail.engine.schema import Field, Schema
from dovetail.providers.described.collections import ByName, schema_of
from dovetail.providers.described.shapes import Shape
from dovetail.providers.graphql.documents import Document

PagingStyle = Literal["none", "cursor", "offset", "page"]

Names = tuple[str, ...]
"""The names of a JSON pointer. In variables: where a value goes; `filter`, `price`, `from` makes objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """The query for one entity: `variable` gets its key; the entity stands at `at` below `data`.

    `most`: so many are asked for in one request, under aliases; 1 where the document cannot be repeated.
    """

    document: Document
    variable: str
    at: Names
    most: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """The query for several entities: `variable` gets a list of keys; a list of entities stands at `at`."""

    document: Document
    variable: str
    at: Names
    node: Names = ()
    most: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a list goes on. `size` is the variable for records a page, of which the API gives `most` at most.

    `cursor`: `variable` gets `endCursor` of the object at `info` as long as that says `hasNextPage` (Relay's
    connections). `offset`: `variable` gets the number of records passed over. `page`: the number of the page, from 1.
    """

    style: PagingStyle = "none"
    size: Names = ()
    most: int = 100
    exact: bool = False
    variable: Names = ()
    info: Names = ()
    total: Names | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Values of variables for an order: in places and texts, `{field}` stands for the API's name of the field."""

    ascending: tuple[tuple[str, str], ...] = ()
    descending: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The query for lists: elements stand at `at`, the record of an element at `node` in it (`edges`, `node`)."""

    document: Document
    at: Names
    node: Names = ()
    paging: Paging = Paging()
    filters: Mapping[str, Mapping[Operator, Names]] = field(default_factory=dict[str, "Mapping[Operator, Names]"])
    order: Ordering | None = None
    search: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection. `variables` go with each of its queries that declares them."""

    shape: Shape
    one: One | None = None
    many: Many | None = None
    list: Listed | None = None
    variables: Mapping[str, object] = field(default_factory=dict[str, object])
    sample: str = ""
    verify_key: bool = True


class Collections(ByName[Collection]):
    """All collections of an API, by name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Api:
    """Where an API is, and what goes with every request. `get`: queries go in the address (GET) instead of a body."""

    identifier: str
    url: str
    collections: Mapping[str, Collection]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    get: bool = False

    def schema(self, known: Mapping[str, Mapping[str, Field]]) -> Schema:
        """What templates see; `known` are the fields of collections that the API's own types tell of."""
        each = ((item.shape, tuple(item.list.filters) if item.list else None) for item in self.collections.values())
        return schema_of("graphql", f"GraphQL API {self.url}", each, known)
