"""Values that cost a request of their own: stock, a cart's total and fate, a customer's last order, the price
of a product with variants. Batched over all records of a round where the API has a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast
from urllib.parse import quote

from dovetail.engine.ports import Answer, Ask, Order, Query, Talk
from dovetail.errors import AccessError, ProviderError
from dovetail.providers.magento2.columns import fold
from dovetail.providers.magento2.decode import mapping, maps, number, text
from dovetail.providers.magento2.lists import orders_by
from dovetail.providers.magento2.prices import variant_prices
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.search import Criteria, one_of
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]

_SOURCES = 300
_NEWEST = Query((), (Order("created_at", descending=True),), 1)


def stock(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """`in_stock` and `qty` by SKU (the key is `qty AB-1`): from the sources of many products at once (Multi Source
    Inventory); one by one for what has none of its own (configurables), and in shops without it.
    """
    wanted = {str(ask.key).partition(" ")[2]: None for ask in asks}
    known: dict[str, tuple[bool, float] | ProviderError] = {}
    sources = yield from _sources(shop, list(wanted))
    known.update(sources)
    left = [sku for sku in wanted if fold(sku) not in known]
    singles = yield from together([_single_stock(shop, sku) for sku in left])
    for sku, single in zip(left, singles, strict=True):
        if single is not None:
            known[fold(sku)] = single
    answered: dict[Ask, Answer | ProviderError] = {}
    for sku in wanted:
        level = known.get(fold(sku))
        for name, at in (("in_stock", 0), ("qty", 1)):
            ask = Ask(shop.identifier, "stock", f"{name} {sku}")
            if level is None:
                answered[ask] = Answer(None, found=False, fetched_at=now)
            else:
                answered[ask] = level if isinstance(level, ProviderError) else Answer(level[at], fetched_at=now)
    return answered


def _sources(shop: Shop, skus: Sequence[str]) -> Talk[Mapping[str, tuple[bool, float]]]:
    """What all sources together have, by folded SKU; nothing when the shop has no sources or hides them."""
    pages = [
        shop.get("/V1/inventory/source-items", Criteria((group,), size=_SOURCES).query())
        for group in one_of("sku", skus, most=60)
    ]
    replies = yield pages
    found: dict[str, tuple[bool, float]] = {}
    for reply in replies:
        try:
            read = mapping(shop.read(reply))
        except (AccessError, Refusal):
            return {}
        items = maps(read.get("items"))
        total = read.get("total_count")
        if isinstance(total, int) and total > len(items):
            # More sources than a page: singles are slower, but whole.
            return {}
        for item in items:
            sku = fold(text(item, "sku"))
            before = found.get(sku, (False, 0.0))
            amount = _amount(item.get("quantity"))
            usable = bool(number(item, "status"))
            found[sku] = (before[0] or usable, before[1] + (amount if usable else 0.0))
    return found


def _single_stock(shop: Shop, sku: str) -> Talk[tuple[bool, float] | None]:
    replies = yield [shop.get(f"/V1/stockItems/{quote(sku, safe='')}")]
    try:
        read = mapping(shop.read(replies[0]))
    except Refusal as error:
        if error.status == 404:
            return None
        raise
    return bool(read.get("is_in_stock")), _amount(read.get("qty"))


def last_orders(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """`customer.last_order` by customer id."""
    ids = [ask.key for ask in asks if isinstance(ask.key, int)]
    found = yield from orders_by(shop, "customer_id", ids, _NEWEST, now)
    return {ask: _first(found[int(ask.key)]) for ask in asks if isinstance(ask.key, int)}


def cart_orders(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """`cart.order` and `cart.status` by cart id, of inactive carts: the order that a cart became, if any."""
    ids = list(dict.fromkeys(ask.key for ask in asks if isinstance(ask.key, int)))
    found = yield from orders_by(shop, "quote_id", ids, _NEWEST, now)
    answered: dict[Ask, Answer | ProviderError] = {}
    for identity in ids:
        order = _first(found[identity])
        answered[Ask(shop.identifier, "cart_order", identity)] = order
        if isinstance(order, ProviderError):
            answered[Ask(shop.identifier, "cart_status", identity)] = order
        else:
            status = "closed" if order.value is None else "checked-out"
            answered[Ask(shop.identifier, "cart_status", identity)] = Answer(status, fetched_at=order.fetched_at)
    return answered


def cart_totals(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """`cart.total` by cart id, with tax; inactive carts have none. The API has no batch."""
    ids = list(dict.fromkeys(ask.key for ask in asks if isinstance(ask.key, int)))
    replies = yield [shop.get(f"/V1/carts/{identity}/totals") for identity in ids]
    answered: dict[Ask, Answer | ProviderError] = {}
    for identity, reply in zip(ids, replies, strict=True):
        ask = Ask(shop.identifier, "cart_total", identity)
        try:
            answered[ask] = Answer(_grand_total(mapping(shop.read(reply))), fetched_at=getattr(reply, "at", now))
        except Refusal as error:
            if error.status == 404:
                answered[ask] = Answer(None, fetched_at=getattr(reply, "at", now))
            else:
                answered[ask] = error
        except ProviderError as error:
            answered[ask] = error
    return answered


def _grand_total(totals: Raw) -> object:
    for segment in maps(totals.get("total_segments")):
        if segment.get("code") == "grand_total":
            return segment.get("value")
    # The field of that name lacks the tax; base_grand_total has it.
    return totals.get("base_grand_total")


def _first(answer: Answer | ProviderError) -> Answer | ProviderError:
    if isinstance(answer, ProviderError):
        return answer
    records = cast("list[object]", answer.value)
    return Answer(records[0] if records else None, fetched_at=answer.fetched_at, notes=answer.notes)


def _amount(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


Part: TypeAlias = "Callable[[Shop, Sequence[Ask], float], Talk[Answered]]"

PARTS: Mapping[str, Part] = {
    "stock": stock,
    "last_order": last_orders,
    "cart_order": cart_orders,
    "cart_status": cart_orders,
    "cart_total": cart_totals,
    "price": variant_prices,
}
"""What answers a live collection."""
