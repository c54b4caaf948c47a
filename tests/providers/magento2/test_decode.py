"""From replies to records, on replies as Magento gives them (tests/providers/examples)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dovetail.engine.ports import Ref
from dovetail.providers.magento2 import decode, sales
from dovetail.providers.magento2.context import Attribute, Context
from dovetail.providers.magento2.views import View

EXAMPLES = Path(__file__).parent.parent / "examples"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
VIEW = View(
    id=1,
    code="nl",
    website_id=1,
    locale="nl_NL",
    currency="EUR",
    display_currency="EUR",
    timezone="Europe/Amsterdam",
    weight_unit="kgs",
    link_url="https://shop.example/nl/",
    media_url="https://shop.example/media/",
)
SHOP = Context(
    VIEW,
    attributes={
        "color": Attribute("color", "select", {"52": "Rood", "53": "Blauw"}),
        "material": Attribute("material", "multiselect", {"5": "Wol", "7": "Zijde"}),
        "cost": Attribute("cost", "price"),
    },
)


def body(name: str) -> dict[str, Any]:
    found = json.loads((EXAMPLES / f"{name}.json").read_text())["body"]
    assert isinstance(found, dict)
    return found


def custom(**values: object) -> dict[str, object]:
    listed = [{"attribute_code": code, "value": value} for code, value in values.items()]
    return {"id": 1, "sku": "A", "name": "A", "price": 10, "type_id": "simple", "custom_attributes": listed}


def test_a_product_has_everything_that_the_reply_has() -> None:
    raw = body("product-simple-nl")
    found = decode.product(raw, SHOP, NOON)
    assert (found.collection, found.key, found.title) == ("product", raw["id"], raw["name"])
    for name in ("sku", "price", "status", "visibility", "created_at", "tier_prices", "options"):
        assert found.fields[name] == raw[name]
    for entry in raw["custom_attributes"]:
        assert entry["attribute_code"] in found.fields
    assert found.fields["website_ids"] == raw["extension_attributes"]["website_ids"]


def test_below_attributes_stands_the_reply_as_it_is_and_raw_values_by_their_codes() -> None:
    raw = body("product-simple-nl")
    attributes = decode.product(raw, SHOP, NOON).fields["attributes"]
    assert isinstance(attributes, Mapping)
    assert {name: attributes[name] for name in raw} == raw
    assert decode.product(custom(color="52"), SHOP, NOON).fields["attributes"] == {**custom(color="52"), "color": "52"}


def test_options_are_labels_and_what_has_no_label_stays() -> None:
    fields = decode.product(custom(color="52", material="7,5", cost="19.990000", other="5,7"), SHOP, NOON).fields
    assert fields["color"] == "Rood"
    assert fields["material"] == "Zijde, Wol"
    assert fields["labels"] == {"material": ["Zijde", "Wol"]}
    assert fields["cost"] == 19.99
    assert fields["other"] == "5,7"
    assert decode.product(custom(color="99"), SHOP, NOON).fields["color"] == "99"


def test_attributes_under_a_projection_may_be_an_object_with_holes() -> None:
    raw = {**custom(), "custom_attributes": {"7": {"attribute_code": "url_key", "value": "a-b"}}}
    assert decode.product(raw, SHOP, NOON).fields["url"] == "https://shop.example/nl/a-b.html"


def test_addresses_of_images_are_percent_encoded_and_hidden_ones_left_out() -> None:
    gallery = [
        {"media_type": "image", "label": "Front", "position": 1, "disabled": False, "file": "/a/b/é 1.jpg"},
        {"media_type": "image", "label": None, "position": 2, "disabled": True, "file": "/a/b/2.jpg"},
        {"media_type": "external-video", "label": "Film", "position": 3, "disabled": False, "file": "/a/b/3.jpg"},
    ]
    raw = {**custom(image="/a/b/é 1.jpg", small_image="no_selection"), "media_gallery_entries": gallery}
    fields = decode.product(raw, SHOP, NOON).fields
    address = "https://shop.example/media/catalog/product/a/b/%C3%A9%201.jpg"
    assert fields["image"] == address
    assert fields["images"] == [{"url": address, "label": "Front", "position": 1}]
    assert (fields["small_image"], fields["thumbnail"]) == (None, None)


@pytest.mark.parametrize(
    ("moment", "price"),
    [
        # 22:59 and 23:00 UTC are the last minute of the 14th and the first of the 15th in Amsterdam.
        (datetime(2026, 1, 14, 22, 59, tzinfo=UTC), 10),
        (datetime(2026, 1, 14, 23, 0, tzinfo=UTC), 8),
        (datetime(2026, 1, 15, 22, 59, tzinfo=UTC), 8),
        (datetime(2026, 1, 15, 23, 0, tzinfo=UTC), 10),
    ],
)
def test_days_of_special_prices_are_those_of_the_shop(moment: datetime, price: float) -> None:
    raw = custom(
        special_price="8.000000", special_from_date="2026-01-15 00:00:00", special_to_date="2026-01-15 00:00:00"
    )
    fields = decode.product(raw, SHOP, moment).fields
    assert fields["final_price"] == price
    assert fields["price"] == 10


def test_a_special_price_without_dates_counts_and_one_above_the_price_does_not() -> None:
    assert decode.product(custom(special_price="8"), SHOP, NOON).fields["final_price"] == 8
    assert decode.product(custom(special_price="12"), SHOP, NOON).fields["final_price"] == 10
    assert decode.product(custom(special_price=""), SHOP, NOON).fields["final_price"] == 10


def test_an_order_shows_a_configurable_once() -> None:
    raw = body("order-configurable")
    found = sales.order(raw)
    items = found.fields["items"]
    assert isinstance(items, list)
    assert len(items) < len(raw["items"])
    assert all(not item.get("parent_item_id") for item in items)
    assert [item["product"] for item in items] == [Ref("product.row", '[0,36,"SLEC-00032-L-Grey",true]')]
    assert [item["options"] for item in items] == [Ref("product.options", "0 93=14 141=19")]
    assert found.fields["attributes"] is raw


def test_orders_of_customers_refer_to_them_and_those_of_guests_carry_a_person() -> None:
    raw = body("order-customer")
    assert sales.order(raw).fields["customer"] == Ref("customer", raw["customer_id"])
    guest = sales.order(body("order-guest")).fields["customer"]
    assert isinstance(guest, Mapping)
    assert guest["email"] == body("order-guest")["customer_email"]
    assert guest["name"]


@pytest.mark.parametrize(
    ("total", "paid", "expected"),
    [(10, 10, True), (10, 9.99, False), (10, None, False), (0, 0, False), (10, 12, True)],
)
def test_an_order_is_paid_when_all_is(total: float, paid: float | None, expected: bool) -> None:
    raw: dict[str, object] = {"entity_id": 1, "increment_id": "1", "grand_total": total, "total_paid": paid}
    assert sales.order(raw).fields["paid"] is expected


def test_a_cart_knows_at_once_only_what_its_reply_says() -> None:
    open_cart = sales.cart(body("cart-customer")).fields
    assert open_cart["status"] == "open"
    assert open_cart["order"] is None
    assert open_cart["total"] == Ref("cart_total", body("cart-customer")["id"])
    closed = sales.cart(body("cart-inactive")).fields
    identity = body("cart-inactive")["id"]
    assert closed["status"] == Ref("cart_status", identity)
    assert closed["order"] == Ref("cart_order", identity)
    assert closed["items"] == []


def test_a_guests_cart_has_no_customer_to_ask_for() -> None:
    who = sales.cart(body("cart-guest")).fields["customer"]
    assert isinstance(who, Mapping)
    assert who["is_guest"] is True


def test_a_customer_has_a_composed_name() -> None:
    raw: dict[str, object] = {"id": 7, "firstname": "Anna ", "middlename": "van", "lastname": "Dijk"}
    assert sales.customer(raw).fields["name"] == "Anna van Dijk"
    assert sales.customer({"id": 7}).fields["name"] == ""
    assert sales.customer({"id": 7, "extension_attributes": []}).fields["subscribed"] is False


@pytest.mark.parametrize("make", [sales.order, sales.customer, sales.cart])
def test_a_reply_without_its_usual_keys_still_makes_a_record(make: Any) -> None:
    assert make({"id": 3, "entity_id": 3}).key == 3
