"""Orders, customers and carts: relations, derived fields, guests, what no longer exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Provider, Query, Record, Ref
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answer, answers, record, records


def orders_of(shop: Shop) -> list[dict[str, Any]]:
    return [shop.dump("orders", each["id"]) for each in shop.dump("orders")]


def follow(provider: Provider, reference: object) -> Answer:
    assert isinstance(reference, Ref)
    return answer(provider, reference.collection, reference.key)


def items(found: Record) -> list[Mapping[str, object]]:
    given = found.fields["items"]
    assert isinstance(given, list)
    return given


# --- orders


def test_an_order_is_found_by_its_id_and_by_the_number_that_customers_see(shop: Shop, any_shop: Shop) -> None:
    provider = connected(any_shop)
    raw = any_shop.dump("orders", 7)
    number = raw["increment_id"]
    assert record(provider, "order", 7).fields["increment_id"] == number
    assert record(provider, "order", "7").key == 7
    assert record(provider, "order", number).key == 7
    # As a template writes it without quotes, a number that is no id.
    if not number.startswith("0"):
        assert record(provider, "order", int(number)).key == 7


def test_all_that_the_api_says_is_there_and_times_are_as_given(provider: Provider, shop: Shop) -> None:
    raw = shop.dump("orders", 5)
    found = record(provider, "order", 5)
    assert found.title == raw["increment_id"]
    for name in ("grand_total", "created_at", "discount_amount", "state", "status", "billing_address"):
        assert found.fields[name] == raw[name]
    payment = found.fields["payment"]
    assert isinstance(payment, Mapping)
    assert payment["method"] == raw["payment"]["method"]
    assert found.fields["currency"] == raw["order_currency_code"]


def test_a_line_with_variants_is_shown_once_with_its_product(provider: Provider, shop: Shop) -> None:
    raw = next(order for order in orders_of(shop) if any(item.get("parent_item_id") for item in order["items"]))
    found = record(provider, "order", raw["entity_id"])
    expected = [item["sku"] for item in raw["items"] if not item.get("parent_item_id")]
    assert [item["sku"] for item in items(found)] == expected
    assert len(expected) < len(raw["items"])
    assert all(isinstance(item["product"], Ref) for item in items(found))


def test_the_product_of_a_line_may_be_gone_while_the_line_stays(provider: Provider, shop: Shop) -> None:
    shop.control("op/create_product", {"sku": "SOON-GONE", "name": "Soon gone", "price": 3})
    placed = shop.control("op/place_order", {"items": [{"sku": "SOON-GONE"}]})
    shop.control("op/delete_product", {"sku": "SOON-GONE"})
    (gone,) = items(record(provider, "order", placed["order_id"]))
    assert gone["name"] == "Soon gone"
    assert follow(provider, gone["product"]).found is False


def test_the_customer_of_an_order_is_another_question_and_a_guest_is_not(provider: Provider, shop: Shop) -> None:
    orders = orders_of(shop)
    known = next(order for order in orders if order.get("customer_id"))
    reference = record(provider, "order", known["entity_id"]).fields["customer"]
    assert reference == Ref("customer", known["customer_id"])
    guest = next(order for order in orders if order["customer_is_guest"])
    person = record(provider, "order", guest["entity_id"]).fields["customer"]
    assert isinstance(person, Mapping)
    assert person["email"] == guest["customer_email"]
    assert person["is_guest"] is True
    assert str(guest["billing_address"]["lastname"]) in str(person["name"])


def test_the_shipping_address_comes_from_its_assignment_and_is_null_for_virtual_orders(
    provider: Provider, shop: Shop
) -> None:
    orders = orders_of(shop)
    sent = next(order for order in orders if not order["is_virtual"])
    address = record(provider, "order", sent["entity_id"]).fields["shipping_address"]
    assert isinstance(address, Mapping)
    assert address["address_type"] == "shipping"
    virtual = next((order for order in orders if order["is_virtual"]), None)
    if virtual is not None:
        assert record(provider, "order", virtual["entity_id"]).fields["shipping_address"] is None


# --- customers


def test_a_customer_has_a_name_and_says_whether_the_newsletter_is_wanted(provider: Provider, shop: Shop) -> None:
    identity = shop.dump("customers")[3]["id"]
    raw = shop.dump("customers", identity)
    found = record(provider, "customer", identity)
    assert found.title == found.fields["name"] == f"{raw['firstname']} {raw['lastname']}"
    assert found.fields["subscribed"] is raw["extension_attributes"]["is_subscribed"]
    assert found.fields["addresses"] == raw["addresses"]


def test_a_customer_is_found_by_an_address_in_any_case(provider: Provider, shop: Shop) -> None:
    identity = shop.dump("customers")[3]["id"]
    email = shop.dump("customers", identity)["email"]
    assert record(provider, "customer", email).key == identity
    assert record(provider, "customer", email.upper()).key == identity
    assert answer(provider, "customer", "nobody@example.org").found is False


def test_an_address_with_an_account_in_each_website_is_that_of_the_store_views_website(shop: Shop) -> None:
    made = {
        store: shop.control("op/register_customer", {"email": "twice@example.org", "store": number})["customer_id"]
        for number, store in ((3, "de"), (1, "nl"), (2, "en"))
    }
    for store, identity in made.items():
        assert record(connected(shop, store), "customer", "twice@example.org").key == identity


def test_the_orders_of_a_customer_are_the_newest_first_and_the_last_one_is_the_first(
    provider: Provider, shop: Shop
) -> None:
    by_customer: dict[int, list[dict[str, Any]]] = {}
    for order in orders_of(shop):
        if order.get("customer_id"):
            by_customer.setdefault(order["customer_id"], []).append(order)
    identity, own = max(by_customer.items(), key=lambda each: len(each[1]))
    assert len(own) > 2
    fields = record(provider, "customer", identity).fields
    listed = follow(provider, fields["orders"]).value
    assert isinstance(listed, list)
    assert [each.fields["created_at"] for each in listed] == sorted((each["created_at"] for each in own), reverse=True)
    assert {each.key for each in listed} == {each["entity_id"] for each in own}
    last = follow(provider, fields["last_order"]).value
    assert isinstance(last, Record)
    assert last.key == listed[0].key


def test_who_never_ordered_has_no_last_order(provider: Provider, shop: Shop) -> None:
    buyers = {order.get("customer_id") for order in orders_of(shop)}
    identity = next(each["id"] for each in shop.dump("customers") if each["id"] not in buyers)
    found = follow(provider, record(provider, "customer", identity).fields["last_order"])
    assert found.value is None


def test_the_usual_addresses_are_those_that_the_customer_chose(provider: Provider, shop: Shop) -> None:
    every = [shop.dump("customers", each["id"]) for each in shop.dump("customers")]
    raw = next(each for each in every if each.get("default_billing") and len(each["addresses"]) > 1)
    fields = record(provider, "customer", raw["id"]).fields
    for name in ("billing", "shipping"):
        chosen = next(each for each in raw["addresses"] if str(each["id"]) == raw[f"default_{name}"])
        assert fields[f"{name}_address"] == chosen
    without = next(each for each in every if not each["addresses"])
    assert record(provider, "customer", without["id"]).fields["billing_address"] is None


# --- carts


def carts_of(shop: Shop, *, active: bool) -> list[dict[str, Any]]:
    return [shop.dump("carts", each["id"]) for each in shop.dump("carts") if bool(each["is_active"]) is active]


def test_an_open_cart_has_lines_products_and_a_total_with_tax(provider: Provider, shop: Shop) -> None:
    raw = next(cart for cart in carts_of(shop, active=True) if cart["items_count"] and not cart["customer_is_guest"])
    found = record(provider, "cart", raw["id"])
    assert found.fields["status"] == "open"
    assert found.fields["order"] is None
    assert found.fields["customer"] == Ref("customer", raw["customer"]["id"])
    for item in items(found):
        product = follow(provider, item["product"]).value
        assert isinstance(product, Record)
        assert product.fields["sku"] == item["sku"]
    assert len(items(found)) == raw["items_count"]
    total = follow(provider, found.fields["total"]).value
    (segment,) = (each["value"] for each in raw["totals"]["total_segments"] if each["code"] == "grand_total")
    assert total == segment
    assert total != raw["totals"]["grand_total"], "that one lacks the tax"


def test_an_inactive_cart_became_an_order_or_was_closed_and_has_no_total(provider: Provider, shop: Shop) -> None:
    orders = {order["quote_id"]: order["entity_id"] for order in orders_of(shop)}
    inactive = carts_of(shop, active=False)
    ordered = next(cart for cart in inactive if cart["id"] in orders)
    found = record(provider, "cart", ordered["id"])
    assert follow(provider, found.fields["status"]).value == "checked-out"
    order = follow(provider, found.fields["order"]).value
    assert isinstance(order, Record)
    assert order.key == orders[ordered["id"]]
    assert follow(provider, found.fields["total"]).value is None
    assert items(found) == []


def test_the_fate_of_many_carts_is_one_search(provider: Provider, shop: Shop) -> None:
    orders = {order["quote_id"] for order in orders_of(shop)}
    identities = [cart["id"] for cart in carts_of(shop, active=False)][:60]
    shop.clear()
    found = answers(provider, [Ask("mywebshop", "cart_status", identity) for identity in identities])
    assert len(shop.log()) == 1
    for identity in identities:
        given = found[Ask("mywebshop", "cart_status", identity)]
        assert isinstance(given, Answer)
        assert given.value == ("checked-out" if identity in orders else "closed")


def test_a_guest_of_a_cart_may_have_typed_an_address(provider: Provider, shop: Shop) -> None:
    guests = [cart for cart in carts_of(shop, active=True) if cart["customer_is_guest"]]
    assert guests
    found = answers(provider, [Ask("mywebshop", "cart", cart["id"]) for cart in guests])
    for cart in guests:
        given = found[Ask("mywebshop", "cart", cart["id"])]
        assert isinstance(given, Answer)
        assert isinstance(given.value, Record)
        assert given.value.fields["email"] == ((cart.get("billing_address") or {}).get("email") or "")


def test_a_deleted_cart_and_a_deleted_customer_are_not_found(provider: Provider, shop: Shop) -> None:
    made = shop.control("op/create_cart", {})
    assert record(provider, "cart", made["cart_id"]).key == made["cart_id"]
    shop.control("op/delete_cart", {"cart_id": made["cart_id"]})
    assert answer(provider, "cart", made["cart_id"]).found is False
    assert answer(provider, "customer", 9_999_999).found is False


@pytest.mark.parametrize("name", ["order", "customer", "cart"])
def test_keys_that_cannot_be_ids_are_not_even_asked(provider: Provider, shop: Shop, name: str) -> None:
    assert answer(provider, name, "").found is False
    assert answer(provider, name, "' OR 1=1").found is False
    if name != "order":
        assert shop.log() == []


def test_lists_and_keys_answer_with_the_same_records(provider: Provider) -> None:
    first = records(provider, "customer", Query(limit=1))[0]
    assert record(provider, "customer", first.key).fields == first.fields
