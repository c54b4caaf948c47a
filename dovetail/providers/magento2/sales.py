"""The API's replies about orders, customers and carts as records: relations, derived fields, guests. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from dovetail.engine.ports import Filter, Order, Query, Record, Ref
from dovetail.providers.magento2.raw import (
    amount,
    custom_attributes,
    extension,
    full_name,
    mapping,
    maps,
    number,
    text,
)
from dovetail.providers.magento2.replies import Raw


@dataclass(frozen=True, slots=True)
class Row:
    """Which product a line is about: the key of `product.row`.

    `view`: the store view to read it in (0: the shop's own); `id`: 0 when unknown; `variant`: the SKU is that of a
    configurable's child. `name` and `written_in` (a store view) are what is left to find its parent by.
    """

    view: int
    id: int
    sku: str
    variant: bool = False
    name: str = ""
    written_in: int = 0

    @property
    def key(self) -> str:
        """As text."""
        parts = [self.view, self.id, self.sku, self.variant, self.name, self.written_in]
        return json.dumps(parts if self.name else parts[:4], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, key: str) -> Row:
        """The row of a key."""
        return cls(*json.loads(key))


def order(raw: Raw, *, follow: bool = False) -> Record:
    """An order; rows of a configurable's children are left out, their parents stand for them.

    `follow`: what it leads to comes in the order's own store view.
    """
    identity, shown = number(raw, "entity_id"), text(raw, "increment_id")
    view = number(raw, "store_id") if follow else 0
    more = extension(raw)
    fields: dict[str, object] = {**more, **raw}
    name = full_name(raw, "customer_")
    billing = raw.get("billing_address")
    fields |= {
        "id": identity,
        "number": shown,
        "title": shown,
        "customer": _person(raw.get("customer_id"), text(raw, "customer_email"), raw, "customer_", billing),
        "customer_name": name or full_name(mapping(billing), ""),
        "items": [_row(item, view, 0) for item in maps(raw.get("items")) if not item.get("parent_item_id")],
        "shipping_address": _shipping(more),
        "currency": raw.get("order_currency_code"),
        "paid": amount(raw.get("total_paid")) >= amount(raw.get("grand_total")) > 0,
        "store": Ref("store", number(raw, "store_id")),
        "shipments": Ref("order.shipments", identity),
        "invoices": Ref("order.invoices", identity),
        "creditmemos": Ref("order.creditmemos", identity),
        "attributes": raw,
    }
    return Record("order", identity, shown, fields)


def customer(raw: Raw) -> Record:
    """A customer with the orders that belong to the account."""
    identity, name = number(raw, "id"), full_name(raw, "")
    addresses = maps(raw.get("addresses"))
    custom = custom_attributes(raw)
    fields: dict[str, object] = {**extension(raw), **custom, **raw}
    fields |= {
        "entity_id": identity,
        "name": name,
        "title": name,
        "subscribed": bool(extension(raw).get("is_subscribed")),
        "addresses": addresses,
        "billing_address": next((each for each in addresses if each.get("default_billing")), None),
        "shipping_address": next((each for each in addresses if each.get("default_shipping")), None),
        "orders": Ref("order", orders_of(identity)),
        "last_order": Ref("last_order", identity),
        "group": Ref("customer.group", number(raw, "group_id")),
        "store": Ref("store", number(raw, "store_id")),
        "attributes": {**custom, **raw},
    }
    return Record("customer", identity, name, fields)


def cart(raw: Raw, *, follow: bool = False) -> Record:
    """A cart. What became of an inactive one, and any total, costs a request and is asked when it is read.

    `follow`: what it leads to comes in the cart's own store view.
    """
    identity = number(raw, "id")
    view = number(raw, "store_id") if follow else 0
    active = bool(raw.get("is_active"))
    who = mapping(raw.get("customer"))
    billing = mapping(raw.get("billing_address"))
    email = text(who, "email") or text(billing, "email") or text(_shipping(extension(raw)) or {}, "email")
    fields: dict[str, object] = {**extension(raw), **raw}
    fields |= {
        "entity_id": identity,
        "title": str(identity),
        "customer": _person(who.get("id"), email, who, "", billing),
        "email": email,
        "items": [_row(item, view, number(raw, "store_id")) for item in maps(raw.get("items"))],
        "shipping_address": _shipping(extension(raw)),
        "currency_code": mapping(raw.get("currency")).get("quote_currency_code"),
        "total": Ref("cart_total", identity),
        "status": "open" if active else Ref("cart_status", identity),
        "order": None if active else Ref("cart_order", identity),
        "store": Ref("store", number(raw, "store_id")),
        "attributes": raw,
    }
    return Record("cart", identity, str(identity), fields)


def orders_of(customer_id: int) -> Query:
    """The orders of an account, the newest first."""
    return Query((Filter("customer_id", "==", customer_id),), (Order("created_at", descending=True),))


def _row(item: Raw, view: int, written_in: int) -> dict[str, object]:
    """A line of an order or cart. Lines of orders know the product's id, those of carts only SKU and name.

    The id is that of the configurable itself, the SKU that of the chosen variant; with custom options the SKU is
    no product's at all. `written_in`: the store view in whose language a cart's line has its name.
    """
    variant = text(item, "product_type") == "configurable"
    row = Row(view, number(item, "product_id"), text(item, "sku"), variant)
    if variant and not row.id:
        row = replace(row, name=text(item, "name"), written_in=written_in)
    options = maps(extension(mapping(item.get("product_option"))).get("configurable_item_options"))
    chosen = " ".join(f"{number(each, 'option_id')}={number(each, 'option_value')}" for each in options)
    return {
        **item,
        "product": Ref("product.row", row.key),
        "options": Ref("product.options", f"{view} {chosen}") if chosen else [],
    }


def _person(identity: object, email: str, names: Raw, prefix: str, billing: object) -> object:
    if isinstance(identity, int) and identity:
        return Ref("customer", identity)
    # A guest has no account, but may well have a name and an address.
    address = mapping(billing)
    first = text(names, f"{prefix}firstname") or text(address, "firstname")
    last = text(names, f"{prefix}lastname") or text(address, "lastname")
    return {
        "email": email,
        "firstname": first,
        "lastname": last,
        "name": f"{first} {last}".strip(),
        "is_guest": True,
    }


def _shipping(more: Raw) -> Raw | None:
    for assignment in maps(more.get("shipping_assignments")):
        address = mapping(mapping(assignment.get("shipping")).get("address"))
        if address:
            return address
    return None
