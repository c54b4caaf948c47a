"""What a Magento 2 shop offers to templates, with the documentation that editors and `explore` show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from dovetail.engine.schema import Field, FieldType, Member, RecordType, Schema

if TYPE_CHECKING:
    from dovetail.providers.magento2.wire import Shop


def schema_of(shop: Shop) -> Schema:
    """The schema of a shop; the same for all shops but for where it is."""
    view = f"store view {shop.store}" if shop.store else "default store view"
    return Schema(
        kind="magento2",
        summary=f"Magento 2 shop {shop.url} ({view})",
        members=_members(),
        records=records(),
    )


@cache
def _members() -> Mapping[str, Member]:
    return {
        "product": Member(
            kind="keyed",
            collection="product",
            record="product",
            key="id or SKU",
            summary="One product by its id (a number) or its SKU (a text)",
        ),
        "products": Member(
            kind="list",
            collection="product",
            record="product",
            summary="All products; use |filter, |orderby, |limit",
            filters=("price", "sku", "name", "category_id", "status", "created_at", "updated_at", "type_id"),
        ),
        "order": Member(
            kind="keyed",
            collection="order",
            record="order",
            key="id or order number",
            summary="One order by its id, or by the number that the customer sees (a text)",
        ),
        "orders": Member(
            kind="list",
            collection="order",
            record="order",
            summary="All orders; use |filter, |orderby, |limit",
            filters=("customer_id", "customer_email", "status", "state", "created_at", "grand_total", "store_id"),
        ),
        "customer": Member(
            kind="keyed",
            collection="customer",
            record="customer",
            key="id or e-mail address",
            summary="One customer by id or e-mail address",
        ),
        "customers": Member(
            kind="list",
            collection="customer",
            record="customer",
            summary="All customers; use |filter, |orderby, |limit",
            filters=("email", "group_id", "website_id", "store_id", "created_at"),
        ),
        "cart": Member(kind="keyed", collection="cart", record="cart", key="id", summary="One cart by its id"),
        "carts": Member(
            kind="list",
            collection="cart",
            record="cart",
            summary="All carts; use |filter, |orderby, |limit",
            filters=("customer_id", "customer_email", "is_active", "status", "items_count", "updated_at", "store_id"),
        ),
        "store": Member(
            kind="value",
            collection="store",
            record="store",
            summary="The store view that is read: its language, currency, time zone and addresses",
        ),
    }


def _f(type: FieldType, summary: str, example: str = "", *, live: bool = False) -> Field:  # noqa: A002
    return Field(type=type, summary=summary, example=example, live=live)


def _r(record: str, summary: str, *, many: bool = False, live: bool = False) -> Field:
    return Field(type="record", record=record, summary=summary, many=many, live=live)


@cache
def records() -> Mapping[str, RecordType]:
    """The kinds of records by name."""
    made = (
        RecordType(name="product", summary="A product in the store view's language", fields=_PRODUCT),
        RecordType(name="image", summary="An image of a product", fields=_IMAGE, open=False),
        RecordType(name="category", summary="A category", fields=_CATEGORY, open=False),
        RecordType(name="shipment", summary="A parcel of an order", fields=_SHIPMENT, personal=True),
        RecordType(name="track", summary="Where a parcel can be followed", fields=_TRACK, personal=True),
        RecordType(name="invoice", summary="An invoice of an order", fields=_DOCUMENT, personal=True),
        RecordType(name="creditmemo", summary="A credit memo of an order", fields=_DOCUMENT, personal=True),
        RecordType(name="resized", summary="An image in a size for mails", fields=_RESIZED, open=False),
        RecordType(name="store", summary="A store view", fields=_STORE, open=False),
        RecordType(name="order", summary="An order", fields=_ORDER, personal=True),
        RecordType(name="order_item", summary="A line of an order", fields=_ORDER_ITEM, personal=True),
        RecordType(name="option", summary="What was chosen of a product's variants", fields=_OPTION, open=False),
        RecordType(name="payment", summary="How an order is paid", fields=_PAYMENT, personal=True),
        RecordType(name="customer", summary="A customer with an account", fields=_CUSTOMER, personal=True),
        RecordType(name="address", summary="An address", fields=_ADDRESS, personal=True),
        RecordType(name="cart", summary="A shopping cart", fields=_CART, personal=True),
        RecordType(name="cart_item", summary="A line of a cart", fields=_CART_ITEM, personal=True),
    )
    return {record.name: record for record in made}


_RAW = _f("map", "the API's reply as it is, with ids instead of labels")
_VIEW = _r("store", "its store view", live=True)
_CREATED = _f("date", "when it was made, UTC", "2026-01-31 22:15:03")
_UPDATED = _f("date", "when it last changed, UTC", "2026-01-31 22:15:03")

_PRODUCT: Mapping[str, Field] = {
    "id": _f("integer", "the product's id", "123456"),
    "entity_id": _f("integer", "the same as id"),
    "sku": _f("text", "the stock keeping unit", "AB-1"),
    "name": _f("text", "the name", "Luxury blanket"),
    "title": _f("text", "the same as name"),
    "price": _f("money", "the catalogue price, as it is entered in the shop", "19.95"),
    "final_price": _f(
        "money",
        "the price of today: the special price between its dates; the lowest one of a product with variants",
        "14.95",
    ),
    "shop_price": _f(
        "money", "the price on the shop's own page: catalogue rules count, prices of customer groups do not", live=True
    ),
    "special_price": _f("money", "the special price, whether it counts today or not"),
    "currency": _f("text", "currency of the prices", "EUR"),
    "url": _f("url", "the product's page; null for what is only a variant of another product"),
    "image": _f("image", "full address of the main image"),
    "small_image": _f("image", "full address of the image for lists"),
    "thumbnail": _f("image", "full address of the small image"),
    "images": _r("image", "all images", many=True),
    "resized": _r("resized", "the image in the size of the shop's own lists; null for hidden products", live=True),
    "categories": _r("category", "its categories that are on, from the top down", many=True, live=True),
    "labels": _f("map", "of attributes with several options: the list of labels by the attribute's code"),
    "variants": _r("product", "the variants of a configurable product", many=True, live=True),
    "parent": _r("product", "below a line of an order: the product whose variant was bought"),
    "in_stock": _f("boolean", "whether it can be bought now", live=True),
    "qty": _f("number", "how many there are", live=True),
    "description": _f("html", "the description"),
    "short_description": _f("html", "the short description"),
    "type_id": _f("text", "simple, configurable, virtual, bundle, grouped, downloadable", "simple"),
    "status": _f("integer", "1 on, 2 off"),
    "enabled": _f("boolean", "whether it is on"),
    "available": _f("boolean", "whether shoppers of the store view can visit its page: on, shown and sold there"),
    "visibility": _f("integer", "1 nowhere, 2 catalogue, 3 search, 4 both"),
    "weight": _f("number", "the weight"),
    "url_key": _f("text", "the part of its address that is its own"),
    "meta_title": _f("text", "title for search engines"),
    "meta_description": _f("text", "description for search engines"),
    "category_ids": _f("any", "list of the ids of its categories"),
    "website_ids": _f("any", "list of the ids of the websites that sell it"),
    "created_at": _CREATED,
    "updated_at": _UPDATED,
    "attributes": _RAW,
}
_IMAGE: Mapping[str, Field] = {
    "url": _f("image", "full address"),
    "label": _f("text", "alternative text"),
    "position": _f("integer", "place in the gallery"),
}
_CATEGORY: Mapping[str, Field] = {
    "id": _f("integer", "the category's id"),
    "name": _f("text", "its name"),
    "level": _f("integer", "how deep in the tree: 2 is a main category"),
    "url": _f("url", "its page, if the shop tells it"),
}
_DOCUMENT: Mapping[str, Field] = {
    "id": _f("integer", "its id"),
    "number": _f("text", "its number", "000000005"),
    "increment_id": _f("text", "the same as number"),
    "created_at": _CREATED,
    "items": _f("any", "its lines: name, sku, qty …"),
    "attributes": _RAW,
}
_SHIPMENT: Mapping[str, Field] = {
    **_DOCUMENT,
    "tracks": _r("track", "numbers to follow it by", many=True),
    "total_qty": _f("number", "number of pieces"),
}
_TRACK: Mapping[str, Field] = {
    "number": _f("text", "the carrier's number", "3S0000000001"),
    "title": _f("text", "the carrier", "PostNL"),
    "carrier_code": _f("text", "its code in the shop", "custom"),
}
_RESIZED: Mapping[str, Field] = {
    "url": _f("image", "full address"),
    "width": _f("integer", "width in pixels", "240"),
    "height": _f("integer", "height in pixels", "300"),
    "label": _f("text", "alternative text"),
}
_STORE: Mapping[str, Field] = {
    "id": _f("integer", "the store view's id", "1"),
    "code": _f("text", "its code", "nl"),
    "name": _f("text", "its name", "Nederlands"),
    "title": _f("text", "the same as name"),
    "locale": _f("text", "language and country", "nl_NL"),
    "language": _f("text", "language", "nl"),
    "currency": _f("text", "the currency that shoppers see at first", "EUR"),
    "currency_symbol": _f("text", "its sign", "€"),
    "base_currency": _f("text", "the currency of the catalogue's prices", "EUR"),
    "timezone": _f("text", "the time zone that dates are shown in; the API's own are UTC", "Europe/Amsterdam"),
    "weight_unit": _f("text", "unit of weights", "kgs"),
    "website_id": _f("integer", "id of its website"),
    "url": _f("url", "its home page"),
    "media_url": _f("url", "where its images are"),
}
_OPTION: Mapping[str, Field] = {
    "label": _f("text", "name of the option", "Kleur"),
    "value": _f("text", "what was chosen", "Rood"),
}
_ORDER: Mapping[str, Field] = {
    "id": _f("integer", "the order's id", "5"),
    "entity_id": _f("integer", "the same as id"),
    "increment_id": _f("text", "the number that the customer sees", "000000005"),
    "number": _f("text", "the same as increment_id"),
    "state": _f("text", "new, pending_payment, processing, complete, closed, canceled, holded, payment_review"),
    "status": _f("text", "the shop's own status", "processing"),
    "created_at": _CREATED,
    "updated_at": _UPDATED,
    "customer": _r("customer", "who ordered; a guest has email, name, firstname, lastname", live=True),
    "customer_id": _f("integer", "the customer's id; missing for guests"),
    "customer_email": _f("text", "e-mail address"),
    "customer_name": _f("text", "name of the customer or guest"),
    "customer_firstname": _f("text", "first name"),
    "customer_lastname": _f("text", "last name"),
    "customer_is_guest": _f("integer", "1 when ordered without an account"),
    "items": _r("order_item", "the lines", many=True),
    "grand_total": _f("money", "what is to be paid", "119.85"),
    "subtotal": _f("money", "sum of the lines without tax"),
    "subtotal_incl_tax": _f("money", "sum of the lines with tax"),
    "shipping_amount": _f("money", "shipping without tax"),
    "shipping_incl_tax": _f("money", "shipping with tax"),
    "shipping_description": _f("text", "how it is sent"),
    "discount_amount": _f("money", "discount, negative"),
    "tax_amount": _f("money", "tax"),
    "coupon_code": _f("text", "coupon"),
    "total_paid": _f("money", "what has been paid"),
    "total_due": _f("money", "what is still to be paid"),
    "paid": _f("boolean", "whether all is paid"),
    "total_item_count": _f("integer", "number of lines"),
    "total_qty_ordered": _f("number", "number of pieces"),
    "currency": _f("text", "currency of the amounts", "EUR"),
    "order_currency_code": _f("text", "the same as currency"),
    "billing_address": _r("address", "where the invoice goes"),
    "shipping_address": _r("address", "where it is sent; null for downloads"),
    "shipping_assignments": _f("any", "list of the shipments' addresses and methods"),
    "payment": _r("payment", "how it is paid"),
    "store_id": _f("integer", "id of the store view"),
    "store": _VIEW,
    "store_name": _f("text", "name of website, store and view"),
    "shipments": _r("shipment", "what was sent, the oldest first", many=True, live=True),
    "invoices": _r("invoice", "its invoices, the oldest first", many=True, live=True),
    "creditmemos": _r("creditmemo", "what was paid back, the oldest first", many=True, live=True),
    "quote_id": _f("integer", "id of the cart it was"),
    "attributes": _RAW,
}
_ORDER_ITEM: Mapping[str, Field] = {
    "item_id": _f("integer", "the line's id"),
    "sku": _f("text", "SKU, of the chosen variant"),
    "name": _f("text", "name at the time of the order"),
    "qty_ordered": _f("number", "how many"),
    "qty_shipped": _f("number", "how many were sent"),
    "qty_invoiced": _f("number", "how many were invoiced"),
    "qty_refunded": _f("number", "how many were refunded"),
    "qty_canceled": _f("number", "how many were cancelled"),
    "price": _f("money", "price of one without tax"),
    "price_incl_tax": _f("money", "price of one with tax"),
    "row_total": _f("money", "total without tax"),
    "row_total_incl_tax": _f("money", "total with tax"),
    "discount_amount": _f("money", "discount"),
    "product_id": _f("integer", "the product's id"),
    "product_type": _f("text", "type of the product"),
    "product": _r(
        "product", "the chosen variant with its parent's page and images; null when it no longer exists", live=True
    ),
    "options": _r("option", "the chosen size, colour …", many=True, live=True),
}
_PAYMENT: Mapping[str, Field] = {
    "method": _f("text", "code of the method", "checkmo"),
    "amount_ordered": _f("money", "amount"),
    "amount_paid": _f("money", "amount paid"),
}
_CUSTOMER: Mapping[str, Field] = {
    "id": _f("integer", "the customer's id", "6"),
    "name": _f("text", "first, middle and last name"),
    "firstname": _f("text", "first name"),
    "middlename": _f("text", "middle name"),
    "lastname": _f("text", "last name"),
    "prefix": _f("text", "Mr, Mrs …"),
    "suffix": _f("text", "what follows the name"),
    "email": _f("text", "e-mail address"),
    "dob": _f("date", "date of birth", "1980-02-29"),
    "gender": _f("integer", "1 male, 2 female, 3 not specified"),
    "subscribed": _f("boolean", "whether the newsletter is wanted"),
    "group_id": _f("integer", "id of the customer group"),
    "group": _f("text", "name of the customer group", "Wholesale", live=True),
    "taxvat": _f("text", "VAT number"),
    "addresses": _r("address", "all addresses", many=True),
    "billing_address": _r("address", "the usual address for invoices"),
    "shipping_address": _r("address", "the usual address for shipments"),
    "orders": _r("order", "all orders, the newest first", many=True, live=True),
    "last_order": _r("order", "the newest order", live=True),
    "store_id": _f("integer", "id of the store view"),
    "store": _VIEW,
    "website_id": _f("integer", "id of the website"),
    "created_at": _CREATED,
    "updated_at": _UPDATED,
    "attributes": _RAW,
}
_ADDRESS: Mapping[str, Field] = {
    "firstname": _f("text", "first name"),
    "lastname": _f("text", "last name"),
    "company": _f("text", "company"),
    "street": _f("any", "list of the lines of the street", "{$address.street[0]}"),
    "postcode": _f("text", "postcode"),
    "city": _f("text", "town"),
    "region": _f("any", "region"),
    "country_id": _f("text", "country code", "NL"),
    "telephone": _f("text", "telephone"),
    "vat_id": _f("text", "VAT number"),
    "email": _f("text", "e-mail address (orders and carts)"),
}
_CART: Mapping[str, Field] = {
    "id": _f("integer", "the cart's id", "61"),
    "status": _f("text", "open, closed, checked-out (became an order)", "open", live=True),
    "total": _f("money", "what is to be paid, with tax", live=True),
    "order": _r("order", "the order it became, or null", live=True),
    "customer": _r("customer", "whose cart it is; a guest has email, name, firstname, lastname", live=True),
    "email": _f("text", "e-mail address, if it is known"),
    "items": _r("cart_item", "the lines; none once it is inactive", many=True),
    "items_count": _f("integer", "number of lines"),
    "items_qty": _f("number", "number of pieces"),
    "is_active": _f("boolean", "whether it can still be bought"),
    "currency": _f("map", "currencies: quote_currency_code, base_currency_code …"),
    "currency_code": _f("text", "currency of the cart", "EUR"),
    "billing_address": _r("address", "address for the invoice"),
    "shipping_address": _r("address", "address for the shipment"),
    "store_id": _f("integer", "id of the store view"),
    "store": _VIEW,
    "created_at": _CREATED,
    "updated_at": _UPDATED,
    "attributes": _RAW,
}
_CART_ITEM: Mapping[str, Field] = {
    "item_id": _f("integer", "the line's id"),
    "sku": _f("text", "SKU, of the chosen variant"),
    "name": _f("text", "name"),
    "qty": _f("number", "how many"),
    "price": _f("money", "price of one, mostly without tax"),
    "product_type": _f("text", "type of the product"),
    "product": _r("product", "the product, or the chosen variant", live=True),
    "options": _r("option", "the chosen size, colour …", many=True, live=True),
}
