"""What events tell of customers, carts and products of a shop, as its API gives them, and the names of templates."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.bridge.events.fields import nested, plain
from dovetail.engine.schema import Field, RecordType

_CREATED = plain("date", "when it was made, UTC", "2026-01-31 22:15:03")
_UPDATED = plain("date", "when it last changed, UTC", "2026-01-31 22:15:03")
_ADDED = plain("map", "what extensions of the shop add")
_CUSTOM = plain("any", "list of the shop's own attributes: `attribute_code` and `value`")
_RAW = plain("map", "the record as the shop's API gives it")
_STORE = plain("integer", "id of the store view", "1")

_GONE: Mapping[str, Field] = {
    "id": plain("integer", "the customer's id", "6"),
    "email": plain("text", "e-mail address", "ann@example.com"),
    "name": plain("text", "first, middle and last name", "Ann Lee"),
    "firstname": plain("text", "first name", "Ann"),
    "lastname": plain("text", "last name", "Lee"),
    "subscribed": plain("boolean", "whether the newsletter is wanted"),
    "store_id": _STORE,
    "attributes": plain("map", "nothing: nobody can be asked any more"),
}
_CUSTOMER: Mapping[str, Field] = {
    **_GONE,
    "middlename": plain("text", "middle name"),
    "prefix": plain("text", "Mr, Mrs …"),
    "suffix": plain("text", "what follows the name"),
    "dob": plain("date", "date of birth", "1980-02-29"),
    "gender": plain("integer", "1 male, 2 female, 3 not specified"),
    "taxvat": plain("text", "VAT number"),
    "group_id": plain("integer", "id of the customer group"),
    "website_id": plain("integer", "id of the website"),
    "addresses": nested("customer_address", "all addresses", many=True),
    "default_billing": plain("text", "id of the usual address for invoices"),
    "default_shipping": plain("text", "id of the usual address for shipments"),
    "created_at": _CREATED,
    "updated_at": _UPDATED,
    "created_in": plain("text", "the store view where it was made"),
    "confirmation": plain("text", "a code while the address is not confirmed"),
    "disable_auto_group_change": plain("integer", "1 when a VAT number does not change the group"),
    "extension_attributes": plain("map", "what extensions of the shop add; `is_subscribed`"),
    "custom_attributes": _CUSTOM,
    "attributes": _RAW,
}
_ADDRESS: Mapping[str, Field] = {
    "firstname": plain("text", "first name"),
    "lastname": plain("text", "last name"),
    "company": plain("text", "company"),
    "street": plain("any", "list of the lines of the street"),
    "postcode": plain("text", "postcode"),
    "city": plain("text", "town"),
    "region": plain("any", "region"),
    "region_id": plain("integer", "id of the region"),
    "country_id": plain("text", "country code", "NL"),
    "telephone": plain("text", "telephone"),
    "id": plain("integer", "the address's id"),
    "customer_id": plain("integer", "the customer's id"),
}
_LEFT: Mapping[str, Field] = {
    "id": plain("integer", "the cart's id", "61"),
    "email": plain("text", "e-mail address, if it is known", "ann@example.com"),
    "customer": nested("person", "whose cart it is: `id` (nothing for guests), `name`, `email`"),
    "items": nested("cart_item", "the lines", many=True),
    "status": plain("text", "open, closed, checked-out (became an order)", "open"),
    "items_count": plain("integer", "number of lines"),
    "items_qty": plain("number", "number of pieces"),
    "created_at": _CREATED,
    "updated_at": _UPDATED,
    "store_id": _STORE,
    "attributes": _RAW,
}
_CART: Mapping[str, Field] = {
    **_LEFT,
    "is_active": plain("boolean", "whether it can still be bought"),
    "is_virtual": plain("boolean", "whether nothing is to be sent"),
    "billing_address": nested("cart_address", "address for the invoice"),
    "currency": nested("currency", "its currencies"),
    "reserved_order_id": plain("text", "number of the order that it is going to be, or became"),
    "orig_order_id": plain("integer", "id of the order that it was made from"),
    "converted_at": plain("date", "when it became an order, UTC"),
    "customer_is_guest": plain("boolean", "whether nobody has logged in"),
    "customer_note": plain("text", "what the customer wrote"),
    "customer_note_notify": plain("boolean", "whether notes are mailed to the customer"),
    "customer_tax_class_id": plain("integer", "id of the customer's tax class"),
    "extension_attributes": _ADDED,
}
_PRODUCT: Mapping[str, Field] = {
    "id": plain("integer", "the product's id", "123456"),
    "sku": plain("text", "the stock keeping unit", "MUG-BLUE"),
    "name": plain("text", "the name, of all store views", "Blue mug"),
    "title": plain("text", "the same as name"),
    "price": plain("money", "the catalogue price", "12.50"),
    "changed": plain("any", "list with `price` when that is other than before; missing when it is not"),
    "status": plain("integer", "1 on, 2 off"),
    "visibility": plain("integer", "1 nowhere, 2 catalogue, 3 search, 4 both"),
    "type_id": plain("text", "simple, configurable, virtual, bundle, grouped, downloadable", "simple"),
    "weight": plain("number", "the weight"),
    "created_at": _CREATED,
    "updated_at": _UPDATED,
    "attribute_set_id": plain("integer", "id of its attribute set"),
    "media_gallery_entries": plain("any", "list of its pictures: `file`, `label`, `position`"),
    "options": plain("any", "list of what can be chosen of it"),
    "product_links": plain("any", "list of related products: `link_type`, `linked_product_sku`"),
    "tier_prices": plain("any", "list of prices by quantity"),
    "custom_attributes": _CUSTOM,
    "extension_attributes": _ADDED,
    "attributes": _RAW,
}
_RATES: Mapping[str, Field] = {
    name: plain("number", f"from the currency `{one}` to `{other}`")
    for name, one, other in (
        ("store_to_base_rate", "store", "base"),
        ("store_to_quote_rate", "store", "quote"),
        ("base_to_global_rate", "base", "global"),
        ("base_to_quote_rate", "base", "quote"),
    )
}

SHOPS = (
    # Programs may tell of customers too, with fields of their own.
    RecordType(name="customer", summary="A customer with an account", fields=_CUSTOMER, personal=True),
    RecordType(name="gone", summary="What is known of a customer who is gone", fields=_GONE, personal=True),
    RecordType(name="customer_address", summary="An address of a customer", personal=True, fields={
        **_ADDRESS,
        "default_billing": plain("boolean", "whether invoices go there"),
        "default_shipping": plain("boolean", "whether shipments go there"),
    }),
    RecordType(name="cart", summary="A shopping cart", fields=_CART, open=False, personal=True),
    RecordType(name="left", summary="What is known of a cart that was left", fields=_LEFT, open=False, personal=True),
    RecordType(name="cart_item", summary="A line of a cart", open=False, personal=True, fields={
        "sku": plain("text", "SKU, of the chosen variant", "MUG-BLUE"),
        "name": plain("text", "name", "Blue mug"),
        "qty": plain("number", "how many"),
        "price": plain("money", "price of one, mostly without tax"),
        "product_type": plain("text", "type of the product", "simple"),
        "item_id": plain("integer", "the line's id"),
    }),
    RecordType(name="cart_address", summary="An address of a cart", personal=True, fields={
        **_ADDRESS,
        "email": plain("text", "e-mail address"),
        "region_code": plain("text", "code of the region"),
        "customer_address_id": plain("integer", "id of the customer's address that it is"),
        "same_as_billing": plain("integer", "1 when it is that for the invoice"),
        "save_in_address_book": plain("integer", "1 when the customer keeps it"),
    }),
    RecordType(name="currency", summary="The currencies of a cart", fields={
        "quote_currency_code": plain("text", "currency of the cart", "EUR"),
        "store_currency_code": plain("text", "usual currency of the store view", "EUR"),
        "base_currency_code": plain("text", "currency of the shop's books", "EUR"),
        "global_currency_code": plain("text", "main currency of all websites", "EUR"),
        **_RATES,
    }),
    RecordType(name="product", summary="A product, as all store views have it", fields=_PRODUCT, open=False),
    RecordType(name="person", summary="Whose it is", open=False, personal=True, fields={
        "name": plain("text", "first, middle and last name", "Ann Lee"),
        "email": plain("text", "e-mail address", "ann@example.com"),
        "id": plain("integer", "the customer's id; nothing for guests", "6"),
    }),
)  # fmt: skip
