"""What the settings say of a JSON API, as values: its collections, pages, and what it can search by. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dovetail.engine.ports import Operator
from dovetail.engine.schema import Field, Schema
from dovetail.providers.described.collections import ByName, schema_of
from dovetail.providers.described.shapes import Shape

PagingStyle = Literal["none", "page", "offset", "cursor", "link"]
Parameters = tuple[tuple[str, str], ...]
Names = tuple[str, ...]
"""The names of a JSON pointer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a list goes on. `size` names the parameter for records a page, `most` is its greatest value, and `exact`
    says that the API was told to be held to it: a page with fewer records is then the last.

    `page`: numbers, from `first`. `offset`: records passed over. `cursor`: `next` is where a reply has the cursor for
    `parameter`, or, without one, the address of the next page. `link`: the header Link (RFC 8288).
    """

    style: PagingStyle = "none"
    size: str = ""
    most: int = 100
    exact: bool = False
    page: str = "page"
    first: int = 1
    offset: str = "offset"
    next: Names = ()
    parameter: str = ""
    total: Names | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Many entities in one request: `parameter` with keys behind commas, or once for each key."""

    path: str
    parameter: str
    style: Literal["comma", "repeat"] = "comma"
    most: int = 50
    items: Names = ()


@dataclass(frozen=True, slots=True)
class Template:
    """Parameters with a place for a value: `price[lte]={value}`."""

    pairs: Parameters

    @property
    def names(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(name for name, _ in self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """How a list is put in order by one of `fields`: `sort={field}`, `sort=-{field}`."""

    ascending: Template | None
    descending: Template | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection: where it is, and what of a query it can answer itself. Paths are below the API's address."""

    shape: Shape
    one: str = ""
    list: str = ""
    entity: Names = ()
    items: Names = ()
    parameters: Parameters = ()
    paging: Paging = Paging()
    batch: Batch | None = None
    filters: Mapping[str, Mapping[Operator, Template]] = field(default_factory=dict[str, "Mapping[Operator, Template]"])
    order: Ordering | None = None
    search: Template | None = None
    sample: str = ""
    verify_key: bool = True
    described_as: str = ""


class Collections(ByName[Collection]):
    """All collections of an API, by name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Api:
    """Where an API is (`url` without a slash at its end), and what goes with every request."""

    identifier: str
    url: str
    collections: Mapping[str, Collection]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: Parameters = ()

    def schema(self, known: Mapping[str, Mapping[str, Field]]) -> Schema:
        """What templates see; `known` are the fields of collections that an OpenAPI document tells of."""
        each = ((item.shape, tuple(item.filters) if item.list else None) for item in self.collections.values())
        return schema_of("rest", f"JSON API {self.url}", each, known)
