"""What happens in a shop, as a pure table over what was known of a record and what is known now.

The names are Copernica's (facts/copernica.md §3), the rules those of docs/events.md. Nothing here asks anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from dovetail.providers.feeds import Detected, State
from dovetail.providers.magento2.raw import amount, extension, full_name, mapping, maps, text
from dovetail.providers.magento2.replies import Raw

ENTITIES = ("customer", "order", "cart", "product")
ABANDONED_AFTER = 90 * 60.0
"""Seconds without a change after which a cart counts as left."""

_SILENT = {"updated_at", "customer_id", "customer_is_guest"}
# A customer who is deleted disappears from his orders, which is no change of an order.


_CONTENT = ("item_id", "sku", "qty")


def state(entity: str, raw: Raw, before: State | None) -> State:
    """What is kept of a record; the state before when nothing of it changed."""
    made = _STATES[entity](raw, before)
    if before is not None and {**made.facts, "n": before.facts["n"]} == before.facts:
        return before
    return made


def detect(entity: str, before: State | None, after: State | None) -> Sequence[Detected]:
    """What happened between two states of one record."""
    if after is None:
        return [Detected("user-remove", "")] if entity == "customer" else []
    return list(_TABLES[entity](before.facts if before else None, after.facts))


def overdue(entity: str, now_due: State, others: Mapping[str, Sequence[State]]) -> Sequence[Detected]:
    """A cart that was left, once for each content, unless its owner ordered since."""
    facts = now_due.facts
    if entity != "cart" or not facts["active"] or not facts["items"] or not now_due.person:
        return []
    since = str(facts["stamp"])
    if any(str(order.facts["created"]) >= since for order in others.get("order", ())):
        return []
    return [Detected("cart-abandoned", str(facts["content"]))]


# --- what is kept


def _order(raw: Raw, before: State | None) -> State:
    rows = [item for item in maps(raw.get("items")) if not item.get("parent_item_id")]
    return State(
        {
            **_version(raw, before, _print(raw)),
            "created": text(raw, "created_at"),
            "paid": amount(raw.get("total_paid")) >= amount(raw.get("grand_total")) > 0,
            "shipped": sum(amount(item.get("qty_shipped")) for item in rows),
            "refunded": amount(raw.get("total_refunded")),
            "canceled": raw.get("state") == "canceled",
        },
        text(raw, "customer_email").lower(),
    )


def _customer(raw: Raw, before: State | None) -> State:
    more = extension(raw)
    plain = {**raw, "extension_attributes": {name: each for name, each in more.items() if name != "is_subscribed"}}
    return State(
        {
            **_version(raw, before, _print(plain)),
            "subscribed": bool(more.get("is_subscribed")),
            # Of who is gone nobody can be asked any more.
            "known": {name: raw.get(name) for name in ("id", "email", "firstname", "lastname", "store_id")},
        },
        text(raw, "email").lower(),
    )


def _cart(raw: Raw, before: State | None) -> State:
    active = bool(raw.get("is_active"))
    # Of a cart that is closed, the shop tells no items.
    items: object = [_item(item) for item in maps(raw.get("items"))]
    if not active and before is not None:
        items = before.facts["items"]
    customer = mapping(raw.get("customer"))
    person = (text(customer, "email") or text(mapping(raw.get("billing_address")), "email")).lower()
    stamp = text(raw, "updated_at") or text(raw, "created_at")
    facts = {
        **_version(raw, before, ""),
        "stamp": stamp,
        "active": active,
        "customer": customer.get("id"),
        "items": items,
        # What is in it, not what that costs today.
        "content": _digest({"items": [{name: each[name] for name in _CONTENT} for each in maps(items)]}),
        "converted": not active and bool(raw.get("reserved_order_id")),
        # When time alone makes it an event, nothing is read.
        "known": {
            **{
                name: raw.get(name)
                for name in ("id", "created_at", "updated_at", "store_id", "items_count", "items_qty")
            },
            "customer": {name: customer.get(name) for name in ("id", "email", "firstname", "lastname")},
        },
    }
    left = active and bool(items) and bool(person)
    return State(facts, person, _moment(stamp) + ABANDONED_AFTER if left else None)


def _product(raw: Raw, before: State | None) -> State:
    # The stamp too: values of single store views are not among those of all, and every save moves it.
    return State({**_version(raw, before, _digest(raw)), "sku": text(raw, "sku"), "price": raw.get("price")})


_STATES: Mapping[str, Callable[[Raw, State | None], State]] = {
    "order": _order,
    "customer": _customer,
    "cart": _cart,
    "product": _product,
}


def _version(raw: Raw, before: State | None, print_: str) -> dict[str, object]:
    """The record's version: `n` counts the states that were seen of it."""
    seen = before.facts.get("n") if before else 0
    return {
        "n": (seen if isinstance(seen, int) else 0) + 1,
        "stamp": text(raw, "updated_at"),
        "print": print_,
    }


