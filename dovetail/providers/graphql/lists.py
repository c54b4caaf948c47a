"""The list of a collection, and queries pushed into its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dovetail.engine.ports import Constant, Filter, Query, Record, Talk
from dovetail.providers.described.lists import Plan
from dovetail.providers.described.paging import Found
from dovetail.providers.described.queries import empty
from dovetail.providers.described.shapes import Raw, Shape
from dovetail.providers.graphql import pages, replies
from dovetail.providers.graphql.spec import Api, Collection, Listed, Names
from dovetail.providers.graphql.variables import Unfit, at, placed


@dataclass(frozen=True, slots=True)
class Listing:
    """A `Source`: the list of one collection."""

    api: Api
    collection: Collection
    listed: Listed

    @property
    def identifier(self) -> str:
        """The name under which templates know the API."""
        return self.api.identifier

    @property
    def shape(self) -> Shape:
        """What its records are."""
        return self.collection.shape

    def takes_several(self, field: str, value: Constant) -> bool:
        """Whether it has a variable for several values of a field."""
        return "in" in self.listed.filters.get(field, {})

    def plan(self, query: Query) -> Plan[Mapping[str, object]]:
        """What of a query it has variables for."""
        return make_plan(self.listed, query)

    def read(self, pushed: Mapping[str, object], wanted: int | None) -> Talk[Found]:
        """Its first `wanted` records; None: all."""
        return pages.read(self.api, self.collection, self.listed, pushed, wanted)

    def record(self, row: Raw) -> Record:
        """A row as a record."""
        return self.collection.shape.record(row, replies.key_of(self.api, self.collection, row))


def make_plan(listed: Listed, query: Query) -> Plan[Mapping[str, object]]:
    """Push what the description has variables for."""
    pairs: list[tuple[Names, object]] = []
    left: list[Filter] = []
    checks: list[Filter] = []
    for condition in query.filters:
        made = _with_value(listed, condition)
        # Two conditions for one variable: one of them is left.
        if made is None or placed([*pairs, made]) is None:
            left.append(condition)
            continue
        pairs.append(made)
        if condition.operator in ("==", "in"):
            checks.append(condition)
    ordered = _ordered(listed, query)
    if ordered is None or placed([*pairs, *ordered]) is None:
        ordered = None
    rest = Query(tuple(left), () if ordered is not None else query.order, query.limit)
    return Plan(
        pushed=placed([*pairs, *(ordered or [])]) or {},
        left=rest,
        checks=tuple(checks),
        wanted=query.limit if ordered is not None and not left else None,
    )


def _with_value(listed: Listed, condition: Filter) -> tuple[Names, object] | None:
    places = listed.filters.get(condition.field, {})
    place, value = places.get(condition.operator), condition.value
    if place is None and condition.operator == "==" and not isinstance(value, tuple) and not empty(value):
        # A list of one says the same.
        place, value = places.get("in"), (value,)
    if place is None:
        return None
    if condition.operator == "set":
        return place, True
    if condition.operator == "in":
        value = tuple(each for each in value if not empty(each)) if isinstance(value, tuple) else ()
    # "" and null mean something else to each API.
    elif value is None or value == "" or isinstance(condition.value, tuple):
        return None
    elif condition.operator == "like":
        value = str(value).strip("%")
    try:
        return at(listed.document, place, value)
    except Unfit:
        return None


def _ordered(listed: Listed, query: Query) -> list[tuple[Names, object]] | None:
    """The variables for an order; None where it is left to do here."""
    if not query.order:
        return []
    ordering = listed.order
    if ordering is None or len(query.order) != 1 or query.order[0].field not in ordering.fields:
        return None
    name = ordering.fields[query.order[0].field]
    pairs = ordering.descending if query.order[0].descending else ordering.ascending
    found: list[tuple[Names, object]] = [
        (tuple(part.replace("{field}", name) for part in place.strip("/").split("/")), text.replace("{field}", name))
        for place, text in pairs
    ]
    return found or None
