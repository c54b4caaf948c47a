"""What a mail may show: the shop's own data (the double's dump) through the time, in plain Python.

Nothing here knows how Dovetail asks, keeps or decodes. Each thing that a mail shows has a history of versions;
a mail is right if it shows a version that was there at a moment which is not older than the policy allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.doubles.shop import Shop

Block = tuple[str, ...]
"""The lines of a mail that show one thing."""


@dataclass(frozen=True, slots=True)
class Version:
    """`shown`: the blocks that are right while it holds (orders of one second have no order). It was there at the
    latest from `settled` on, and not before `begun`."""

    begun: float
    settled: float
    shown: frozenset[Block]


class History:
    """The versions of one thing, oldest first."""

    def __init__(self, shown: frozenset[Block]) -> None:
        self._versions = [Version(float("-inf"), float("-inf"), shown)]

    @property
    def now(self) -> frozenset[Block]:
        return self._versions[-1].shown

    def change(self, begun: float, settled: float, shown: frozenset[Block]) -> None:
        self._versions.append(Version(begun, settled, shown))

    def forget(self) -> None:
        """What holds now has always held."""
        self._versions = [Version(float("-inf"), float("-inf"), self.now)]

    def between(self, first: float, last: float) -> frozenset[Block]:
        """The blocks that were right at some moment of that time."""
        ends = [version.settled for version in self._versions[1:]] + [float("inf")]
        return frozenset(
            block
            for version, end in zip(self._versions, ends, strict=True)
            if version.begun <= last and end >= first
            for block in version.shown
        )


class Truth:
    """The histories of a shop, and the changes that are made to it; `clock` gives the moments. `people` and `shown`:
    the ids of the customers who get mails, and of the products in these."""

    def __init__(self, shop: Shop, people: Sequence[int], shown: Sequence[int], clock: Callable[[], float]) -> None:
        self.shop = shop
        self.clock = clock
        customers = [shop.dump("customers", number) for number in people]
        self.emails: Mapping[int, str] = {item["id"]: item["email"] for item in customers}
        self.customers = {item["id"]: History(_customer(item)) for item in customers}
        self.products = {number: History(self._product(number)) for number in shown}
        self._latest: dict[int, list[dict[str, Any]]] = {number: [] for number in self.emails}
        for entry in shop.dump("orders"):
            self._take_in(shop.dump("orders", entry["id"]))
        self.orders = {number: History(_orders(latest)) for number, latest in self._latest.items()}

    def begin(self, clock: Callable[[], float]) -> None:
        """Another story begins, at another time."""
        self.clock = clock
        for histories in (self.customers, self.products, self.orders):
            for history in histories.values():
                history.forget()

    def new_price(self, number: int, price: float) -> None:
        begun = self.clock()
        # In this store view: a price may be set for each website.
        self.shop.control("op/update_product", {"id": number, "store": 1, "values": {"price": price}})
        self.products[number].change(begun, self.clock(), self._product(number))

    def new_name(self, customer: int, name: str) -> None:
        begun = self.clock()
        self.shop.control("op/update_customer", {"customer_id": customer, "values": {"firstname": name}})
        settled = self.clock()
        self.customers[customer].change(begun, settled, _customer(self.shop.dump("customers", customer)))

    def new_order(self, customer: int) -> None:
        begun = self.clock()
        placed = self.shop.control("op/place_order", {"customer_id": customer})
        settled = self.clock()
        self._take_in(self.shop.dump("orders", placed["order_id"]))
        self.orders[customer].change(begun, settled, _orders(self._latest[customer]))

    def _product(self, number: int) -> frozenset[Block]:
        item = self.shop.dump("products", number, store=1)
        return frozenset({(f"product={item['name']}|{_number(item['price'])}",)})

    def _take_in(self, order: dict[str, Any]) -> None:
        latest = self._latest.get(order.get("customer_id") or 0)
        if latest is None:
            return
        if latest and order["created_at"] > latest[0]["created_at"]:
            latest.clear()
        if not latest or order["created_at"] == latest[0]["created_at"]:
            latest.append(order)


def _customer(item: Mapping[str, Any]) -> frozenset[Block]:
    return frozenset({(f"customer={item['email']}|{item['firstname']}|{item['lastname']}",)})


def _orders(latest: list[dict[str, Any]]) -> frozenset[Block]:
    return frozenset(_order(order) for order in latest) or frozenset({()})


def _order(order: Mapping[str, Any]) -> Block:
    rows = [item for item in order["items"] if not item.get("parent_item_id")]
    return (
        f"order={order['increment_id']}",
        f"total={_number(order['grand_total'])}",
        *(f"item={item['sku']}|{item['name']}|{_number(item['qty_ordered'])}" for item in rows),
    )


def _number(value: float) -> str:
    return f"{value:.15g}"
