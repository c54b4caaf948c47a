"""What the settings say of files, and the questions about them, as values. Pure.

A question is a `Request` to `file:COLLECTION` with a `Wish` as its body. It names no path: which files there are,
the reader knows from the same settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from dovetail.engine.ports import Constant, Filter, Operator, Order, Query, Request
from dovetail.providers.described.collections import ByName
from dovetail.providers.described.shapes import Shape

Format = Literal["json", "jsonl", "csv", "parquet", "sqlite"]
FORMATS: Mapping[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}
"""Formats by the end of a file's name."""

Row = dict[str, object]
"""One record of a file: values are JSON's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file is. Unless `outside` is allowed, it lies below `folder` even when links are followed."""

    path: Path
    folder: Path
    outside: bool = False

    @property
    def shown(self) -> str:
        """The path for messages: relative to the settings file where it can be."""
        try:
            return self.path.relative_to(self.folder).as_posix()
        except ValueError:
            return str(self.path)

    def is_allowed(self) -> bool:
        """Whether the file may be read, as its links stand now."""
        return self.outside or self.path.resolve().is_relative_to(self.folder.resolve())


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection: a file, or a table of an SQLite database. `items` is a JSON pointer to the array.

    `guess`: columns of a CSV file whose values are all numbers, or all true and false, become those.
    """

    shape: Shape
    place: Place
    format: Format
    table: str = ""
    items: tuple[str, ...] = ()
    delimiter: str = ""
    encoding: str = "utf-8-sig"
    guess: bool = False


class Collections(ByName[Collection]):
    """All collections, by name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a collection: the rows with these keys, or, without keys, those of a query."""

    keys: tuple[str, ...] | None = None
    query: Query = Query()

    def request(self, collection: str) -> Request:
        """The question as a request."""
        given = {
            "keys": self.keys,
            "filters": [[each.field, each.operator, each.value] for each in self.query.filters],
            "order": [[each.field, each.descending] for each in self.query.order],
            "limit": self.query.limit,
        }
        return Request("GET", f"file:{collection}", body=json.dumps(given).encode())


def read_wish(request: Request) -> tuple[str, Wish]:
    """The collection and the wish of a request that `Wish.request` made."""
    given = json.loads(request.body)
    filters = tuple(
        Filter(name, cast("Operator", operator), _constant(value)) for name, operator, value in given["filters"]
    )
    order = tuple(Order(name, descending) for name, descending in given["order"])
    keys = None if given["keys"] is None else tuple(given["keys"])
    return request.url.removeprefix("file:"), Wish(keys, Query(filters, order, given["limit"]))


def _constant(value: object) -> Constant:
    return cast("Constant", tuple(cast("list[object]", value)) if isinstance(value, list) else value)
