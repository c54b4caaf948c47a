"""Products by id and by SKU, in three store views, against a shop over real HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Key, Provider, Record, Ref
from dovetail.providers.magento2 import decode
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answer, answers, record

ODD_SKUS = ["AB/12-3", "SKU 001", "C++-BOOK", "50%-OFF", "KAFFEE-ß", '19"-RACK', "A,B", "000123", "hash#1"]
ODD_SKUS += ["q?uestion", "amp&co", "日本-1"]


def value(raw: dict[str, Any], code: str) -> Any:
    return next((each["value"] for each in raw["custom_attributes"] if each["attribute_code"] == code), None)


def in_full(shop: Shop) -> list[dict[str, Any]]:
    return [shop.dump("products", each["id"], 1) for each in shop.dump("products")]


def test_odd_skus_are_found_and_each_is_the_right_product(any_shop: Shop) -> None:
    provider = connected(any_shop)
    truth = {each["sku"]: each["id"] for each in any_shop.dump("products")}
    found = answers(provider, [Ask("mywebshop", "product", sku) for sku in ODD_SKUS])
    for sku in ODD_SKUS:
        given = found[Ask("mywebshop", "product", sku)]
        assert isinstance(given, Answer)
        assert isinstance(given.value, Record)
        assert (given.value.fields["sku"], given.value.key) == (sku, truth[sku])
    # Settings, attributes, one search for those without a comma, one for the others.
    assert len(any_shop.log()) == 4


@pytest.mark.parametrize(
    ("key", "sku"),
    [
        (123456, "DOC-EXAMPLE"),  # a number is an id first
        ("123456", "123456"),  # a text is a SKU first
        ("doc-example", "DOC-EXAMPLE"),  # in any case, as in the shop
        ("000123", "000123"),
        ("5", "AB/12-3"),  # no such SKU, but an id
    ],
)
def test_a_number_is_an_id_first_and_a_text_a_sku(provider: Provider, key: Key, sku: str) -> None:
    assert record(provider, "product", key).fields["sku"] == sku


def test_a_number_that_is_no_id_may_be_a_sku(shop: Shop, provider: Provider) -> None:
    shop.control("op/create_product", {"sku": "7654321", "name": "Numbered", "price": 3})
    assert record(provider, "product", 7654321).fields["sku"] == "7654321"


@pytest.mark.parametrize("key", [99999999, "NO-SUCH-SKU", "99999999", 10**30, "", "x" * 300])
def test_an_unknown_product_is_no_error(provider: Provider, key: Key) -> None:
    found = answer(provider, "product", key)
    assert (found.value, found.found) == (None, False)


@pytest.mark.parametrize(("store", "number"), [("nl", 1), ("en", 2), ("de", 3)])
def test_texts_prices_and_addresses_are_those_of_the_store_view(shop: Shop, store: str, number: int) -> None:
    raw = shop.dump("products", 123456, store=number)
    fields = record(connected(shop, store), "product", 123456).fields
    assert fields["name"] == fields["title"] == raw["name"]
    assert fields["price"] == raw["price"]
    assert fields["currency"] == {"nl": "EUR", "en": "GBP", "de": "EUR"}[store]
    assert fields["url"] == f"{shop.url}/{store}/{value(raw, 'url_key')}.html"
    assert fields["image"] == f"{shop.url}/media/catalog/product{value(raw, 'image')}"


def test_the_suffix_of_pages_is_a_setting(shop: Shop) -> None:
    assert str(record(connected(shop, url_suffix=""), "product", 123456).fields["url"]).endswith("-123456")


def test_options_have_labels_in_the_language_and_ids_below_attributes(shop: Shop) -> None:
    labels = {store: record(connected(shop, store), "product", 123456).fields for store in ("nl", "en", "de")}
    raw = shop.dump("products", 123456, store=1)
    assert {store: fields["color"] for store, fields in labels.items()} == {"nl": "Rood", "en": "Red", "de": "Rot"}
    attributes = labels["nl"]["attributes"]
    assert isinstance(attributes, dict)
    assert value(attributes, "color") == value(raw, "color")


def test_a_multiselect_is_its_labels_joined(shop: Shop, provider: Provider) -> None:
    raw = next(each for each in in_full(shop) if "," in str(value(each, "material")))
    shown = str(record(provider, "product", raw["id"]).fields["material"])
    assert len(shown.split(", ")) == len(value(raw, "material").split(","))
    assert not any(character.isdigit() for character in shown)


def test_images_that_are_no_selection_are_null(shop: Shop, provider: Provider) -> None:
    raw = next(each for each in in_full(shop) if value(each, "image") == "no_selection")
    fields = record(provider, "product", raw["id"]).fields
    assert fields["image"] is None
    assert "no_selection" not in str({**fields, "attributes": None, "custom_attributes": None})


def test_the_final_price_is_the_special_one_between_its_dates(shop: Shop, provider: Provider) -> None:
    today = shop.info["now"][:10]
    special = [each for each in in_full(shop) if value(each, "special_price") and each["price"]]
    assert len(special) > 20
    found = answers(provider, [Ask("mywebshop", "product", each["id"]) for each in special])
    counted = 0
    for raw in special:
        given = found[Ask("mywebshop", "product", raw["id"])]
        assert isinstance(given, Answer)
        assert isinstance(given.value, Record)
        begins, ends = value(raw, "special_from_date"), value(raw, "special_to_date")
        # The shop's day may be another one than that of the clock in UTC.
        if today in {str(begins)[:10], str(ends)[:10]}:
            continue
        counts = (not begins or begins[:10] < today) and (not ends or ends[:10] > today)
        expected = min(float(value(raw, "special_price")), raw["price"]) if counts else raw["price"]
        assert given.value.fields["final_price"] == pytest.approx(expected)
        assert given.value.fields["price"] == raw["price"]
        counted += counts
    assert counted > 5


@pytest.mark.parametrize(
    ("day", "price"),
    [("2026-01-09", 10), ("2026-01-10", 8), ("2026-01-12", 8), ("2026-01-13", 10)],
)
def test_a_special_price_counts_on_its_first_and_on_its_last_day(day: str, price: float) -> None:
    custom = {
        "special_price": "8.000000",
        "special_from_date": "2026-01-10 00:00:00",
        "special_to_date": "2026-01-12 00:00:00",
    }
    assert decode.final_price(10, custom, date.fromisoformat(day)) == price


def test_a_product_with_variants_has_their_lowest_price(shop: Shop, provider: Provider) -> None:
    raw = next(each for each in in_full(shop) if each["type_id"] == "configurable" and each["status"] == 1)
    fields = record(provider, "product", raw["id"]).fields
    assert fields["price"] == 0
    reference = fields["final_price"]
    assert isinstance(reference, Ref)
    found = answer(provider, reference.collection, reference.key).value
    assert isinstance(found, int | float)
    assert found > 0


def test_stock_of_many_products_costs_a_request_or_two(shop: Shop, provider: Provider) -> None:
    skus = [each["sku"] for each in in_full(shop) if each["type_id"] == "simple"][20:70]
    for at, sku in enumerate(skus):
        shop.control("op/set_stock", {"sku": sku, "qty": at})
    shop.clear()
    asks = [Ask("mywebshop", "stock", f"{name} {sku}") for sku in skus for name in ("qty", "in_stock")]
    found = answers(provider, asks)
    assert len(shop.log()) <= 2
    for at, sku in enumerate(skus):
        quantity = found[Ask("mywebshop", "stock", f"qty {sku}")]
        available = found[Ask("mywebshop", "stock", f"in_stock {sku}")]
        assert isinstance(quantity, Answer)
        assert isinstance(available, Answer)
        assert (quantity.value, available.value) == (at, at > 0)


def test_stock_follows_the_shop(shop: Shop, provider: Provider) -> None:
    shop.control("op/set_stock", {"sku": "DOC-EXAMPLE", "qty": 17})
    fields = record(provider, "product", 123456).fields
    quantity, available = fields["qty"], fields["in_stock"]
    assert isinstance(quantity, Ref)
    assert isinstance(available, Ref)
    assert answer(provider, quantity.collection, quantity.key).value == 17
    assert answer(provider, available.collection, available.key).value is True


def test_what_shoppers_of_the_store_view_can_visit_is_available(shop: Shop) -> None:
    seen: set[bool] = set()
    for store, view in (("nl", 1), ("en", 2), ("de", 3)):
        every = [shop.dump("products", each["id"], view) for each in shop.dump("products")]
        found = answers(connected(shop, store), [Ask("mywebshop", "product", each["id"]) for each in every])
        for raw in every:
            given = found[Ask("mywebshop", "product", raw["id"])]
            assert isinstance(given, Answer)
            assert isinstance(given.value, Record)
            sold = view in raw["extension_attributes"]["website_ids"]
            expected = raw["status"] == 1 and raw["visibility"] != 1 and sold
            assert given.value.fields["available"] is expected
            seen.add(sold)
    assert seen == {True, False}


def test_template_syntax_in_texts_is_left_as_it_is(shop: Shop) -> None:
    raws = {each["id"]: each for each in in_full(shop) if "{$" in each["name"] or "<" in each["name"]}
    assert raws
    found = answers(connected(shop), [Ask("mywebshop", "product", identity) for identity in raws])
    for identity, raw in raws.items():
        given = found[Ask("mywebshop", "product", identity)]
        assert isinstance(given, Answer)
        assert isinstance(given.value, Record)
        assert given.value.title == raw["name"]


def test_three_hundred_products_take_four_requests_and_odd_keys_one_more(shop: Shop, provider: Provider) -> None:
    ids = [each["id"] for each in shop.dump("products")][:300]
    found = answers(provider, [Ask("mywebshop", "product", identity) for identity in ids])
    assert all(isinstance(each, Answer) and each.found for each in found.values())
    assert len(shop.log()) <= 4
    shop.clear()
    skus = [each["sku"] for each in shop.dump("products")][:300]
    found = answers(provider, [Ask("mywebshop", "product", sku) for sku in skus])
    assert all(isinstance(each, Answer) and each.found for each in found.values())
    assert len(shop.log()) <= 5


def test_only_numbers_that_are_no_ids_are_looked_for_as_skus(shop: Shop, provider: Provider) -> None:
    answers(provider, [Ask("mywebshop", "product", key) for key in (1, 2, 3, 88888888)])
    searches = [row for row in shop.log() if row["route"].endswith("/V1/products")]
    assert len(searches) == 2
    assert "88888888" in str(searches[1]["query"])
    assert "1,2,3" not in str(searches[1]["query"]).replace("%2C", ",")
