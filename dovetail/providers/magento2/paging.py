"""All records of a search, page by page, as talks.

By key (`entity_id gt last`) where the order is free: pages stay fast and a changing list loses no rows. By
number, with the id as last sort order, where it is not. A page that the shop cannot give is cut into
smaller ones, down to the one record that is at fault, which is passed over (facts/magento.md §5).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dovetail.engine.ports import Talk
from dovetail.providers.magento2.replies import Overloaded, Raw, Refusal, server_moment
from dovetail.providers.magento2.search import Criteria, Sort
from dovetail.providers.magento2.shapes import paged
from dovetail.providers.magento2.wire import Shop

MOST_RECORDS = 10_000
_MOST_PASSED_OVER = 3


@dataclass(frozen=True, slots=True)
class Entity:
    """A collection of the API: its path, and under which name a record has its id."""

    name: str
    path: str
    key: str

    def id_of(self, raw: Raw) -> int:
        """A record's id."""
        return int(str(raw[self.key]))


ENTITIES = {
    "product": Entity("product", "/V1/products", "id"),
    "order": Entity("order", "/V1/orders", "entity_id"),
    "customer": Entity("customer", "/V1/customers/search", "id"),
    "cart": Entity("cart", "/V1/carts/search", "id"),
}


@dataclass(slots=True)
class Found:
    """Records as the API gives them; `at`: when (the oldest page). `more`: there are others.

    `server_at`: the same by the shop's clock, where it tells (one page).
    `passed_over`: records that the shop failed on; `trailing`: those of them behind the last good one.
    """

    items: list[Raw] = field(default_factory=list[Raw])
    at: float = 0.0
    passed_over: int = 0
    trailing: int = 0
    total: int = 0
    more: bool = False
    server_at: float = 0.0

    def notes(self, entity: Entity) -> tuple[str, ...]:
        """What a reader of the report should know."""
        found: list[str] = []
        if self.passed_over:
            found.append(f"the shop failed on {self.passed_over} {entity.name}(s), which are left out")
        if self.more:
            found.append(f"only the first {len(self.items):,} {entity.name}s were read; add a filter or |limit")
        return tuple(found)


def by_key(
    shop: Shop, entity: Entity, criteria: Criteria, most: int = MOST_RECORDS, *, cut: bool = True, whole: bool = False
) -> Talk[Found]:
    """All records, ascending by id. `cut`: the query is known to be good, so a 500 is a record's fault.

    `whole`: all or nothing; when there are more than `most`, that is said after the first page.
    """
    found = Found()
    base = replace(criteria, sorts=(Sort("entity_id"),), page=1)
    last = 0
    while True:
        page = yield from _range(shop, entity, base.after("entity_id", last) if last else base, 0, base.size, cut=cut)
        _add(found, page)
        if whole and page.total > most:
            return Found(at=found.at, more=True)
        items = [raw for raw in page.items if entity.id_of(raw) > last]
        found.items += items
        done = len(page.items) + page.passed_over >= page.total
        if done or not items or len(found.items) >= most:
            found.more = (not done and bool(items)) or len(found.items) > most
            found.items = found.items[:most]
            return found
        # Those behind the last good record are met again on the next page.
        found.passed_over -= page.trailing
        last = entity.id_of(items[-1])


def one_page(shop: Shop, entity: Entity, criteria: Criteria) -> Talk[Found]:
    """The first page of a search, in smaller parts where the shop cannot give it whole.

    Raises:
        ProviderError: the shop cannot be asked.
    """
    return (yield from _range(shop, entity, criteria, 0, criteria.size, cut=True))


def by_number(shop: Shop, entity: Entity, criteria: Criteria, most: int, *, cut: bool = True) -> Talk[Found]:
    """The first `most` records in the order of the criteria, whose last sort order is the id."""
    found = Found()
    seen: set[int] = set()
    size = max(1, min(criteria.size, most))
    start = 0
    while True:
        page = yield from _range(shop, entity, replace(criteria, size=size), start, size, cut=cut)
        _add(found, page)
        # Magento before 2.4 repeats the last page; a list that grows shifts rows to the next one.
        items = [raw for raw in page.items if entity.id_of(raw) not in seen]
        seen.update(entity.id_of(raw) for raw in items)
        found.items += items
        start += size
        if len(found.items) >= most or start >= page.total or not page.items:
            found.more = page.total > len(found.items) + found.passed_over or len(found.items) > most
            found.items = found.items[:most]
            return found


def _add(found: Found, page: Found) -> None:
    found.at = min(found.at, page.at) if found.at else page.at
    found.passed_over += page.passed_over


def _range(shop: Shop, entity: Entity, criteria: Criteria, start: int, count: int, *, cut: bool) -> Talk[Found]:
    """Records `start` to `start + count` of a search; `start` is a multiple of `count`."""
    try:
        return (yield from _page(shop, entity, replace(criteria, size=count, page=start // count + 1)))
    except Refusal as error:
        limit = error.limit()
        if limit is not None and limit < count:
            parts = _parts(count, largest=limit)
        elif cut and error.status in {404, 500}:
            parts = _parts(count)
            if not parts:
                return Found(passed_over=1, trailing=1)
        else:
            raise
        failure: Refusal | Overloaded = error
    except Overloaded as error:
        if error.status not in {502, 504} or count < 100:
            raise
        parts, failure = _parts(count), error
    whole = Found()
    for at, part in parts:
        page = yield from _range(shop, entity, criteria, start + at, part, cut=cut)
        _add(whole, page)
        whole.server_at = whole.server_at or page.server_at
        whole.items += page.items
        whole.trailing = page.trailing if page.items else whole.trailing + page.trailing
        whole.total = max(whole.total, page.total)
        if whole.passed_over > _MOST_PASSED_OVER:
            raise failure
        if page.total and start + at + part >= page.total:
            break
    return whole


def _parts(count: int, largest: int | None = None) -> list[tuple[int, int]]:
    """Smaller ranges that make up `count`, each starting at a multiple of its size; [] for a single record."""
    if count == 1:
        return []
    size = count // 2 if count % 2 == 0 else 1
    if largest is not None:
        size = max(each for each in range(1, min(largest, count) + 1) if count % each == 0)
    return [(at, size) for at in range(0, count, size)]


def _page(shop: Shop, entity: Entity, criteria: Criteria) -> Talk[Found]:
    replies = yield [shop.get(entity.path, criteria.query())]
    reply = replies[0]
    items, total = paged(shop, reply, f"{entity.name}s")
    at = getattr(reply, "at", 0.0)
    return Found(items, at, total=total, server_at=server_moment(reply))
