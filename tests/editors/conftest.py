"""Folders of templates with a shop, for editors that start the language server themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.shop import Shop
from tests.lsp.protocol.conftest import write_settings


@pytest.fixture(scope="session")
def editor_shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=60, customers=20, orders=30, carts=5) as shop:
        yield shop


@pytest.fixture
def mails(editor_shop: Shop, tmp_path: Path) -> Path:
    """A folder with settings for the shop."""
    editor_shop.clear()
    write_settings(tmp_path, editor_shop.url, editor_shop.oauth)
    return tmp_path


@pytest.fixture
def product(editor_shop: Shop) -> str:
    """The name of product 123456 in the shop's store view."""
    return str(editor_shop.dump("products", 123456, store=1)["name"])
