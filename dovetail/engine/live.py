"""Values that stand for integration data inside a render: a root, a keyed collection, a list not yet asked.

They hold no data. Reading one makes an `Ask`, which the runtime looks up among the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dovetail.engine.ports import Ask, Filter, Key, Order, Query
from dovetail.engine.schema import Member, Schema


@dataclass(frozen=True, slots=True)
class Root:
    """`{$mywebshop}`: what stands below is named by the provider's schema. Prints nothing."""

    identifier: str
    schema: Schema
    _members: dict[str, Keyed | Listing | Ask] = field(
        default_factory=dict[str, "Keyed | Listing | Ask"], init=False, repr=False, compare=False
    )

    def member(self, name: str) -> Keyed | Listing | Ask | None:
        """What `.name` is, or None when the schema has no such member."""
        known = self._members.get(name)
        if known is not None:
            return known
        found: Member | None = self.schema.members.get(name)
        if found is None:
            return None
        made: Keyed | Listing | Ask
        if found.kind == "keyed":
            made = Keyed(self.identifier, found.collection)
        elif found.kind == "list":
            made = Listing(self.identifier, found.collection)
        else:
            made = Ask(self.identifier, found.collection, "")
        self._members[name] = made
        return made


@dataclass(frozen=True, slots=True)
class Keyed:
    """`{$mywebshop.product}`: a collection whose entities are read by key."""

    identifier: str
    collection: str

    def ask(self, key: Key) -> Ask:
        """The question for one entity."""
        return Ask(self.identifier, self.collection, key)


@dataclass(frozen=True, slots=True)
class Listing:
    """`{$mywebshop.products}`: a list that is a query until somebody looks inside.

    The list modifiers refine the query; the provider gets it whole, so that no catalogue is ever
    downloaded to show five products.
    """

    identifier: str
    collection: str
    query: Query = Query()

    def filter(self, condition: Filter) -> Listing | None:
        """With one more condition; None when a limit was set before, since the order of the two matters."""
        if self.query.limit is not None:
            return None
        return replace(self, query=replace(self.query, filters=(*self.query.filters, condition)))

    def orderby(self, order: Order) -> Listing | None:
        """With one more sort order, less important than those before; None after a limit."""
        if self.query.limit is not None:
            return None
        return replace(self, query=replace(self.query, order=(*self.query.order, order)))

    def limit(self, count: int) -> Listing:
        """At most `count` records."""
        most = count if self.query.limit is None else min(count, self.query.limit)
        return replace(self, query=replace(self.query, limit=max(0, most)))

    def ask(self) -> Ask:
        """The question for the records."""
        return Ask(self.identifier, self.collection, self.query)
