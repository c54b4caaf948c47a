"""Many questions in few requests: counted by the double's own log."""

from __future__ import annotations

from typing import Any

from dovetail.engine.ports import Answer, Ask, Filter, Order, Provider, Query, Record
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answers

NEWEST = (Order("created_at", descending=True),)


def orders_by(shop: Shop, column: str) -> dict[Any, list[dict[str, Any]]]:
    """All orders by a column, the newest first; of equal ones the one with the higher id."""
    found: dict[Any, list[dict[str, Any]]] = {}
    for each in shop.dump("orders"):
        order = shop.dump("orders", each["id"])
        found.setdefault(order.get(column), []).append(order)
    for own in found.values():
        own.sort(key=lambda order: (order["created_at"], order["entity_id"]), reverse=True)
    return found


def listed(found: Answer | object) -> list[Record]:
    assert isinstance(found, Answer)
    assert isinstance(found.value, list)
    return found.value


def last_order(column: str, value: object) -> Ask:
    assert isinstance(value, int | str)
    return Ask("mywebshop", "order", Query((Filter(column, "==", value),), NEWEST, 1))


def test_the_last_order_of_every_customer_is_a_handful_of_requests(any_shop: Shop) -> None:
    provider = connected(any_shop)
    truth = orders_by(any_shop, "customer_id")
    customers = [each["id"] for each in any_shop.dump("customers")]
    any_shop.clear()
    found = answers(provider, [last_order("customer_id", identity) for identity in customers])
    assert len(any_shop.log()) <= 4
    for identity in customers:
        own = [order["entity_id"] for order in truth.get(identity, [])][:1]
        assert [each.key for each in listed(found[last_order("customer_id", identity)])] == own
    any_shop.clear()
    live = answers(provider, [Ask("mywebshop", "last_order", identity) for identity in customers])
    assert len(any_shop.log()) <= 4
    for identity in customers:
        given = live[Ask("mywebshop", "last_order", identity)]
        assert isinstance(given, Answer)
        key = given.value.key if isinstance(given.value, Record) else None
        assert [key] == ([order["entity_id"] for order in truth.get(identity, [])] or [None])[:1]


def test_addresses_in_another_case_are_the_same_address(shop: Shop, provider: Provider) -> None:
    by_email: dict[str, set[int]] = {}
    for email, orders in orders_by(shop, "customer_email").items():
        by_email.setdefault(email.lower(), set()).update(order["entity_id"] for order in orders)
    asks = {
        email: Ask("mywebshop", "order", Query((Filter("customer_email", "==", email.upper()),), NEWEST))
        for email in by_email
    }
    shop.clear()
    found = answers(provider, list(asks.values()))
    assert len(shop.log()) <= 8
    for email, ask in asks.items():
        assert {each.key for each in listed(found[ask])} == by_email[email]


def test_other_conditions_stay_when_lists_are_fetched_together(shop: Shop, provider: Provider) -> None:
    truth = orders_by(shop, "customer_id")
    buyers = [identity for identity in truth if identity]
    asks = {
        identity: Ask(
            "mywebshop",
            "order",
            Query((Filter("state", "==", "complete"), Filter("customer_id", "==", identity)), NEWEST, 2),
        )
        for identity in buyers
    }
    found = answers(provider, list(asks.values()))
    for identity, ask in asks.items():
        own = [order["entity_id"] for order in truth[identity] if order["state"] == "complete"][:2]
        assert [each.key for each in listed(found[ask])] == own


def test_a_customer_with_very_many_orders_does_not_hide_those_of_others() -> None:
    with Shop(profile="strict", products=20, customers=30, orders=60, carts=5) as shop:
        provider = connected(shop)
        truth = orders_by(shop, "customer_id")
        others = [identity for identity in truth if identity]
        big = shop.control("op/register_customer", {"email": "wholesale@example.org"})["customer_id"]
        for _ in range(640):
            newest = shop.control("op/place_order", {"customer_id": big, "items": [{"sku": "DOC-EXAMPLE"}]})["order_id"]
        shop.clear()
        found = answers(provider, [last_order("customer_id", identity) for identity in (*others, big)])
        # Halved until the big one stands alone, then one search for its single newest order.
        assert len(shop.log()) <= 14
        assert [each.key for each in listed(found[last_order("customer_id", big)])] == [newest]
        for identity in others:
            given = listed(found[last_order("customer_id", identity)])
            assert [each.key for each in given] == [truth[identity][0]["entity_id"]]


def test_customers_carts_and_orders_by_key_share_a_search_each(shop: Shop, provider: Provider) -> None:
    asks = [
        Ask("mywebshop", name, each["id"])
        for name, dump in (("customer", "customers"), ("order", "orders"), ("cart", "carts"))
        for each in shop.dump(dump)[:100]
    ]
    shop.clear()
    found = answers(provider, asks)
    assert len(shop.log()) == 3
    for ask in asks:
        given = found[ask]
        assert isinstance(given, Answer)
        assert isinstance(given.value, Record)
        assert given.value.key == ask.key


def test_the_totals_of_carts_are_asked_side_by_side(shop: Shop, provider: Provider) -> None:
    carts = [each["id"] for each in shop.dump("carts") if each["is_active"]][:10]
    shop.clear()
    conversation = provider.resolve([Ask("mywebshop", "cart_total", identity) for identity in carts])
    assert len(next(conversation)) == len(carts)
    conversation.close()


def test_questions_of_all_kinds_go_out_in_the_same_batch(provider: Provider) -> None:
    conversation = provider.resolve(
        [
            Ask("mywebshop", "product", 1),
            Ask("mywebshop", "order", 1),
            Ask("mywebshop", "customer", 1),
            Ask("mywebshop", "last_order", 1),
            Ask("mywebshop", "product", Query(limit=3)),
        ]
    )
    paths = [request.url.split("/V1/")[1].split("?")[0] for request in next(conversation)]
    conversation.close()
    assert {"products", "orders", "customers/search", "store/storeConfigs", "products/attributes"} <= set(paths)
