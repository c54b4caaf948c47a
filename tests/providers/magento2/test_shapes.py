"""JSON that is not what was asked for: every reading of the API refuses it."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Ask, Key, Query
from dovetail.errors import OddAnswerError
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answers

READINGS: dict[str, tuple[str, Key | Query, str]] = {
    "products": ("product", 1, "/V1/products\\?"),
    "attributes": ("product", 1, "/V1/products/attributes"),
    "store views": ("product", 1, "/V1/store/storeConfigs"),
    "names of views": ("store", "", "/V1/store/storeViews"),
    "currency": ("store", "", "/V1/directory/currency"),
    "orders": ("order", Query(limit=3), "/V1/orders"),
    "customers": ("customer", "a@example.org", "/V1/customers/search"),
    "carts": ("cart", 1, "/V1/carts/search"),
    "totals": ("cart_total", 1, "/V1/carts/1/totals"),
    "sources": ("stock", "qty DOC-EXAMPLE", "/V1/inventory/source-items"),
    "single stock": ("stock", "qty NO-SUCH", "/V1/stockItems"),
    "rendered": ("product.resized", 123456, "/V1/products-render-info"),
    "shipments": ("order.shipments", 1, "/V1/shipments"),
    "categories": ("product.categories", "3 4", "/V1/categories/list"),
    "groups": ("customer.group", 1, "/V1/customerGroups/search"),
}


@pytest.mark.parametrize("sent", ["a text", 17, [1, 2], {"items": 3}, {"items": [1]}], ids=str)
@pytest.mark.parametrize("name", READINGS)
def test_json_of_another_shape_is_never_an_empty_answer(shop: Shop, name: str, sent: object) -> None:
    collection, key, path = READINGS[name]
    ask = Ask("mywebshop", collection, key)
    provider = connected(shop)
    shop.fault(kind="status", code=200, json=sent, path=path)
    found = answers(provider, [ask])[ask]
    assert isinstance(found, OddAnswerError), found
