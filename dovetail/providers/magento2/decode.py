"""The API's replies as records: aliases, derived fields, relations. Pure.

Texts are taken as they are: HTML, entities and `{$x}` in them are data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import cast
from urllib.parse import quote

from dovetail.engine.ports import Filter, Order, Query, Record, Ref
from dovetail.providers.magento2.context import Context
from dovetail.providers.magento2.replies import Raw

_IMAGES = ("image", "small_image", "thumbnail", "swatch_image")


def product(raw: Raw, context: Context, now: datetime) -> Record:
    """A product; `now` decides whether its special price counts today (in the shop's time zone)."""
    custom = custom_attributes(raw)
    sku, name, identity = text(raw, "sku"), text(raw, "name"), number(raw, "id")
    fields: dict[str, object] = {**extension(raw), **_labelled(custom, context), **raw}
    for role in _IMAGES:
        fields[role] = _media(context, custom.get(role))
    fields |= {
        "entity_id": identity,
        "title": name,
        "url": _page(context, custom.get("url_key")),
        "images": [
            {"url": _media(context, entry.get("file")), "label": entry.get("label"), "position": entry.get("position")}
            for entry in maps(raw.get("media_gallery_entries"))
            if not entry.get("disabled") and entry.get("media_type", "image") == "image"
        ],
        "final_price": final_price(raw.get("price"), custom, now.astimezone(context.timezone).date()),
        "currency": context.currency,
        "enabled": raw.get("status") == 1,
        "in_stock": Ref("stock", f"in_stock {sku}"),
        "qty": Ref("stock", f"qty {sku}"),
        "attributes": raw,
    }
    if raw.get("type_id") == "configurable" and not raw.get("price"):
        # Its own price is 0; what a shopper sees is the cheapest child's.
        fields["final_price"] = Ref("price", identity)
    return Record("product", identity, name, fields)


def order(raw: Raw) -> Record:
    """An order; rows of a configurable's children are left out, their parents stand for them."""
    identity, shown = number(raw, "entity_id"), text(raw, "increment_id")
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
        "items": [
            {**item, "product": Ref("product", text(item, "sku"))}
            for item in maps(raw.get("items"))
            if not item.get("parent_item_id")
        ],
        "shipping_address": _shipping(more),
        "currency": raw.get("order_currency_code"),
        "paid": _amount(raw.get("total_paid")) >= _amount(raw.get("grand_total")) > 0,
        "attributes": raw,
    }
    return Record("order", identity, shown, fields)


def customer(raw: Raw) -> Record:
    """A customer with the orders that belong to the account."""
    identity, name = number(raw, "id"), full_name(raw, "")
    addresses = maps(raw.get("addresses"))
    fields: dict[str, object] = {**extension(raw), **custom_attributes(raw), **raw}
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
        "attributes": raw,
    }
    return Record("customer", identity, name, fields)


def cart(raw: Raw) -> Record:
    """A cart. What became of an inactive one, and any total, costs a request and is asked when it is read."""
    identity = number(raw, "id")
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
        "items": [{**item, "product": Ref("product", text(item, "sku"))} for item in maps(raw.get("items"))],
        "shipping_address": _shipping(extension(raw)),
        "currency_code": mapping(raw.get("currency")).get("quote_currency_code"),
        "total": Ref("cart_total", identity),
        "status": "open" if active else Ref("cart_status", identity),
        "order": None if active else Ref("cart_order", identity),
        "attributes": raw,
    }
    return Record("cart", identity, str(identity), fields)


def orders_of(customer_id: int) -> Query:
    """The orders of an account, the newest first."""
    return Query((Filter("customer_id", "==", customer_id),), (Order("created_at", descending=True),))


# --- parts


def final_price(price: object, custom: Raw, today: date) -> object:
    """The special price between its dates (both days included), else the price."""
    special = custom.get("special_price")
    if special in (None, "") or price is None:
        return price
    begins, ends = _day(custom.get("special_from_date")), _day(custom.get("special_to_date"))
    if (begins and today < begins) or (ends and today > ends):
        return price
    return min(_amount(special), _amount(price))


def custom_attributes(raw: Raw) -> dict[str, object]:
    """The list of codes and values as a mapping (under a projection PHP sends an object with numbers as keys)."""
    listed = raw.get("custom_attributes")
    entries = maps(list(cast("Raw", listed).values()) if isinstance(listed, Mapping) else listed)
    return {str(entry.get("attribute_code")): entry.get("value") for entry in entries}


def extension(raw: Raw) -> Raw:
    """The extension attributes; PHP sends an empty one as a list."""
    return mapping(raw.get("extension_attributes"))


def full_name(raw: Raw, prefix: str) -> str:
    """First, middle and last name, joined."""
    parts = (text(raw, f"{prefix}{name}").strip() for name in ("firstname", "middlename", "lastname"))
    return " ".join(part for part in parts if part)


def text(raw: Raw, name: str) -> str:
    """A field as text, '' when it is missing."""
    value = raw.get(name)
    return "" if value is None else str(value)


def number(raw: Raw, name: str) -> int:
    """A field as an integer, 0 when it is missing."""
    value = raw.get(name)
    return int(value) if isinstance(value, int | float | str) and str(value) else 0


def mapping(value: object) -> Raw:
    """A nested object, empty when there is none."""
    return cast("Raw", value) if isinstance(value, Mapping) else {}


def maps(value: object) -> list[Raw]:
    """The objects of a list, empty when there is none."""
    if not isinstance(value, list):
        return []
    return [cast("Raw", each) for each in cast("Sequence[object]", value) if isinstance(each, Mapping)]


def _labelled(custom: Raw, context: Context) -> dict[str, object]:
    found: dict[str, object] = {}
    for code, value in custom.items():
        attribute = context.attributes.get(code)
        kind = attribute.input if attribute else ""
        if attribute and attribute.labels and kind in {"select", "multiselect"} and isinstance(value, str | int):
            ids = str(value).split(",") if kind == "multiselect" else [str(value)]
            found[code] = ", ".join(attribute.labels.get(each, each) for each in ids)
        elif kind in {"price", "weight"} and isinstance(value, str):
            found[code] = _amount(value)
        else:
            found[code] = value
    return found


def _media(context: Context, file: object) -> str | None:
    if not isinstance(file, str) or file in ("", "no_selection"):
        return None
    return f"{context.media_url}catalog/product/{quote(file.lstrip('/'), safe='/-._~')}"


def _page(context: Context, url_key: object) -> str | None:
    return f"{context.link_url}{quote(str(url_key), safe='/-._~')}{context.url_suffix}" if url_key else None


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


def _amount(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
