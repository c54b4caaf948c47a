"""Typical mails, rendered against a shop: what they show, and how many requests they cost."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from dovetail import Environment
from dovetail.providers.kinds import Integration, Policy
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected

Render = Callable[..., str]


@pytest.fixture
def render(shop: Shop, tmp_path: Path) -> Render:
    """Renders a template against the shop with an empty cache; the shop's log counts the requests."""
    count = 0

    def one(source: str, store: str = "nl", **variables: object) -> str:
        nonlocal count
        count += 1
        integration = Integration(connected(shop, store), Policy(allow_private_addresses=True))
        shop.clear()
        with Environment(integrations=[integration], cache_folder=tmp_path / str(count)) as environment:
            return unescape(str(environment.from_string(source).render(variables))).strip()

    return one


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_an_order_confirmation_has_lines_options_pictures_and_the_sign_of_its_currency(
    shop: Shop, render: Render
) -> None:
    configurable = next(
        raw
        for raw in (shop.dump("products", each["id"], 3) for each in shop.dump("products"))
        if raw["type_id"] == "configurable" and raw["status"] == 1
    )
    items = [{"sku": "DOC-EXAMPLE", "qty": 2}, {"sku": configurable["sku"]}]
    order = shop.control("op/place_order", {"store": "de", "items": items})["order_id"]
    shop.control("op/ship_order", {"order_id": order})
    shown = lines(
        render(
            """{$order = $mywebshop.order[$id]}
            {$order.customer.name} {$order.store.locale} {$order.store.currency_symbol}
            {foreach $order.items as $item}
            {$item.qty_ordered} x {$item.product.name} {$item.product.url} {$item.product.resized.width}
            {foreach $item.options as $option}{$option.label}: {$option.value}
            {/foreach}
            {/foreach}
            {foreach $order.shipments as $parcel}{foreach $parcel.tracks as $track}{$track.title}{/foreach}{/foreach}
            """,
            "",
            id=order,
        )
    )
    # Not in the shop's default view, Dutch, but in the one of the order.
    assert shown[0].endswith("de_DE €")
    names = [shop.dump("products", 123456, 3)["name"], configurable["name"]]
    assert shown[1].startswith(f"2 x {names[0]} {shop.url}/de/")
    assert shown[1].endswith(".html 240")
    assert shown[2].startswith(f"1 x {names[1]}")
    assert shown[2].endswith(".html 240")
    assert any(line.startswith("Farbe: ") for line in shown[3:])
    # The order; its view and the shipments; products in it; their pictures in the theme's size.
    assert len(shop.log()) <= 15


def test_an_abandoned_cart_leads_back_to_its_products(shop: Shop, render: Render) -> None:
    cart = shop.control("op/create_cart", {"store": "nl", "email": "guest@example.org"})["cart_id"]
    configurable = next(
        raw
        for raw in (shop.dump("products", each["id"], 1) for each in shop.dump("products"))
        if raw["type_id"] == "configurable" and raw["status"] == 1
    )
    for sku in ("DOC-EXAMPLE", configurable["sku"]):
        shop.control("op/cart_add", {"cart_id": cart, "sku": sku})
    shown = lines(
        render(
            """{$cart = $mywebshop.cart[$id]}
            {if $cart.total > 0}{$cart.status}{/if} of {$cart.email}
            {foreach $cart.items as $item}
            {if $item.product.image}pictured{/if} {$item.product.url}
            {/foreach}""",
            id=cart,
        )
    )
    assert shown[0] == "open of guest@example.org"
    assert len(shown) == 3
    for line in shown[1:]:
        assert line.startswith(f"pictured {shop.url}/nl/")
        assert line.endswith(".html")
    # The cart; its total, the products' view and attributes, by SKU, the configurable by name.
    assert len(shop.log()) <= 7


def test_a_newsletter_with_products_prices_and_stock_is_a_handful_of_requests(shop: Shop, render: Render) -> None:
    shown = lines(
        render(
            """{$mywebshop.store.name} {$mywebshop.store.currency}
            {foreach $mywebshop.products|filter:'price':'>':5|orderby:'price'|limit:5 as $product}
            {$product.title} {$product.final_price} {$product.in_stock} {$product.categories.0.name}
            {/foreach}
            {$mywebshop.product.123456.description|strip_tags|truncate:20}""",
        )
    )
    assert shown[0] == "Nederlands EUR"
    assert len(shown) == 7
    # Views, their names and the currency; attributes; the list; the product; stock and categories of all.
    assert len(shop.log()) <= 9


def test_a_welcome_mail_finds_its_reader_by_address_and_group(shop: Shop, render: Render) -> None:
    raw = shop.dump("customers", shop.dump("customers")[3]["id"])
    source = "{$c = $mywebshop.customer[$email]}{$c.name}|{$c.group}|{if $c.subscribed}yes{else}no{/if}|{$c.store.code}"
    name, group, subscribed, store = render(source, email=raw["email"].upper()).split("|")
    assert name == f"{raw['firstname']} {raw['lastname']}"
    assert group
    assert subscribed == ("yes" if raw["extension_attributes"]["is_subscribed"] else "no")
    assert store == {1: "nl", 2: "en", 3: "de"}[raw["store_id"]]
    assert len(shop.log()) <= 5


def test_raw_values_are_reached_below_attributes(shop: Shop, render: Render) -> None:
    raw = shop.dump("products", 123456, 1)
    color = next(each["value"] for each in raw["custom_attributes"] if each["attribute_code"] == "color")
    source = "{$p = $mywebshop.product.123456}{$p.color}|{$p.attributes.color}|{$p.attributes.sku}"
    assert render(source) == f"Rood|{color}|DOC-EXAMPLE"
