"""The kit holds for the built-in provider: live against the double, and against what was recorded of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dovetail.providers.magento2.settings import KIND
from dovetail.testing import ProviderKit
from tests.doubles.shop import Shop


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=60, customers=12, orders=40, carts=12) as shop:
        yield shop


class TestMagento2(ProviderKit):
    kind = KIND
    identifier = "mywebshop"

    @pytest.fixture(autouse=True)
    def _shop(self, shop: Shop) -> None:
        self.settings = shop.settings()
        self.known = {
            "product": [each["id"] for each in shop.dump("products")[:3]],
            "order": [1, 2, 3],
            "customer": [1, 2, 3],
            "cart": [each["id"] for each in shop.dump("carts")[:3]],
        }
