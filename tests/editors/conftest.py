"""Folders of templates with a shop, for editors that start the language server themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.shop import Shop
from tests.lsp.protocol.conftest import editor_shop as editor_shop  # a fixture, taken over
from tests.lsp.protocol.conftest import write_settings


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
