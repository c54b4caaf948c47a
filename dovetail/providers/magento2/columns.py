"""What Magento can search each entity by, under which names, and how MySQL compares. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from dovetail.providers.magento2.raw import mapping
from dovetail.providers.magento2.replies import Raw


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALIASES: Mapping[str, Mapping[str, str]] = {
    "product": {"id": "entity_id", "title": "name"},
    "order": {"id": "entity_id", "number": "increment_id", "title": "increment_id", "currency": "order_currency_code"},
    "customer": {"id": "entity_id"},
    "cart": {"id": "entity_id", "total": "grand_total", "email": "customer_email"},
}
"""Names of templates and the columns behind them."""

COMPUTED: Mapping[str, frozenset[str]] = {
    "product": frozenset({"final_price", "url", "images", "currency", "enabled", "available"}),
    "order": frozenset({"paid", "customer_name"}),
    "customer": frozenset({"name", "title", "subscribed"}),
    "cart": frozenset({"title", "currency_code"}),
}
"""Fields that only a record has: compared here."""

LIVE: Mapping[str, frozenset[str]] = {
    "product": frozenset({"in_stock", "qty", "resized", "shop_price", "variants", "categories"}),
    "order": frozenset({"customer", "store", "shipments", "invoices", "creditmemos"}),
    "customer": frozenset({"orders", "last_order", "store", "group"}),
    "cart": frozenset({"order", "store"}),
}
"""Fields that cost a request for each record: a list is not filtered by those."""

PRODUCT_COLUMNS = _words(
    "entity_id sku name price status visibility type_id attribute_set_id created_at updated_at weight "
    "category_id website_id store_id special_price special_from_date special_to_date url_key"
)

MERGED: Mapping[str, frozenset[str]] = {
    "product": frozenset({"entity_id", "sku"}),
    "order": frozenset({"entity_id", "customer_id", "customer_email", "quote_id", "increment_id"}),
    "customer": frozenset({"entity_id", "email"}),
    "cart": frozenset({"entity_id", "customer_id"}),
}
"""Columns that pick few records: lists that differ in the value of one of these are fetched together."""

SURE: Mapping[str, frozenset[str]] = {
    "product": frozenset(),
    "order": _words(
        "state status created_at updated_at store_id grand_total subtotal total_paid total_due coupon_code "
        "customer_is_guest customer_firstname customer_lastname order_currency_code total_item_count"
    ),
    "customer": _words(
        "created_at updated_at website_id store_id group_id firstname lastname dob "
        "billing_postcode billing_city billing_telephone billing_country_id billing_company"
    ),
    "cart": _words(
        "created_at updated_at is_active items_count items_qty store_id grand_total subtotal customer_email "
        "coupon_code reserved_order_id"
    ),
}


_NUMBERS = frozenset({"entity_id", "customer_id", "quote_id"})


def identifies(column: str, value: object) -> bool:
    """Whether a value can pick out records of a column of `MERGED`.

    An empty value picks none: "orders without a customer" are those of all guests, and MySQL takes `12abc` for 12.
    A recipient whose id is missing or broken must never see what belongs to others.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.isascii() and text.isdigit() if column in _NUMBERS else bool(text.strip())


def value_of(name: str, raw: Raw, column: str) -> str:
    """What a raw record has in a column of `MERGED`, folded as MySQL compares text."""
    if name != "order" and column == "entity_id":
        return str(raw.get("id"))
    if name == "cart" and column == "customer_id":
        return str(mapping(raw.get("customer")).get("id"))
    value = raw.get(column)
    return "" if value is None else fold(str(value))


def fold(text: str) -> str:
    """Text as MySQL's usual collation compares it: without case, accents and trailing spaces."""
    plain = text.rstrip(" ")
    if plain.isascii():
        return plain.lower()
    decomposed = unicodedata.normalize("NFD", plain.replace("ß", "s"))
    return "".join(each for each in decomposed if not unicodedata.combining(each)).lower()
