"""A shop that is watched, with a clock that the test moves, and what should be seen of it: made from its own dumps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dovetail.bridge.events.event import Event
from dovetail.bridge.polling import KIND, Polling, Rhythm, Source, sweep, watch
from dovetail.bridge.store import log
from dovetail.bridge.store.feeds import places
from dovetail.bridge.worker import Worker
from dovetail.integrations.store.database import Database
from dovetail.providers.connections import Connections
from dovetail.providers.feeds import Feed
from dovetail.providers.kinds import Integration, Policy
from dovetail.providers.magento2.oauth import Credentials
from dovetail.providers.magento2.provider import Magento2
from dovetail.providers.magento2.wire import Shop as Where
from tests.doubles.shop import Shop

ENTITIES = {"customer": "customers", "order": "orders", "cart": "carts", "product": "products"}
Happened = tuple[str, str]


def provider_of(shop: Shop, *, bearer: bool = False) -> Magento2:
    if bearer:
        shop.control("config", {"integration_bearer": True})
        return Magento2(Where("mywebshop", shop.url, "nl"), shop.oauth["access_token"])
    keys = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    return Magento2(Where("mywebshop", shop.url, "nl"), Credentials(*(shop.oauth[key] for key in keys)))


@dataclass(slots=True)
class Watched:
    """The shop as `mywebshop` of the account `ours`, read by a worker when the test says so."""

    shop: Shop
    database: Database
    policy: Policy = Policy(allow_private_addresses=True, breaker_failures=1_000_000, breaker_share=1.0)
    now: float = 1_000_000.0
    # The double checks the time of signatures by this machine's clock, also when the shop's own is moved.
    bearer: bool = False
    started: list[Event] = field(default_factory=list[Event])
    provider: Magento2 = field(init=False)
    connections: Connections = field(init=False)

    def __post_init__(self) -> None:
        self.provider = provider_of(self.shop, bearer=self.bearer)
        self.connections = Connections([Integration(self.provider, self.policy)])
        with self.database.write() as connection:
            watch(connection, "ours", {"mywebshop": self.provider}, self.now)

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *exc: object) -> None:
        self.connections.close()

    def poll(self, *, swept: bool = False, seconds: float = 61.0) -> Sequence[Happened]:
        """Let time go by, and read what there is; what was found."""
        self.now += seconds
        if swept:
            with self.database.write() as connection:
                for entity in ENTITIES:
                    sweep(connection, "ours", "mywebshop", entity, self.now)
        before = len(self.started)
        feed: Feed = self.provider
        source = Source(feed, self.connections, Rhythm())
        polling = Polling(
            self.database,
            {"mywebshop": source},
            lambda _connection, events: self.started.extend(events),
            lambda: self.now,
        )
        worker = Worker(self.database, {KIND: polling.handle}, clock=lambda: self.now)
        asyncio.run(worker.run(until_idle=True))
        assert worker.counts.faults == 0
        return [(event.type, event.subject) for event in self.started[before:]]

    def logged(self) -> Sequence[Event]:
        with self.database.read() as connection:
            return [each.event for each in log.find(connection, "ours", limit=1_000_000)]

    def reasons(self) -> list[str]:
        with self.database.read() as connection:
            return [each.reason for each in places(connection, "ours") if each.reason]


Snapshot = dict[str, dict[int, dict[str, Any]]]


def snapshot(shop: Shop) -> Snapshot:
    """The truth about the shop now."""
    return {
        entity: {row["id"]: shop.dump(name, row["id"]) for row in shop.dump(name)} for entity, name in ENTITIES.items()
    }


def happened(before: Snapshot, after: Snapshot) -> set[Happened]:
    """The net change of each record between two moments, by the rules of docs/events.md."""
    found = set[Happened]()
    for entity in ENTITIES:
        for key, now in after[entity].items():
            was = before[entity].get(key)
            found |= {(name, f"{entity}/{key}") for name in _RULES[entity](was, now)}
    found |= {("user-remove", f"customer/{key}") for key in before["customer"].keys() - after["customer"].keys()}
    return found


def _order(was: dict[str, Any] | None, now: dict[str, Any]) -> set[str]:
    def facts(order: dict[str, Any] | None) -> tuple[bool, float, float, bool]:
        if order is None:
            return False, 0, 0, False
        shipped = sum(row["qty_shipped"] for row in order["items"] if not row.get("parent_item_id"))
        paid = (order.get("total_paid") or 0) >= order["grand_total"] > 0
        return paid, shipped, order.get("total_refunded") or 0, order["state"] == "canceled"

    old, new = facts(was), facts(now)
    names = {
        "order-create": was is None,
        "order-update": was is not None and _without(was, "customer_id") != _without(now, "customer_id"),
        "order-paid": new[0] and not old[0],
        "order-shipped": new[1] > old[1],
        "order-refunded": new[2] > old[2],
        "order-canceled": new[3] and not old[3],
    }
    return {name for name, there in names.items() if there}


def _customer(was: dict[str, Any] | None, now: dict[str, Any]) -> set[str]:
    if was is None:
        return {"user-register"}
    yes, no = (bool(each["extension_attributes"]["is_subscribed"]) for each in (now, was))
    names = {
        "user-update": _without(was, "extension_attributes") != _without(now, "extension_attributes"),
        "user-subscribe": yes and not no,
        "user-unsubscribe": no and not yes,
    }
    return {name for name, there in names.items() if there}


def _cart(was: dict[str, Any] | None, now: dict[str, Any]) -> set[str]:
    def items(cart: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [(row["item_id"], row["sku"], row["qty"]) for row in cart.get("items", ())]

    def owner(cart: dict[str, Any] | None) -> object:
        return cart is not None and (cart.get("customer") or {}).get("id")

    ordered = not now["is_active"]
    names = {
        "cart-create": was is None,
        "cart-change": was is not None and now["is_active"] and items(was) != items(now),
        "cart-identified": bool(owner(now)) and not owner(was),
        "cart-checked-out": ordered and (was is None or was["is_active"]),
    }
    return {name for name, there in names.items() if there}


def _product(was: dict[str, Any] | None, now: dict[str, Any]) -> set[str]:
    def told(product: dict[str, Any]) -> dict[str, Any]:
        # A search tells no stock.
        more = {name: each for name, each in product["extension_attributes"].items() if name != "stock_item"}
        return {**product, "extension_attributes": more}

    return {"product-change"} if was is not None and told(was) != told(now) else set()


def _without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: each for name, each in record.items() if name not in ("updated_at", "customer_is_guest", *names)}


_RULES = {"order": _order, "customer": _customer, "cart": _cart, "product": _product}
