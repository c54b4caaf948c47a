"""Shops in the profiles that differ most, each started once, and providers for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dovetail.engine.ports import Provider
from dovetail.providers.magento2.settings import KIND
from tests.doubles.shop import Shop

PERMISSIONS = {
    "Magento_Backend::store",
    "Magento_Cart::manage",
    "Magento_Catalog::attributes_attributes",
    "Magento_Catalog::categories",
    "Magento_Catalog::catalog_inventory",
    "Magento_Catalog::products",
    "Magento_Customer::customer",
    "Magento_Customer::group",
    "Magento_InventoryApi::source",
    "Magento_InventorySalesApi::stock",
    "Magento_Sales::actions_view",
    "Magento_Sales::sales_creditmemo",
    "Magento_Sales::sales_invoice",
    "Magento_Sales::shipment",
}
"""All that Dovetail reads a shop with."""


@pytest.fixture(scope="session")
def strict_shop() -> Iterator[Shop]:
    with Shop(profile="strict", products=450, customers=150, orders=500, carts=80) as shop:
        yield shop
        assert shop.control("stats")["double_bugs"] == 0


@pytest.fixture(scope="session")
def shop_2_4_3() -> Iterator[Shop]:
    with Shop(profile="2.4.3", products=350, customers=20, orders=40, carts=10) as shop:
        yield shop


@pytest.fixture(scope="session")
def shop_2_3() -> Iterator[Shop]:
    with Shop(profile="2.3", products=350, customers=20, orders=450, carts=10) as shop:
        yield shop


@pytest.fixture(scope="session")
def shop_2_4_4() -> Iterator[Shop]:
    with Shop(profile="2.4.4", products=350, customers=20, orders=40, carts=10) as shop:
        yield shop


@pytest.fixture(scope="session")
def shop_2_4_8() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=350, customers=20, orders=450, carts=10) as shop:
        yield shop


@pytest.fixture
def shop(strict_shop: Shop) -> Shop:
    """The strict profile: 300 a page, 20 in any list of filters, 20 a page when nothing is said."""
    strict_shop.clear()
    return strict_shop


@pytest.fixture(params=["strict_shop", "shop_2_4_8", "shop_2_4_4", "shop_2_4_3", "shop_2_3"])
def any_shop(request: pytest.FixtureRequest) -> Shop:
    """Each profile in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Shop)
    found.clear()
    return found


@contextmanager
def permitted(shop: Shop, *, without: str) -> Iterator[None]:
    """The shop while its integration lacks one permission."""
    assert without in PERMISSIONS
    shop.control("integration", {"id": 1, "acl": sorted(PERMISSIONS - {without})})
    try:
        yield
    finally:
        shop.control("integration", {"id": 1, "acl": ["*"]})


def connected(shop: Shop, store: str = "nl", **more: object) -> Provider:
    """A provider for a shop; `more` replaces settings."""
    return KIND.make("mywebshop", {**shop.settings(store), **more})


@pytest.fixture
def provider(shop: Shop) -> Provider:
    """The shop in its store view nl."""
    return connected(shop)
