"""The records of a list, page by page, as a talk: until enough is there, or all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dovetail.engine.ports import Talk
from dovetail.errors import OddAnswerError
from dovetail.providers.described import pointer
from dovetail.providers.described.paging import MOST_PAGES, Found, is_all
from dovetail.providers.described.queries import MOST_RECORDS
from dovetail.providers.described.shapes import Raw
from dovetail.providers.graphql import replies, wire
from dovetail.providers.graphql.spec import Api, Collection, Listed, Names
from dovetail.providers.graphql.variables import merged, placed
from dovetail.providers.graphql.wire import Reply


def read(
    api: Api, collection: Collection, listed: Listed, given: Mapping[str, object], wanted: int | None
) -> Talk[Found]:
    """The first `wanted` records of a list; None: all, up to 10,000.

    Raises:
        OddAnswerError: a page is not what the description says, or pages lead in a circle.
        ProviderError: a page could not be had, or a part of it.
    """
    name = collection.shape.name
    most = MOST_RECORDS if wanted is None else min(wanted, MOST_RECORDS)
    pages = _Pages(api, name, listed, min(listed.paging.most, most))
    declared = [each.name for each in listed.document.variables]
    found = Found()
    place: object = pages.first()
    before: list[Raw] = []
    passed = 0
    for number in range(1, MOST_PAGES + 1):
        variables = merged(given, pages.variables(place))
        asked = wire.request(api, collection, listed.document.text, declared, variables)
        reply = wire.read(api, name, asked, (yield [asked])[0])
        pages.refuse_faults(reply)
        elements = replies.elements(api, name, reply, listed.at)
        rows = [row for _, row in replies.rows(api, name, elements, listed.node)]
        if rows and rows == before:
            raise pages.odd("gives the same page of {} again and again: it does not know the variables of `paging`")
        before = rows
        found.rows += rows
        passed += len(elements)
        found.at = min(found.at or reply.at, reply.at)
        place = pages.next(reply, place, len(elements), passed)
        if place is None:
            break
        if len(found.rows) >= most or number == MOST_PAGES:
            found.more = True
            break
    found.close(most)
    return found


@dataclass(frozen=True, slots=True)
class _Pages:
    """Which page comes after which: a place is a cursor, a number of records, or of a page; "" is the first."""

    api: Api
    name: str
    listed: Listed
    size: int

    def first(self) -> object:
        return {"offset": 0, "page": 1}.get(self.listed.paging.style, "")

    def variables(self, place: object) -> Mapping[str, object]:
        paging = self.listed.paging
        pairs: list[tuple[Names, object]] = []
        if paging.size:
            pairs.append((paging.size, self.size))
        if paging.variable and place != "":
            pairs.append((paging.variable, place))
        return placed(pairs) or {}

    def refuse_faults(self, reply: Reply) -> None:
        """A list with a hole is no list: any error about its records or its pages counts."""
        paging = self.listed.paging
        needed = [self.listed.at, *([paging.info] if paging.info else []), *([paging.total] if paging.total else [])]
        complaints = [each for place in needed for each in reply.about(place)]
        if complaints:
            raise wire.failure(self.api, self.name, complaints)

    def next(self, reply: Reply, place: object, count: int, passed: int) -> object:
        paging = self.listed.paging
        if paging.style == "none":
            return None
        if paging.style == "cursor":
            return self._behind(reply, place)
        if count == 0 or is_all(reply.data, paging.total, passed, self.odd):
            return None
        # An API may give smaller pages than were asked for, unless the description says what it gives.
        if paging.size and paging.exact and count < self.size:
            return None
        return passed if paging.style == "offset" else int(str(place)) + 1

    def odd(self, what: str) -> OddAnswerError:
        return OddAnswerError(
            f"`{self.api.identifier}` {what.format(self.name)}",
            identifier=self.api.identifier,
            help=f"check `paging` of the list of {self.name}",
        )

    def _behind(self, reply: Reply, place: object) -> object:
        info = self.listed.paging.info
        try:
            going_on = pointer.find(reply.data, (*info, "hasNextPage"))
            cursor = pointer.find(reply.data, (*info, "endCursor")) if going_on else None
        except pointer.Missing as missing:
            raise self.odd(f"has no {{}} with hasNextPage and endCursor at {pointer.spell(info)}") from missing
        if not going_on:
            return None
        if not isinstance(cursor, str | int) or isinstance(cursor, bool) or cursor in ("", place):
            raise self.odd("says that there are more {}, but not where they begin")
        return cursor
