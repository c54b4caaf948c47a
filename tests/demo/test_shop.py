"""The sample shop answers as Magento does, over real HTTP."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from dovetail.demo.catalogue import BY_ID, PRODUCTS
from dovetail.demo.people import CARTS, CUSTOMERS, ORDERS
from dovetail.demo.shop import KEYS, DemoShop
from dovetail.providers.magento2.oauth import header
from tests.demo.client import ask, criteria, get, nonce


def _items(reply: object) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", cast("dict[str, object]", reply)["items"])


def test_a_request_without_credentials_is_told_which_permission_is_missing(shop: DemoShop) -> None:
    status, _, body = get(shop, "/rest/en/V1/store/storeConfigs")
    assert status == 401
    assert b"Magento_Backend::store" in body


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
def test_each_of_the_four_keys_has_to_be_right(shop: DemoShop, wrong: str) -> None:
    status, _ = ask(shop, "/store/storeConfigs", replace(KEYS, **{wrong: "x" * 32}))
    assert status == 401


def test_a_signed_request_cannot_be_sent_again(shop: DemoShop) -> None:
    path = "/rest/en/V1/store/storeConfigs"
    once = header("GET", shop.url + path, KEYS, nonce(), int(time.time()))
    assert get(shop, path, once)[0] == 200
    status, _, body = get(shop, path, once)
    assert status == 401
    assert b"nonce" in body


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (("sku", "eq", "ho-1005"), ["Enamel kettle"]),
        (("entity_id", "in", "123451,123456"), ["Oak serving board", "Cast-iron skillet"]),
        (("price", "gt", "79"), ["Reading lamp “Halden”", "Merino throw"]),
        (("price", "gteq", "95"), ["Reading lamp “Halden”", "Merino throw"]),
        (("price", "lt", "16"), ["Stoneware mug “Dune”"]),
        (("price", "lteq", "16"), ["Stoneware mug “Dune”", "Beeswax candles, pair"]),
        (("special_price", "notnull", "1"), ["Enamel kettle", "Pour-over coffee set", "Reading lamp “Halden”"]),
        (("name", "like", "%coffee%"), ["Pour-over coffee set"]),
        (("material", "eq", "33"), ["Hand-blown carafe", "Pour-over coffee set"]),
        (("sku", "nosuchcondition", "HO-1012"), ["Merino throw"]),
    ],
)
def test_a_search_understands_conditions(shop: DemoShop, condition: tuple[str, str, str], names: list[str]) -> None:
    status, reply = ask(shop, f"/products?{criteria(condition)}")
    assert (status, [item["name"] for item in _items(reply)]) == (200, names)


@pytest.mark.parametrize(
    ("condition", "count"),
    [(("price", "neq", "16"), 11), (("sku", "nin", "HO-1001,HO-1002"), 10), (("special_price", "null", "1"), 9)],
)
def test_a_search_understands_negations(shop: DemoShop, condition: tuple[str, str, str], count: int) -> None:
    _, reply = ask(shop, f"/products?{criteria(condition)}")
    assert len(_items(reply)) == count


def test_groups_all_hold_and_the_filters_of_a_group_are_alternatives(shop: DemoShop) -> None:
    extra = "searchCriteria[filter_groups][0][filters][1]"
    more = f"{extra}[field]=name&{extra}[value]=Merino throw&{extra}[condition_type]=eq"
    query = criteria(("name", "eq", "Enamel kettle"), ("price", "gt", "70")) + "&" + more
    _, reply = ask(shop, "/products?" + query.replace(" ", "%20").replace("[", "%5B").replace("]", "%5D"))
    assert [item["name"] for item in _items(reply)] == ["Merino throw"]


def test_a_search_sorts_and_gives_one_page_of_the_whole(shop: DemoShop) -> None:
    first = ask(shop, f"/products?{criteria(sort='-price', size=5)}")[1]
    last = ask(shop, f"/products?{criteria(sort='-price', size=5, page=3)}")[1]
    past = ask(shop, f"/products?{criteria(sort='-price', size=5, page=4)}")[1]
    assert [item["price"] for item in _items(first)] == [119, 95, 79, 64, 52]
    assert [item["price"] for item in _items(last)] == [16, 14.5]
    assert _items(past) == []
    assert cast("dict[str, object]", last)["total_count"] == len(PRODUCTS)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/products/NOPE", 404),
        ("/customers/99", 404),
        ("/orders/99", 404),
        ("/carts/99/totals", 404),
        ("/no/such/route", 404),
        ("/products", 400),
        (f"/products?{criteria(('no_such_attribute', 'eq', '1'))}", 400),
        (f"/orders?{criteria(('no_such_column', 'eq', '1'))}", 500),
    ],
)
def test_what_cannot_be_answered_is_refused_as_magento_does(shop: DemoShop, path: str, status: int) -> None:
    found, reply = ask(shop, path)
    assert found == status
    assert "message" in cast("dict[str, object]", reply)


def test_an_unknown_store_view_is_refused(shop: DemoShop) -> None:
    path = "/rest/xx/V1/store/storeConfigs"
    assert get(shop, path, header("GET", shop.url + path, KEYS, nonce(), int(time.time())))[0] == 400


def test_every_order_and_cart_belongs_to_a_customer_and_holds_products_of_the_shop() -> None:
    customers = {customer.id for customer in CUSTOMERS}
    for thing in (*ORDERS, *CARTS):
        assert thing.customer in customers
        assert all(product in BY_ID and quantity > 0 for product, quantity in thing.lines)
    assert customers - {cart.customer for cart in CARTS}, "one customer should have no cart"
    assert any(not customer.lastname.isascii() for customer in CUSTOMERS)


def test_what_an_order_says_adds_up(shop: DemoShop) -> None:
    _, reply = ask(shop, f"/orders?{criteria()}")
    assert len(_items(reply)) == len(ORDERS)
    for order in _items(reply):
        lines = sum(item["row_total_incl_tax"] for item in order["items"])
        assert order["grand_total"] == pytest.approx(lines + order["shipping_incl_tax"])
        assert order["subtotal"] * 1.21 == pytest.approx(lines, abs=0.01)


def test_the_total_of_a_cart_with_tax_stands_in_its_segment(shop: DemoShop) -> None:
    _, reply = ask(shop, "/carts/88/totals")
    totals = cast("dict[str, Any]", reply)
    (grand,) = (item["value"] for item in totals["total_segments"] if item["code"] == "grand_total")
    assert grand == 49 + 2 * 18
    assert totals["grand_total"] < grand


def test_pictures_and_pages_are_where_the_catalogue_says(shop: DemoShop) -> None:
    _, reply = ask(shop, f"/products-render-info?{criteria()}")
    assert len(_items(reply)) == len(PRODUCTS)
    for item in _items(reply)[:2]:
        picture = get(shop, urlsplit(item["images"][0]["url"]).path)
        page = get(shop, urlsplit(item["url"]).path)
        assert picture[:2] == (200, "image/png")
        assert page[0] == 200
        assert item["name"] in page[2].decode()
    assert get(shop, "/media/catalog/product/../../etc/passwd")[0] == 404


def test_the_shop_counts_what_it_is_asked(shop: DemoShop) -> None:
    ask(shop, "/products/HO-1001")
    ask(shop, "/products/HO-1002")
    ask(shop, "/carts/88/totals")
    get(shop, "/enamel-kettle.html")
    assert dict(shop.requests) == {"products/ID": 2, "carts/ID/totals": 1}


def test_the_shop_moves_to_another_port_when_its_own_is_taken(shop: DemoShop) -> None:
    port = urlsplit(shop.url).port
    assert port is not None
    with DemoShop(port=port) as other:
        assert other.url != shop.url
        assert ask(other, "/store/websites")[0] == 200


def test_a_stopped_shop_answers_no_more() -> None:
    shop = DemoShop(port=0).start()
    address = urlsplit(shop.url)
    shop.stop()
    shop.stop()
    with pytest.raises(OSError):
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=2)
    with pytest.raises(RuntimeError, match=r"start\(\)"):
        _ = shop.url
