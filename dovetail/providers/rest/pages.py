"""The records of a list, page by page, as talks: each style of paging until enough is there, or all."""

from __future__ import annotations

from dataclasses import dataclass

from dovetail.engine.ports import Request, Response, Talk
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.described import pointer
from dovetail.providers.described.paging import MOST_PAGES, Found, is_all
from dovetail.providers.described.queries import MOST_RECORDS
from dovetail.providers.described.shapes import Raw
from dovetail.providers.rest import addresses, replies
from dovetail.providers.rest.spec import Api, Collection, Parameters


@dataclass(frozen=True, slots=True)
class _Page:
    """One page that came: the request for it, its document, the header Link, how many records it has."""

    request: Request
    document: object
    link: str
    count: int


def read(api: Api, collection: Collection, parameters: Parameters, wanted: int | None) -> Talk[Found]:
    """The first `wanted` records of a list; None: all, up to 10,000.

    Raises:
        OddAnswerError: a page is not what the description says, or leads to another host or in a circle.
        ProviderError: a page could not be had.
    """
    pages = _Pages(api, collection, parameters, MOST_RECORDS if wanted is None else min(wanted, MOST_RECORDS))
    found = Found()
    request: Request | None = pages.first()
    asked: set[str] = set()
    before: list[Raw] = []
    while request is not None:
        if request.url in asked:
            raise pages.odd("leads from page to page of {} in a circle")
        asked.add(request.url)
        reply = (yield [request])[0]
        document = pages.document(reply, is_first=len(asked) == 1)
        rows = [] if document is None else replies.items(api, collection, document, collection.items)
        if rows and rows == before:
            raise pages.odd("gives the same page of {} again and again: it does not know the parameters")
        before = rows
        found.rows += rows
        if isinstance(reply, Response):
            found.at = min(found.at or reply.at, reply.at)
            link = reply.headers.get("link", "")
            request = pages.next(_Page(request, document, link, len(rows)), len(found.rows), len(asked))
        if request is not None and (len(found.rows) >= pages.most or len(asked) >= MOST_PAGES):
            found.more = True
            break
    found.close(pages.most)
    return found


@dataclass(frozen=True, slots=True)
class _Pages:
    """Which page comes after which. `most`: records that are wanted."""

    api: Api
    collection: Collection
    parameters: Parameters
    most: int

    @property
    def size(self) -> int:
        """Records of a page."""
        return min(self.collection.paging.most, self.most)

    def first(self) -> Request:
        return self._at(1, 0)

    def document(self, reply: Response | ProviderError, *, is_first: bool) -> object:
        name = self.collection.shape.name
        found = replies.document(self.api, name, reply)
        # Behind the last page, some APIs have an empty one, and some have none.
        if found is None and is_first:
            path = self.collection.list
            raise OddAnswerError(
                f"`{self.api.identifier}` has no list of {name}: there is nothing at {path}",
                identifier=self.api.identifier,
                help=f"check `url`, and `list` of the collection {name}",
            )
        return found

    def next(self, page: _Page, count: int, number: int) -> Request | None:
        """The question for the next page; None after the last one."""
        paging = self.collection.paging
        if paging.style == "none" or page.document is None:
            return None
        if paging.style == "cursor":
            return self._behind_cursor(page)
        if paging.style == "link":
            target = addresses.next_in_header(page.link)
            return self._linked(page, target) if target else None
        if not page.count or is_all(page.document, paging.total, count, self.odd):
            return None
        # A page with fewer records than wanted is the last, unless the API may have a smaller limit of its own.
        known = paging.size and (paging.exact or self.size < paging.most)
        if known and page.count < self.size:
            return None
        return self._at(number + 1, count)

    def odd(self, what: str) -> OddAnswerError:
        name = self.collection.shape.name
        return OddAnswerError(
            f"`{self.api.identifier}` {what.format(name)}",
            identifier=self.api.identifier,
            help=f"check `paging` of the collection {name}",
        )

    def _behind_cursor(self, page: _Page) -> Request | None:
        paging = self.collection.paging
        try:
            cursor = pointer.find(page.document, paging.next)
        except pointer.Missing:
            return None
        if cursor is None or cursor is False or cursor == "":
            return None
        if isinstance(cursor, bool) or not isinstance(cursor, str | int):
            raise self.odd(f"has {pointer.describe(cursor)} at {pointer.spell(paging.next)} instead of the next page")
        if paging.parameter:
            return self._get((*self._sized(), (paging.parameter, str(cursor))))
        return self._linked(page, str(cursor))

    def _linked(self, page: _Page, target: str) -> Request:
        address = addresses.below(self.api, page.request.url, target)
        if address is None:
            raise self.odd("names a next page of {} that is at another host, which must not see its secret")
        return addresses.to(self.api, address)

    def _at(self, number: int, passed: int) -> Request:
        paging = self.collection.paging
        if paging.style == "page":
            return self._get(((paging.page, str(paging.first + number - 1)), *self._sized()))
        if paging.style == "offset":
            return self._get(((paging.offset, str(passed)), *self._sized()))
        return self._get(self._sized())

    def _sized(self) -> Parameters:
        size = self.collection.paging.size
        return ((size, str(self.size)),) if size else ()

    def _get(self, more: Parameters) -> Request:
        return addresses.get(self.api, self.collection.list, (*self.collection.parameters, *self.parameters, *more))
