"""Stock: of all sources at once, of single products, or what can be sold of one stock."""

from __future__ import annotations

from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Provider
from dovetail.errors import AccessError
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected, permitted
from tests.providers.magento2.talking import answer, answers

SOURCES = "/V1/inventory/source-items"


def simple_skus(shop: Shop, count: int) -> list[str]:
    every = [shop.dump("products", each["id"], 1) for each in shop.dump("products")]
    return [each["sku"] for each in every if each["type_id"] == "simple"][:count]


def quantities(provider: Provider, skus: list[str]) -> list[Any]:
    asks = [Ask("mywebshop", "stock", f"qty {sku}") for sku in skus]
    found = answers(provider, asks)
    given = [found[ask] for ask in asks]
    return [each.value if isinstance(each, Answer) else each for each in given]


def truth(shop: Shop, skus: list[str]) -> list[float]:
    numbers = {each["sku"]: each["id"] for each in shop.dump("products")}
    return [shop.dump("products", numbers[sku])["extension_attributes"]["stock_item"]["qty"] for sku in skus]


@pytest.mark.parametrize("code", [401, 404])
def test_a_shop_without_sources_or_that_hides_them_is_asked_one_by_one(shop: Shop, code: int) -> None:
    skus = simple_skus(shop, 8)
    shop.fault(kind="status", code=code, json={"message": "Request does not match any route."}, path=SOURCES)
    assert quantities(connected(shop), skus) == truth(shop, skus)
    assert len(shop.log()) == 1 + len(skus)


def test_more_sources_than_a_page_are_read_page_by_page(shop: Shop) -> None:
    skus = simple_skus(shop, 120)
    shop.control("config", {"max_page_size": 25})
    try:
        assert quantities(connected(shop), skus) == truth(shop, skus)
    finally:
        shop.control("config", {"max_page_size": 300})
    # 60 SKUs, 59, and the one with a comma: each refused once with the limit, then three pages, three and one.
    assert len(shop.log()) == 10


def test_what_is_not_stocked_itself_is_asked_alone_and_what_is_unknown_is_not_found(
    shop: Shop, provider: Provider
) -> None:
    assert answer(provider, "stock", "qty NO-SUCH-SKU").found is False
    assert answer(provider, "stock", "in_stock A,B").found is True


def test_the_missing_permission_is_named(shop: Shop, provider: Provider) -> None:
    shop.fault(kind="status", code=404, json={"message": "no"}, path=SOURCES)
    with permitted(shop, without="Magento_Catalog::catalog_inventory"), pytest.raises(AccessError) as caught:
        answer(provider, "stock", "qty DOC-EXAMPLE")
    assert "Magento_Catalog::catalog_inventory" in caught.value.message


@pytest.mark.parametrize("sku", ["DOC-EXAMPLE", "AB/12-3", "50%-OFF", "日本-1"])
def test_the_salable_quantity_of_a_stock_is_a_setting(shop: Shop, sku: str) -> None:
    provider = connected(shop, stock_id=1)
    shop.control("op/set_stock", {"sku": sku, "qty": 3})
    assert answer(provider, "stock", f"qty {sku}").value == 3
    assert answer(provider, "stock", f"in_stock {sku}").value is True
    paths = [row["path"] for row in shop.log()]
    assert [path.split("/V1/inventory/")[1].split("/")[0] for path in paths] == [
        "get-product-salable-quantity",
        "is-product-salable",
    ]


def test_a_salable_quantity_of_what_is_unknown_is_not_found(shop: Shop) -> None:
    assert answer(connected(shop, stock_id=1), "stock", "qty NO-SUCH-SKU").found is False
