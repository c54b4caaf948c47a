"""Values that cost a request of their own: a cart's total and fate, a customer's last order, and what the modules
beside this one read. Batched over all records of a round where the API has a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

from dovetail.engine.ports import Answer, Ask, Order, Query, Talk
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.magento2.documents import categories, credit_memos, groups, invoices, shipments
from dovetail.providers.magento2.lists import orders_by
from dovetail.providers.magento2.raw import maps
from dovetail.providers.magento2.rendered import rendered
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.rows import options, rows, variants
from dovetail.providers.magento2.shapes import single
from dovetail.providers.magento2.stock import stock
from dovetail.providers.magento2.stores import stores
from dovetail.providers.magento2.wire import Shop

Answered = Mapping[Ask, Answer | ProviderError]

_NEWEST = Query((), (Order("created_at", descending=True),), 1)


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
            totals = single(shop, reply, "the totals of a cart")
            answered[ask] = Answer(_grand_total(shop, totals), fetched_at=getattr(reply, "at", now))
        except Refusal as error:
            if error.status == 404:
                answered[ask] = Answer(None, fetched_at=getattr(reply, "at", now))
            else:
                answered[ask] = error
        except ProviderError as error:
            answered[ask] = error
    return answered


def _grand_total(shop: Shop, totals: Raw) -> object:
    for segment in maps(totals.get("total_segments")):
        if segment.get("code") == "grand_total":
            return segment.get("value")
    # The field of that name lacks the tax; base_grand_total has it.
    if "base_grand_total" not in totals:
        raise OddAnswerError(f"{shop.url} sent a cart's totals without a total", identifier=shop.identifier)
    return totals["base_grand_total"]


def _first(answer: Answer | ProviderError) -> Answer | ProviderError:
    if isinstance(answer, ProviderError):
        return answer
    records = cast("list[object]", answer.value)
    return Answer(records[0] if records else None, fetched_at=answer.fetched_at, notes=answer.notes)


Part: TypeAlias = "Callable[[Shop, Sequence[Ask], float], Talk[Answered]]"

PARTS: Mapping[str, Part] = {
    "stock": stock,
    "last_order": last_orders,
    "cart_order": cart_orders,
    "cart_status": cart_orders,
    "cart_total": cart_totals,
    "price": rendered,
    "product.resized": rendered,
    "product.row": rows,
    "product.options": options,
    "product.variants": variants,
    "product.categories": categories,
    "order.shipments": shipments,
    "order.invoices": invoices,
    "order.creditmemos": credit_memos,
    "customer.group": groups,
    "store": stores,
}
"""What answers a live collection."""
