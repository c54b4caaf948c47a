"""What docs/graphql.md shows is what works; its example for Magento against the published shape of Magento's schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query, Record
from dovetail.integrations.settings import read_settings
from dovetail.providers.connections import Connections
from dovetail.providers.graphql.settings import KIND
from tests.providers.graphql.shop import GraphQLShop
from tests.providers.station import asking

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "graphql.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_settings_of_the_page_have_no_faults(tmp_path: Path, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SECRET", "s3cret-token")
    (tmp_path / "dovetail.toml").write_text(block, encoding="utf-8")
    (integration,) = read_settings(tmp_path / "dovetail.toml", {"graphql": KIND}).connect()
    assert integration.provider.schema().members


def test_the_page_explains_every_setting() -> None:
    assert [each.name for each in KIND.settings if f"`{each.name}`" not in PAGE and each.name != "collections"] == []


MAGENTO = """
enum SortEnum { ASC DESC }
input FilterEqualTypeInput { eq: String, in: [String] }
input ProductAttributeFilterInput { sku: FilterEqualTypeInput, url_key: FilterEqualTypeInput }
input ProductAttributeSortInput { name: SortEnum, position: SortEnum, price: SortEnum, relevance: SortEnum }
type Money { value: Float, currency: String }
type ProductPrice { final_price: Money!, regular_price: Money! }
type PriceRange { minimum_price: ProductPrice! }
type ProductImage { url: String, label: String }
interface ProductInterface {
  sku: String, name: String, url_key: String, url_suffix: String, small_image: ProductImage, price_range: PriceRange!
}
type SimpleProduct implements ProductInterface {
  sku: String, name: String, url_key: String, url_suffix: String, small_image: ProductImage, price_range: PriceRange!
}
type Products { items: [ProductInterface], total_count: Int }
type Query {
  products(search: String, filter: ProductAttributeFilterInput, pageSize: Int = 20, currentPage: Int = 1,
           sort: ProductAttributeSortInput): Products
}
"""


def product(number: int) -> dict[str, object]:
    money = {"value": number * 1.5, "currency": "EUR"}
    return {
        "__typename": "SimpleProduct",
        "sku": f"24-MB{number:02}",
        "name": f"Bag {number}",
        "url_key": f"bag-{number}",
        "small_image": {"url": f"https://shop.example/{number}.jpg", "label": "Bag"},
        "price_range": {"minimum_price": {"final_price": money, "regular_price": money}},
    }


class Catalogue:
    def products(
        self,
        info: object,
        filter: Mapping[str, Mapping[str, object]] | None = None,  # noqa: A002
        sort: Mapping[str, str] | None = None,
        pageSize: int = 20,  # noqa: N803
        currentPage: int = 1,  # noqa: N803
    ) -> object:
        rows = [product(number) for number in range(1, 121)]
        for name, condition in (filter or {}).items():
            wanted = condition.get("in") or [condition.get("eq")]
            rows = [each for each in rows if isinstance(wanted, list) and each[name] in wanted]
        if sort == {"price": "DESC"}:
            rows.reverse()
        return {"items": rows[(currentPage - 1) * pageSize : currentPage * pageSize], "total_count": len(rows)}


def test_magento_s_products_as_the_page_shows(tmp_path: Path) -> None:
    (block,) = [each for each in BLOCKS if "catalogue" in each]
    shop = GraphQLShop(MAGENTO, Catalogue())
    text = block.replace("https://shop.example/graphql", shop.url)
    text = text.replace('kind = "graphql"', 'kind = "graphql"\nallow_private_addresses = true')
    (tmp_path / "dovetail.toml").write_text(text, encoding="utf-8")
    integrations = read_settings(tmp_path / "dovetail.toml", {"graphql": KIND}).connect()
    listed = Query((Filter("url_key", "in", ("bag-3", "bag-7")),), (Order("price", True),), 5)
    asks = [Ask("catalogue", "product", f"24-MB{number:02}") for number in range(1, 61)]
    asks += [Ask("catalogue", "page", "bag-9"), Ask("catalogue", "product", listed)]
    try:
        with Connections(integrations) as connections:
            found = connections.run(asking(*asks)).by_ask
    finally:
        shop.close()
    first, page, some = found[asks[0]], found[asks[-2]], found[asks[-1]]
    assert isinstance(first, Answer)
    assert isinstance(first.value, Record)
    assert first.value.fields["price_range"] == {
        "minimum_price": {"final_price": {"value": 1.5, "currency": "EUR"}, "regular_price": {"value": 1.5}}
    }
    assert isinstance(page, Answer)
    assert isinstance(page.value, Record)
    assert page.value.title == "Bag 9"
    assert isinstance(some, Answer)
    assert isinstance(some.value, list)
    assert [each.key for each in some.value] == ["24-MB07", "24-MB03"]
    # Sixty products are two requests, one for the page, one for the list.
    assert len(shop.calls) == 4
    assert all(call.headers["store"] == "default" for call in shop.calls)
