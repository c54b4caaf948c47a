"""The list of a collection, for queries to be pushed into its parameters."""

from __future__ import annotations

from dataclasses import dataclass

from dovetail.engine.ports import Constant, Query, Record, Talk
from dovetail.providers.described.lists import Plan
from dovetail.providers.described.paging import Found
from dovetail.providers.described.shapes import Raw, Shape
from dovetail.providers.rest import pages, replies
from dovetail.providers.rest.plan import joined, make_plan, values_template
from dovetail.providers.rest.spec import Api, Collection, Parameters


@dataclass(frozen=True, slots=True)
class Listing:
    """A `Source`: the list of one collection."""

    api: Api
    collection: Collection

    @property
    def identifier(self) -> str:
        """The name under which templates know the API."""
        return self.api.identifier

    @property
    def shape(self) -> Shape:
        """What its records are."""
        return self.collection.shape

    def takes_several(self, field: str, value: Constant) -> bool:
        """Whether it has parameters for several values of a field, and they can hold this one."""
        template = values_template(self.collection, field)
        return template is not None and joined(template, (value,)) is not None

    def plan(self, query: Query) -> Plan[Parameters]:
        """What of a query it has parameters for."""
        return make_plan(self.collection, query)

    def read(self, pushed: Parameters, wanted: int | None) -> Talk[Found]:
        """Its first `wanted` records; None: all."""
        return pages.read(self.api, self.collection, pushed, wanted)

    def record(self, row: Raw) -> Record:
        """A row as a record."""
        return self.collection.shape.record(row, replies.key_of(self.api, self.collection, row))
