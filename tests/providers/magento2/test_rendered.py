"""Prices and images as the shop's own pages have them, and what is left where the shop does not tell them."""

from __future__ import annotations

from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Provider, Record, Ref
from dovetail.providers.magento2 import decode
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answer, answers, record
from tests.providers.magento2.test_decode import NOON, SHOP


def configurables(shop: Shop) -> list[dict[str, Any]]:
    every = [shop.dump("products", each["id"], 1) for each in shop.dump("products")]
    return [each for each in every if each["type_id"] == "configurable" and each["status"] == 1]


def prices(provider: Provider, raws: list[dict[str, Any]]) -> dict[int, Answer]:
    asks = {raw["id"]: Ask("mywebshop", "price", raw["id"]) for raw in raws}
    found = answers(provider, list(asks.values()))
    given = {identity: found[ask] for identity, ask in asks.items()}
    assert all(isinstance(each, Answer) for each in given.values())
    return {identity: each for identity, each in given.items() if isinstance(each, Answer)}


def test_an_image_comes_in_the_size_of_the_shops_lists(shop: Shop, provider: Provider) -> None:
    reference = record(provider, "product", 123456).fields["resized"]
    assert isinstance(reference, Ref)
    found = answer(provider, reference.collection, reference.key).value
    assert isinstance(found, dict)
    assert str(found["url"]).startswith(f"{shop.url}/media/catalog/product/cache/")
    assert (found["width"], found["height"]) == (240, 300)


def test_a_product_that_no_shopper_sees_has_no_resized_image(shop: Shop, provider: Provider) -> None:
    hidden = next(
        each["id"] for each in shop.dump("products") if shop.dump("products", each["id"], 1)["visibility"] == 1
    )
    assert answer(provider, "product.resized", hidden).value is None


def test_prices_and_images_of_a_hundred_products_are_one_request(shop: Shop, provider: Provider) -> None:
    ids = [each["id"] for each in shop.dump("products")][:100]
    shop.clear()
    answers(provider, [Ask("mywebshop", "product.resized", identity) for identity in ids])
    # Store views, attributes, and the one that matters.
    assert len(shop.log()) == 3


def test_the_price_of_the_shops_own_page_is_there_for_every_product(shop: Shop, provider: Provider) -> None:
    fields = record(provider, "product", 123456).fields
    reference = fields["shop_price"]
    assert isinstance(reference, Ref)
    assert answer(provider, reference.collection, reference.key).value == fields["final_price"]
    # Hidden ones are on no page; what they cost is known all the same.
    every = [shop.dump("products", each["id"], 1) for each in shop.dump("products")]
    hidden = next(each for each in every if each["visibility"] == 1 and each["status"] == 1)
    assert (
        answer(provider, "price", hidden["id"]).value == record(provider, "product", hidden["id"]).fields["final_price"]
    )
    off = next(each for each in every if each["status"] == 2)
    assert answer(provider, "price", off["id"]).value is None


@pytest.mark.parametrize("code", [401, 404])
def test_without_rendered_prices_those_of_the_variants_count(shop: Shop, provider: Provider, code: int) -> None:
    """Optional in a shop: a module that may be off, or closed to integrations."""
    raws = configurables(shop)[:6]
    expected = prices(provider, raws)
    shop.fault(kind="status", code=code, json={"message": "no"}, path="/V1/products-render-info")
    found = prices(provider, raws)
    for raw in raws:
        # The double's own pages take the cheapest variant, also one that is off.
        children = [
            shop.dump("products", each, 1) for each in raw["extension_attributes"]["configurable_product_links"]
        ]
        if all(each["status"] == 1 for each in children):
            assert found[raw["id"]].value == pytest.approx(expected[raw["id"]].value)
    assert any("cannot be had" in note for answer in found.values() for note in answer.notes)


def test_a_lower_limit_of_pages_is_respected(shop: Shop, provider: Provider) -> None:
    ids = [each["id"] for each in shop.dump("products")][:100]
    asks = [Ask("mywebshop", "product.resized", identity) for identity in ids]
    expected = answers(provider, asks)
    shop.control("config", {"max_page_size": 30})
    try:
        found = answers(provider, asks)
    finally:
        shop.control("config", {"max_page_size": 300})
    for ask in asks:
        one, other = found[ask], expected[ask]
        assert isinstance(one, Answer)
        assert isinstance(other, Answer)
        assert one.value == other.value


@pytest.mark.parametrize("type_id", ["configurable", "grouped", "bundle"])
def test_a_product_made_of_others_has_a_price_only_the_shop_knows(type_id: str) -> None:
    raw = {"id": 7, "sku": "A", "name": "A", "type_id": type_id}
    assert decode.product({**raw, "price": 0}, SHOP, NOON).fields["final_price"] == Ref("price", "0 7")
    assert decode.product(raw, SHOP, NOON).fields["final_price"] == Ref("price", "0 7")
    # A bundle may have a fixed price.
    assert decode.product({**raw, "price": 12}, SHOP, NOON).fields["final_price"] == 12


def test_a_shop_that_hides_its_currency_still_has_prices_of_variants(shop: Shop) -> None:
    shop.fault(kind="status", code=401, json={"message": "no"}, path="/V1/store/storeConfigs")
    raw = configurables(shop)[0]
    provider = connected(shop)
    found = record(provider, "product", raw["id"])
    assert isinstance(found, Record)
    price = answer(provider, "price", raw["id"])
    assert isinstance(price.value, float)
    assert any("currency" in note for note in price.notes)
