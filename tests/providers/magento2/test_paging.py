"""Pages of a shop that fails on single records, or answers oddly: led without a server, reply by reply."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest

from dovetail.engine.ports import Request, Response, T, Talk
from dovetail.errors import OddAnswerError
from dovetail.providers.magento2.paging import ENTITIES, by_key, by_number
from dovetail.providers.magento2.replies import Refusal
from dovetail.providers.magento2.search import Criteria, Sort
from dovetail.providers.magento2.wire import Shop

SHOP = Shop("mywebshop", "https://shop.example")
ORDERS = ENTITIES["order"]


@dataclass
class Rows:
    """A list of orders 1 to `count`; a page that holds a poisoned one fails with `status`."""

    count: int
    poisoned: frozenset[int] = frozenset()
    status: int = 500
    repeats_last_page: bool = False
    sizes: list[int] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        size, page = int(query["searchCriteria[pageSize]"]), int(query["searchCriteria[currentPage]"])
        self.sizes.append(size)
        last = int(query.get("searchCriteria[filter_groups][0][filters][0][value]", "0"))
        rows = list(range(last + 1, self.count + 1))
        if self.repeats_last_page:
            page = min(page, max(1, -(-len(rows) // size)))
        shown = rows[(page - 1) * size : page * size]
        if self.poisoned & set(shown):
            return Response(self.status, {}, b'{"message":"Internal Error. Report ID: webapi-5f"}')
        body = {"items": [{"entity_id": row} for row in shown] or None, "total_count": len(rows)}
        return Response(200, {}, json.dumps(body).encode())


def lead(talk: Talk[T], reply: Callable[[Request], Response]) -> T:
    try:
        requests = next(talk)
        while True:
            requests = talk.send([reply(request) for request in requests])
    except StopIteration as done:
        result: T = done.value
        return result


@pytest.mark.parametrize("status", [404, 500])
@pytest.mark.parametrize("poisoned", [{137}, {1}, {450}, {256, 257}])
def test_a_poisoned_record_is_passed_over_and_noted(status: int, poisoned: set[int]) -> None:
    rows = Rows(450, frozenset(poisoned), status)
    found = lead(by_key(SHOP, ORDERS, Criteria()), rows)
    assert [raw["entity_id"] for raw in found.items] == [row for row in range(1, 451) if row not in poisoned]
    assert found.passed_over == len(poisoned)
    assert found.notes(ORDERS) == (f"the shop failed on {len(poisoned)} order(s), which are left out",)
    assert len(rows.sizes) <= 40


def test_a_shop_that_always_fails_is_given_up() -> None:
    rows = Rows(450, frozenset(range(1, 451)))
    with pytest.raises(Refusal, match="Report ID"):
        lead(by_key(SHOP, ORDERS, Criteria()), rows)
    assert len(rows.sizes) < 30


def test_a_question_that_may_be_wrong_itself_is_asked_once() -> None:
    rows = Rows(450, frozenset(range(1, 451)))
    with pytest.raises(Refusal):
        lead(by_key(SHOP, ORDERS, Criteria(), cut=False), rows)
    assert len(rows.sizes) == 1


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize(("count", "most"), [(0, 10), (1, 10), (256, 500), (512, 1000), (450, 300), (450, 1000)])
def test_paging_ends_whatever_comes_after_the_last_page(repeats: bool, count: int, most: int) -> None:
    expected = list(range(1, min(count, most) + 1))
    numbered = lead(
        by_number(SHOP, ORDERS, Criteria(sorts=(Sort("created_at"),)), most), Rows(count, repeats_last_page=repeats)
    )
    keyed = lead(by_key(SHOP, ORDERS, Criteria(), most), Rows(count, repeats_last_page=repeats))
    assert [raw["entity_id"] for raw in numbered.items] == expected
    assert [raw["entity_id"] for raw in keyed.items] == expected
    assert keyed.more is (count > most)


def test_all_or_nothing_gives_up_after_the_first_page() -> None:
    rows = Rows(5000)
    found = lead(by_key(SHOP, ORDERS, Criteria(), 600, whole=True), rows)
    assert (found.items, found.more, len(rows.sizes)) == ([], True, 1)


def test_more_than_is_read_is_noted() -> None:
    found = lead(by_key(SHOP, ORDERS, Criteria(), 400), Rows(5000))
    assert found.notes(ORDERS) == ("only the first 400 orders were read; add a filter or |limit",)


@pytest.mark.parametrize("body", [b"[]", b"17", b"null", b'{"items": 3}'])
def test_json_that_is_no_list_of_records_is_odd(body: bytes) -> None:
    with pytest.raises(OddAnswerError, match="something else than a list of orders"):
        lead(by_key(SHOP, ORDERS, Criteria()), lambda request: Response(200, {}, body))
