"""Shipments with their tracks, invoices, credit memos, categories and groups: the right ones, in one search each."""

from __future__ import annotations

from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Provider, Record, Ref
from dovetail.errors import AccessError
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected, permitted
from tests.providers.magento2.talking import answer, answers, record


def follow(provider: Provider, reference: object) -> Answer:
    assert isinstance(reference, Ref), reference
    return answer(provider, reference.collection, reference.key)


def followed(provider: Provider, order: int, name: str) -> list[Record]:
    found = follow(provider, record(provider, "order", order).fields[name]).value
    assert isinstance(found, list)
    return found


def test_a_parcel_can_be_followed_by_its_number(shop: Shop, provider: Provider) -> None:
    order = shop.control("op/place_order", {"items": [{"sku": "DOC-EXAMPLE"}]})["order_id"]
    assert followed(provider, order, "shipments") == []
    sent = shop.control("op/ship_order", {"order_id": order})["shipment_id"]
    (shipment,) = followed(provider, order, "shipments")
    assert shipment.key == sent
    tracks = shipment.fields["tracks"]
    assert isinstance(tracks, list)
    for track in tracks:
        assert track["number"] == track["track_number"]
        assert track["title"]


def test_an_order_has_the_invoices_and_credit_memos_that_were_made_of_it(shop: Shop, provider: Provider) -> None:
    order = shop.control("op/place_order", {"items": [{"sku": "DOC-EXAMPLE"}]})["order_id"]
    assert followed(provider, order, "invoices") == followed(provider, order, "creditmemos") == []
    invoice = shop.control("op/invoice_order", {"order_id": order})["invoice_id"]
    memo = shop.control("op/refund_order", {"order_id": order})["creditmemo_id"]
    assert [each.key for each in followed(provider, order, "invoices")] == [invoice]
    assert [each.key for each in followed(provider, order, "creditmemos")] == [memo]
    (found,) = followed(provider, order, "invoices")
    assert found.title == found.fields["number"] == found.fields["increment_id"]


@pytest.mark.parametrize("name", ["shipments", "invoices", "creditmemos"])
def test_documents_of_many_orders_are_one_search_and_each_has_its_own(
    shop: Shop, provider: Provider, name: str
) -> None:
    orders = [each["id"] for each in shop.dump("orders")][:90]
    asks = {order: Ask("mywebshop", f"order.{name}", order) for order in orders}
    shop.clear()
    found = answers(provider, list(asks.values()))
    assert len(shop.log()) == 1
    seen = 0
    for order, ask in asks.items():
        given = found[ask]
        assert isinstance(given, Answer)
        assert isinstance(given.value, list)
        assert {each.fields["order_id"] for each in given.value} <= {order}
        seen += len(given.value)
    assert seen > 0


def test_categories_have_their_names_in_the_store_view(shop: Shop) -> None:
    every: list[dict[str, Any]] = [shop.dump("products", each["id"], 1) for each in shop.dump("products")]
    raw = next(each for each in every if len(each["extension_attributes"].get("category_links") or []) > 1)
    names: dict[str, list[str]] = {}
    for store in ("nl", "de"):
        provider = connected(shop, store)
        found = follow(provider, record(provider, "product", raw["id"]).fields["categories"]).value
        assert isinstance(found, list)
        ids = {int(link["category_id"]) for link in raw["extension_attributes"]["category_links"]}
        assert {each["id"] for each in found} <= ids
        assert [each["level"] for each in found] == sorted(each["level"] for each in found)
        names[store] = [each["name"] for each in found]
    assert names["nl"]
    assert names["nl"] != names["de"]


def test_a_customers_group_has_a_name(shop: Shop, provider: Provider) -> None:
    raw = shop.dump("customers", shop.dump("customers")[0]["id"])
    found = record(provider, "customer", raw["id"])
    name = follow(provider, found.fields["group"]).value
    assert isinstance(name, str)
    assert name
    asks = [Ask("mywebshop", "customer.group", key) for key in (0, 1, 2, 99)]
    shop.clear()
    known = answers(provider, asks)
    assert len(shop.log()) == 1
    given = [known[ask] for ask in asks]
    assert [each.found for each in given if isinstance(each, Answer)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("collection", "permission"),
    [
        ("order.shipments", "Magento_Sales::shipment"),
        ("order.invoices", "Magento_Sales::sales_invoice"),
        ("order.creditmemos", "Magento_Sales::sales_creditmemo"),
        ("product.categories", "Magento_Catalog::categories"),
        ("customer.group", "Magento_Customer::group"),
    ],
)
def test_a_missing_permission_is_named_and_spoils_nothing_else(shop: Shop, collection: str, permission: str) -> None:
    provider = connected(shop)
    asks = [Ask("mywebshop", collection, 1), Ask("mywebshop", "order", 1)]
    with permitted(shop, without=permission):
        found = answers(provider, asks)
    refused = found[asks[0]]
    assert isinstance(refused, AccessError)
    assert permission in refused.message
    assert isinstance(found[asks[1]], Answer)
