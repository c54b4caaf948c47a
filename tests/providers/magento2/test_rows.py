"""Lines of orders and carts: the right product or none, variants with their parent's page, options by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Provider, Query, Record, Ref
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answer, answers, record, records


def follow(provider: Provider, reference: object) -> Answer:
    assert isinstance(reference, Ref), reference
    return answer(provider, reference.collection, reference.key)


def lines(found: Record) -> list[Mapping[str, object]]:
    given = found.fields["items"]
    assert isinstance(given, list)
    return given


def product_of(provider: Provider, collection: str, key: int) -> Record:
    """The product of the only line of an order or cart."""
    (line,) = lines(record(provider, collection, key))
    found = follow(provider, line["product"]).value
    assert isinstance(found, Record)
    return found


def a_configurable(shop: Shop) -> dict[str, Any]:
    every = (shop.dump("products", each["id"], 1) for each in shop.dump("products"))
    found: dict[str, Any] = next(each for each in every if each["type_id"] == "configurable" and each["status"] == 1)
    return found


def placed(shop: Shop, sku: str, store: str = "nl") -> int:
    order = shop.control("op/place_order", {"store": store, "items": [{"sku": sku}]})["order_id"]
    assert isinstance(order, int)
    return order


def filled(shop: Shop, sku: str, store: str = "nl") -> int:
    cart = shop.control("op/create_cart", {"store": store})["cart_id"]
    shop.control("op/cart_add", {"cart_id": cart, "sku": sku})
    assert isinstance(cart, int)
    return cart


@pytest.mark.parametrize("kind", ["order", "cart"])
def test_a_chosen_variant_has_its_own_price_and_its_parents_page_and_images(shop: Shop, kind: str) -> None:
    provider = connected(shop)
    raw = a_configurable(shop)
    key = placed(shop, raw["sku"]) if kind == "order" else filled(shop, raw["sku"])
    chosen = product_of(provider, kind, key)
    parent = record(provider, "product", raw["id"])
    variant = record(provider, "product", raw["extension_attributes"]["configurable_product_links"][0])
    assert (chosen.key, chosen.fields["sku"]) == (variant.key, variant.fields["sku"])
    for name in ("price", "final_price", "color", "name"):
        assert chosen.fields[name] == variant.fields[name]
    for name in ("url", "image", "images"):
        assert chosen.fields[name] == parent.fields[name]
    assert chosen.fields["parent"] == parent
    assert variant.fields["url"] is None, "what cannot be visited has no address"
    assert parent.fields["url"] == f"{shop.url}/nl/{_code(raw, 'url_key')}.html"


def _code(raw: dict[str, Any], code: str) -> object:
    return next(each["value"] for each in raw["custom_attributes"] if each["attribute_code"] == code)


@pytest.mark.parametrize(("store", "color"), [("nl", "Kleur"), ("de", "Farbe")])
def test_what_was_chosen_is_told_in_the_language_of_the_store_view(shop: Shop, store: str, color: str) -> None:
    provider = connected(shop, store)
    raw = a_configurable(shop)
    (line,) = lines(record(provider, "order", placed(shop, raw["sku"])))
    chosen = follow(provider, line["product"]).value
    assert isinstance(chosen, Record)
    told = follow(provider, line["options"]).value
    assert isinstance(told, list)
    assert {"label": color, "value": chosen.fields["color"]} in told
    assert len(told) == len(raw["extension_attributes"]["configurable_product_options"])


def test_a_line_without_options_has_none(shop: Shop, provider: Provider) -> None:
    (line,) = lines(record(provider, "order", placed(shop, "DOC-EXAMPLE")))
    assert line["options"] == []


def test_the_variants_of_a_product_are_a_list(shop: Shop, provider: Provider) -> None:
    raw = a_configurable(shop)
    listed = follow(provider, record(provider, "product", raw["id"]).fields["variants"]).value
    assert isinstance(listed, list)
    assert [each.key for each in listed] == sorted(raw["extension_attributes"]["configurable_product_links"])
    assert record(provider, "product", 123456).fields["variants"] == []


def test_a_product_that_is_gone_never_comes_back_as_another_one(shop: Shop, provider: Provider) -> None:
    """The SKU of a deleted product may be the id of one that exists, and the other way round."""
    shop.control("op/create_product", {"sku": "31", "name": "Thirty-one"})
    assert record(provider, "product", 31).fields["sku"] != "31"
    order, cart = placed(shop, "31"), filled(shop, "31")
    shop.control("op/delete_product", {"sku": "31"})
    (line,) = lines(record(provider, "order", order))
    assert line["name"] == "Thirty-one"
    assert follow(provider, line["product"]).found is False
    assert lines(record(provider, "cart", cart)) == []

    made = shop.control("op/create_product", {"sku": "GOES", "name": "Goes"})["product_id"]
    order = placed(shop, "GOES")
    shop.control("op/delete_product", {"sku": "GOES"})
    shop.control("op/create_product", {"sku": str(made), "name": "Named like an id"})
    (line,) = lines(record(provider, "order", order))
    assert follow(provider, line["product"]).found is False


def test_a_product_that_was_made_anew_is_found_by_its_sku(shop: Shop, provider: Provider) -> None:
    shop.control("op/create_product", {"sku": "ANEW", "name": "Before"})
    order = placed(shop, "ANEW")
    shop.control("op/delete_product", {"sku": "ANEW"})
    shop.control("op/create_product", {"sku": "ANEW", "name": "After"})
    assert product_of(provider, "order", order).title == "After"


# --- the store view of an order and of a cart


@pytest.mark.parametrize("kind", ["order", "cart"])
@pytest.mark.parametrize(
    ("store", "more", "view"),
    [("", {}, 3), ("nl", {"follow_store": True}, 3), ("nl", {}, 1), ("", {"follow_store": False}, 1)],
)
def test_products_come_in_the_store_view_of_their_order_or_in_that_of_the_settings(
    shop: Shop, kind: str, store: str, more: dict[str, object], view: int
) -> None:
    provider = connected(shop, store, **more)
    for sku in ("DOC-EXAMPLE", a_configurable(shop)["sku"]):
        key = placed(shop, sku, "de") if kind == "order" else filled(shop, sku, "de")
        shown = product_of(provider, kind, key)
        raw = shop.dump("products", shown.key, view)
        assert shown.title == raw["name"]
        page = shown.fields.get("parent", shown)
        assert isinstance(page, Record)
        url_key = _code(shop.dump("products", page.key, view), "url_key")
        assert shown.fields["url"] == f"{shop.url}/{('', 'nl', 'en', 'de')[view]}/{url_key}.html"


def test_what_a_followed_product_leads_to_comes_in_the_same_store_view(shop: Shop) -> None:
    """A price in euros beside the sign of pounds would be a wrong price."""
    provider = connected(shop, "nl", follow_store=True)
    raw = a_configurable(shop)
    chosen = product_of(provider, "order", placed(shop, raw["sku"], "en"))
    parent = chosen.fields["parent"]
    assert isinstance(parent, Record)
    english = record(connected(shop, "en"), "product", raw["id"])
    assert chosen.fields["currency"] == parent.fields["currency"] == "GBP"
    for name in ("final_price", "shop_price", "resized", "categories", "variants"):
        expected = follow(connected(shop, "en"), english.fields[name]).value
        found = follow(provider, parent.fields[name]).value
        if name == "variants":
            assert isinstance(found, list)
            assert isinstance(expected, list)
            assert [each.title for each in found] == [each.title for each in expected]
        else:
            assert found == expected
        assert found


def test_the_store_of_an_order_is_its_language_and_currency(shop: Shop, provider: Provider) -> None:
    found = follow(provider, record(provider, "order", placed(shop, "DOC-EXAMPLE", "en")).fields["store"]).value
    assert isinstance(found, Record)
    assert (found.fields["code"], found.fields["locale"]) == ("en", "en_GB")
    assert (found.fields["currency"], found.fields["currency_symbol"]) == ("GBP", "£")
    assert found.fields["timezone"] == "Europe/London"


# --- what it costs


def test_the_lines_of_many_orders_are_a_handful_of_requests(shop: Shop) -> None:
    found = records(connected(shop), "order", Query(limit=150))
    keys = [line["product"] for order in found for line in lines(order)]
    asks = [Ask("mywebshop", each.collection, each.key) for each in keys if isinstance(each, Ref)]
    shop.clear()
    answered = answers(connected(shop), asks)
    # Store views, attributes, by id, variants by SKU (with a comma, apart), and by SKU what is gone by its id.
    assert len(shop.log()) <= 6
    for ask in asks:
        given = answered[ask]
        assert isinstance(given, Answer)


def test_the_lines_of_many_carts_are_a_handful_of_requests(shop: Shop) -> None:
    raw = a_configurable(shop)
    for store in ("nl", "de"):
        filled(shop, raw["sku"], store)
    found = records(connected(shop), "cart", Query(limit=200))
    keys = [line["product"] for cart in found for line in lines(cart)]
    assert len(keys) > 50
    asks = [Ask("mywebshop", each.collection, each.key) for each in keys if isinstance(each, Ref)]
    shop.clear()
    answered = answers(connected(shop), asks)
    # As those of orders, and the configurables by name in each of the three languages.
    assert len(shop.log()) <= 10
    for ask in asks:
        given = answered[ask]
        assert isinstance(given, Answer)
        assert given.found
        assert isinstance(given.value, Record)
        assert given.value.fields["url"], "every line of a cart leads to a page"