def _print(raw: Raw) -> str:
    return _digest({name: each for name, each in raw.items() if name not in _SILENT})


def _digest(value: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _item(item: Raw) -> dict[str, object]:
    return {name: item.get(name) for name in (*_CONTENT, "name", "price", "product_type")}


def _moment(stamp: str) -> float:
    try:
        return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


# --- what happened

Facts = Mapping[str, object]


def _order_events(before: Facts | None, after: Facts) -> Iterator[Detected]:
    mark = _mark(after)
    if before is None:
        yield Detected("order-create", "")
    elif before["print"] != after["print"]:
        yield Detected("order-update", mark)
    was = before or {"paid": False, "shipped": 0, "refunded": 0, "canceled": False}
    if after["paid"] and not was["paid"]:
        yield Detected("order-paid", mark)
    if _number(after["shipped"]) > _number(was["shipped"]):
        yield Detected("order-shipped", mark)
    if after["canceled"] and not was["canceled"]:
        yield Detected("order-canceled", mark)
    if _number(after["refunded"]) > _number(was["refunded"]):
        yield Detected("order-refunded", mark)


def _customer_events(before: Facts | None, after: Facts) -> Iterator[Detected]:
    mark = _mark(after)
    if before is None:
        # Who is new says with his registration whether he subscribed.
        yield Detected("user-register", "")
        return
    if before["print"] != after["print"]:
        yield Detected("user-update", mark)
    if before["subscribed"] != after["subscribed"]:
        yield Detected("user-subscribe" if after["subscribed"] else "user-unsubscribe", mark)


def _cart_events(before: Facts | None, after: Facts) -> Iterator[Detected]:
    mark = _mark(after)
    if before is None:
        yield Detected("cart-create", "")
    elif after["active"] and before["content"] != after["content"]:
        yield Detected("cart-change", mark)
    if after["customer"] and not (before and before["customer"]):
        yield Detected("cart-identified", mark)
    if after["converted"] and not (before and before["converted"]):
        yield Detected("cart-checked-out", mark)


def _product_events(before: Facts | None, after: Facts) -> Iterator[Detected]:
    if before is not None and before["print"] != after["print"]:
        changed = ("price",) if before["price"] != after["price"] else ()
        yield Detected("product-change", _mark(after), changed)


_TABLES: Mapping[str, Callable[[Facts | None, Facts], Iterator[Detected]]] = {
    "order": _order_events,
    "customer": _customer_events,
    "cart": _cart_events,
    "product": _product_events,
}


def _mark(after: Facts) -> str:
    return f"{after['stamp']}.{after['n']}"


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def told(entity: str, raw: Raw, kept: State) -> Mapping[str, object]:
    """What an event tells of a record: what the API gives, and the names that templates use for it."""
    match entity:
        case "order":
            name = full_name(raw, "customer_") or full_name(mapping(raw.get("billing_address")), "")
            rows = [item for item in maps(raw.get("items")) if not item.get("parent_item_id")]
            more: dict[str, object] = {
                "id": raw.get("entity_id"), "items": rows, "email": raw.get("customer_email"),
                "customer": _person(raw.get("customer_id"), name, raw.get("customer_email")),
            }  # fmt: skip
        case "customer":
            known = raw or mapping(kept.facts["known"])
            return {**known, "name": full_name(known, ""), "subscribed": kept.facts["subscribed"], "attributes": raw}
        case "cart":
            raw = raw or mapping(kept.facts["known"])
            whose = mapping(raw.get("customer"))
            status = "open" if kept.facts["active"] else "checked-out" if kept.facts["converted"] else "closed"
            more = {
                "items": kept.facts["items"], "email": kept.person or None, "status": status,
                "customer": _person(whose.get("id"), full_name(whose, ""), kept.person or None),
            }  # fmt: skip
        case _:
            more = {"title": raw.get("name")}
    return {**raw, **more, "attributes": raw}


def _person(identity: object, name: str, email: object) -> Mapping[str, object]:
    return {"id": identity, "name": name, "email": email}
