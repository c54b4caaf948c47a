from __future__ import annotations

from collections.abc import Iterator

import pytest

from dovetail.demo.shop import DemoShop


@pytest.fixture
def shop() -> Iterator[DemoShop]:
    with DemoShop(port=0) as shop:
        yield shop
