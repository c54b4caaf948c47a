"""Driver, transport, cache and the Magento provider together, against the double and its faults."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query, Record
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Integration, Policy
from dovetail.providers.registry import kind
from tests.doubles.shop import Shop
from tests.providers.station import asking

PRODUCT = Ask("mywebshop", "product", 123456)


@pytest.fixture(scope="module")
def running() -> Iterator[Shop]:
    with Shop(profile="strict", products=320, customers=120, orders=300, carts=30) as shop:
        yield shop


@pytest.fixture
def shop(running: Shop) -> Iterator[Shop]:
    running.clear()
    yield running
    running.clear()
    running.control("config", {"rate_limit": None, "max_concurrency": 0})


def integration(shop: Shop, identifier: str = "mywebshop", store: str = "nl", **policy: object) -> Integration:
    provider = kind("magento2").make(identifier, shop.settings(store))
    return Integration(provider, Policy(allow_private_addresses=True, **policy))  # type: ignore[arg-type]


def title(answer: Answer | ProviderError) -> str:
    assert isinstance(answer, Answer), answer
    assert isinstance(answer.value, Record)
    return answer.value.title


def failure(answer: Answer | ProviderError) -> ProviderError:
    assert isinstance(answer, ProviderError), answer
    return answer


@pytest.fixture
def expected(running: Shop) -> str:
    running.clear()
    with Connections([integration(running)]) as connections:
        return title(connections.run(asking(PRODUCT)).by_ask[PRODUCT])


PASSING: dict[str, dict[str, object]] = {
    "429": {"kind": "status", "code": 429, "body": "<html>slow down</html>", "content_type": "text/html"},
    "429 with Retry-After": {"kind": "status", "code": 429, "body": "", "headers": {"Retry-After": "1"}},
    "503 page": {"kind": "status", "code": 503, "body": "<html>Maintenance</html>", "content_type": "text/html"},
    "502": {"kind": "status", "code": 502, "body": "Bad gateway", "content_type": "text/html"},
    "504": {"kind": "status", "code": 504, "body": "Timeout", "content_type": "text/html"},
    "500": {"kind": "status", "code": 500, "json": {"message": "Internal Error. Report ID: webapi-1"}},
    "answer lost": {"kind": "drop", "when": "after"},
    "connection reset": {"kind": "drop", "reset": True},
    "connection closed": {"kind": "close"},
    "truncated": {"kind": "truncate", "fraction": 0.5},
    "empty": {"kind": "empty"},
    "slow body": {"kind": "slow_body", "chunk": 2000, "delay_ms": 10},
    "latency": {"kind": "latency", "ms": 300, "jitter_ms": 50},
    "web page": {"kind": "malformed", "mode": "html"},
    "php warning": {"kind": "malformed", "mode": "html_prefix"},
    "garbage": {"kind": "malformed", "mode": "garbage"},
    "invalid utf-8": {"kind": "malformed", "mode": "invalid_utf8"},
    "cut": {"kind": "malformed", "mode": "cut"},
}


@pytest.mark.parametrize("name", PASSING)
def test_a_passing_fault_of_the_shop_is_not_seen_in_the_mail(shop: Shop, expected: str, name: str) -> None:
    shop.fault(path="/V1/products\\?", times=1, **PASSING[name])
    with Connections([integration(shop)]) as connections:
        assert title(connections.run(asking(PRODUCT)).by_ask[PRODUCT]) == expected
    # Had an attempt been sent with the signature of the one before, the shop would have refused its nonce.
    assert [row["auth"] for row in shop.log() if "failed" in (row["auth"] or "")] == []


LASTING: dict[str, tuple[dict[str, object], type[ProviderError]]] = {
    "maintenance": ({"kind": "status", "code": 503, "body": "<html></html>"}, UnreachableError),
    "refusing": ({"kind": "status", "code": 429, "body": "<html></html>"}, UnreachableError),
    "dropping": ({"kind": "drop"}, UnreachableError),
    "web page": ({"kind": "malformed", "mode": "html"}, OddAnswerError),
    "php warning": ({"kind": "malformed", "mode": "html_prefix"}, OddAnswerError),
    "firewall": ({"kind": "status", "code": 403, "body": "<html>Blocked</html>"}, AccessError),
}


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_fault_is_told_for_what_it_is(shop: Shop, name: str) -> None:
    fault, type_ = LASTING[name]
    shop.fault(path="/V1/orders", **fault)
    order = Ask("mywebshop", "order", 5)
    with Connections([integration(shop)]) as connections:
        answers = connections.run(asking(order, PRODUCT))
    found = failure(answers.by_ask[order])
    assert isinstance(found, type_)
    assert found.identifier == "mywebshop"
    assert found.help
    assert isinstance(answers.by_ask[PRODUCT], Answer)


def test_a_shop_that_limits_requests_is_served_at_its_pace(shop: Shop) -> None:
    shop.control("config", {"rate_limit": {"requests": 6, "per_seconds": 1, "retry_after": 1}})
    asks = [Ask("mywebshop", "cart_total", number) for number in range(1, 13)]
    with Connections([integration(shop)]) as connections:
        answers = connections.run(asking(*asks))
    assert [ask for ask in asks if not isinstance(answers.by_ask[ask], Answer)] == []


def test_a_shop_with_few_workers_is_not_overrun(shop: Shop) -> None:
    shop.control("config", {"max_concurrency": 3})
    shop.fault(kind="latency", ms=30)
    asks = [Ask("mywebshop", "cart_total", number) for number in range(1, 25)]
    with Connections([integration(shop, concurrency=2)]) as connections:
        connections.run(asking(*asks))
    assert {row["status"] for row in shop.log()} <= {200, 404}


def test_three_hundred_products_cost_four_requests_at_most_and_none_the_second_time(shop: Shop, tmp_path: Path) -> None:
    ids = [row["id"] for row in shop.dump("products")][:300]
    asks = [Ask("mywebshop", "product", number) for number in ids]
    with Connections([integration(shop)], cache_folder=tmp_path) as connections:
        first = connections.run(asking(*asks))
        assert connections.run(asking(*asks)).requests == 0
    with Connections([integration(shop)], cache_folder=tmp_path) as connections:
        again = connections.run(asking(*asks))
    assert first.requests <= 4
    assert len(shop.log()) == first.requests
    assert (again.requests, again.hits) == (0, 300)
    assert [title(again.by_ask[ask]) for ask in asks] == [title(first.by_ask[ask]) for ask in asks]


def test_the_last_order_of_each_customer_is_theirs_and_comes_in_a_few_requests(shop: Shop) -> None:
    newest = Order("created_at", descending=True)
    ids = [row["id"] for row in shop.dump("customers")]
    asks = {
        number: Ask("mywebshop", "order", Query((Filter("customer_id", "==", number),), (newest,), 1)) for number in ids
    }
    with Connections([integration(shop)]) as connections:
        answers = connections.run(asking(*asks.values()))
    truth: dict[int, tuple[str, int]] = {}
    for row in shop.dump("orders"):
        order = shop.dump("orders", row["id"])
        if order.get("customer_id"):
            moment = (row["created_at"], row["id"])
            truth[order["customer_id"]] = max(truth.get(order["customer_id"], moment), moment)
    assert len(truth) > 50
    assert answers.requests <= 5
    for number, ask in asks.items():
        answer = answers.by_ask[ask]
        assert isinstance(answer, Answer)
        assert isinstance(answer.value, list)
        assert [order.key for order in answer.value] == ([truth[number][1]] if number in truth else [])


def test_orders_leave_no_trace_on_disk(shop: Shop, tmp_path: Path) -> None:
    order = Ask("mywebshop", "order", 5)
    with Connections([integration(shop)], cache_folder=tmp_path) as connections:
        connections.run(asking(order, PRODUCT))
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert b"DOC-EXAMPLE" in kept
    assert b"customer_email" not in kept


def test_a_cache_that_cannot_be_written_costs_a_note_and_nothing_else(
    shop: Shop, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with Connections([integration(shop)], cache_folder=tmp_path / "file") as connections:
        first = connections.run(asking(PRODUCT)).by_ask[PRODUCT]
        second = connections.run(asking(PRODUCT))
    assert title(first) == expected
    assert isinstance(first, Answer)
    assert "cannot be used" in first.notes[-1]
    assert second.requests == 0


def test_a_shop_in_maintenance_is_bridged_by_what_is_kept_where_that_is_permitted(shop: Shop, expected: str) -> None:
    with Connections([integration(shop, on_failure="stale", ttl={"product": 0.0})]) as connections:
        connections.run(asking(PRODUCT))
        shop.control("maintenance", {"on": True})
        try:
            answer = connections.run(asking(PRODUCT)).by_ask[PRODUCT]
        finally:
            shop.control("maintenance", {"on": False})
    assert title(answer) == expected
    assert isinstance(answer, Answer)
    assert answer.stale


def test_two_views_of_a_shop_stand_side_by_side_in_one_mail(shop: Shop, tmp_path: Path) -> None:
    german = Ask("german", "product", 123456)
    both = [integration(shop), integration(shop, "german", "de")]
    with Connections(both, cache_folder=tmp_path) as connections:
        for _ in range(2):
            answers = connections.run(asking(PRODUCT, german))
            assert title(answers.by_ask[PRODUCT]) == shop.dump("products", 123456, store=1)["name"]
            assert title(answers.by_ask[german]) == shop.dump("products", 123456, store=3)["name"]


def test_rendering_in_an_event_loop_reads_the_same(shop: Shop, expected: str) -> None:
    shop.fault(kind="latency", ms=100)

    async def page() -> tuple[str, int]:
        ticks = 0
        with Connections([integration(shop)]) as connections:
            render = asyncio.create_task(connections.run_async(asking(PRODUCT)))
            while not render.done():
                ticks += 1
                await asyncio.sleep(0.01)
            return title((await render).by_ask[PRODUCT]), ticks

    found, ticks = asyncio.run(page())
    assert found == expected
    assert ticks > 5


def test_a_shop_that_is_off_fails_soon_and_says_so(running: Shop) -> None:
    with Shop(products=5, customers=1, orders=1, carts=1) as gone:
        pass
    begun = time.monotonic()
    with Connections([integration(gone)]) as connections:
        found = failure(connections.run(asking(PRODUCT)).by_ask[PRODUCT])
    assert isinstance(found, UnreachableError)
    assert found.retryable
    assert time.monotonic() - begun < 10
