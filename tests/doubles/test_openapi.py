"""The check that a double was asked nothing but what Magento describes."""

from __future__ import annotations

import urllib.request
from contextlib import suppress
from urllib.error import HTTPError

import pytest

from tests.doubles.openapi import unknown_to_magento
from tests.doubles.shop import Shop

ONE = "searchCriteria%5Bfilter_groups%5D%5B3%5D%5Bfilters%5D%5B11%5D%5Bcondition_type%5D=eq&searchCriteria[pageSize]=1"


def faults(path: str, query: str = "", method: str = "GET") -> list[str]:
    return unknown_to_magento([{"method": method, "path": path, "query": query}])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/rest/V1/orders", ONE),
        ("/rest/nl/V1/carts/search", ONE),
        ("/index.php/rest/all/V1/products", "searchCriteria[filterGroups][0][filters][0][field]=sku"),
        ("/rest/nl/V1/products/AB%2F12-3/media", ""),
        ("/rest/nl/V1/store/storeConfigs", "storeCodes[]=nl&storeCodes[1]=de"),
        ("/rest/nl/V1/products/attributes", "fields=items[attribute_code,options[label]],total_count"),
        ("/media/catalog/product/a.jpg", "width=3"),
    ],
)
def test_what_magento_describes_is_passed(path: str, query: str) -> None:
    assert faults(path, query) == []


@pytest.mark.parametrize(
    ("path", "query", "method", "fault"),
    [
        ("/rest/nl/V1/quotes", "", "GET", "there is no path /V1/quotes"),
        ("/rest/nl/V1/products//media", "", "GET", "there is no path /V1/products//media"),
        ("/rest/nl/extra/V1/orders", "", "GET", "/rest/nl/extra/V1/orders is no address of the API"),
        ("/rest/V1/orders/5", "", "DELETE", "/V1/orders/{id} knows no DELETE"),
        ("/rest/V1/orders/5", "storeId=1", "GET", "GET /V1/orders/{id} has no parameter storeId"),
        ("/rest/V1/orders", "searchCriteria[size]=1", "GET", "GET /V1/orders has no parameter searchCriteria[size]"),
        ("/rest/V1/products/attributes", "fields=items[code]", "GET", "/V1/products/attributes sends no code"),
    ],
)
def test_what_magento_does_not_have_is_named(path: str, query: str, method: str, fault: str) -> None:
    assert faults(path, query, method) == [fault]


@pytest.mark.parametrize("end", ["close", "clear"])
def test_a_shop_that_was_asked_for_something_else_fails_its_test(end: str) -> None:
    shop = Shop(products=2, customers=1, orders=1, carts=1)
    with suppress(HTTPError):
        urllib.request.urlopen(f"{shop.url}/rest/V1/wishes", timeout=10)
    try:
        with pytest.raises(AssertionError, match="there is no path /V1/wishes"):
            getattr(shop, end)()
    finally:
        if end == "clear":
            shop.control("log", method="DELETE")
        shop.close()
