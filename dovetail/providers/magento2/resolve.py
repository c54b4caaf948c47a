"""Answers to asks, in as few requests as the API allows: the heart of this provider.

Entities by key go into `in` filters; lists that differ in one value only (the last order of each of a
thousand customers) are fetched together and distributed here. All parts run at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dovetail.engine.ports import Answer, Ask, Lifetime, Query, Talk
from dovetail.errors import ProviderError
from dovetail.providers.magento2 import entities, lists, live
from dovetail.providers.magento2.paging import ENTITIES
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]

_LIFETIMES = {
    "product": Lifetime(600.0),
    "price": Lifetime(600.0),
    "product.row": Lifetime(600.0),
    "product.variants": Lifetime(600.0),
    "product.resized": Lifetime(600.0),
    "product.options": Lifetime(3600.0),
    "product.categories": Lifetime(3600.0),
    "customer.group": Lifetime(3600.0),
    "store": Lifetime(3600.0),
    "stock": Lifetime(60.0),
    "order": Lifetime(60.0, personal=True),
    "last_order": Lifetime(60.0, personal=True),
    "customer": Lifetime(300.0, personal=True),
    "cart": Lifetime(30.0, personal=True),
    "cart_total": Lifetime(30.0, personal=True),
    "cart_status": Lifetime(30.0, personal=True),
    "cart_order": Lifetime(30.0, personal=True),
}
_LIST_OF_PRODUCTS = Lifetime(300.0)


def lifetime(ask: Ask) -> Lifetime:
    """How long an answer may be kept; what is not known is kept as if it were about a person."""
    if ask.collection == "product" and isinstance(ask.key, Query):
        return _LIST_OF_PRODUCTS
    return _LIFETIMES.get(ask.collection, Lifetime(30.0, personal=True))


@dataclass(slots=True)
class _Work:
    """Asks by the part that answers them."""

    entities: dict[str, list[Ask]] = field(default_factory=dict[str, list[Ask]])
    lists: dict[str, list[Ask]] = field(default_factory=dict[str, list[Ask]])
    values: dict[live.Part, list[Ask]] = field(default_factory=dict[live.Part, list[Ask]])
    strange: list[Ask] = field(default_factory=list[Ask])


def resolve(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """Answer all asks; a fault of one part is the answer to that part's asks only."""
    work = _sort(asks)
    parts: list[tuple[Sequence[Ask], Talk[Answered]]] = []
    for name, wanted in work.entities.items():
        parts.append((wanted, entities.by_keys(shop, name, wanted, now)))
    for name, wanted in work.lists.items():
        parts.extend(lists.answers(shop, name, wanted, now))
    for part, wanted in work.values.items():
        parts.append((wanted, part(shop, wanted, now)))
    answered: dict[Ask, Answer | ProviderError] = {
        ask: ProviderError(
            f"`{ask.path()}` is nothing that a Magento 2 shop has",
            identifier=shop.identifier,
            help=f"a shop has: {', '.join(ENTITIES)}",
        )
        for ask in work.strange
    }
    results = yield from together([talk for _, talk in parts])
    for (asked, _), result in zip(parts, results, strict=True):
        if isinstance(result, ProviderError):
            answered.update(dict.fromkeys(asked, result))
        else:
            for ask, answer in result.items():
                answered.setdefault(ask, answer)
    return answered


def _sort(asks: Sequence[Ask]) -> _Work:
    work = _Work()
    for ask in asks:
        if ask.collection in live.PARTS and not isinstance(ask.key, Query):
            work.values.setdefault(live.PARTS[ask.collection], []).append(ask)
        elif ask.collection not in ENTITIES:
            work.strange.append(ask)
        elif isinstance(ask.key, Query):
            work.lists.setdefault(ask.collection, []).append(ask)
        else:
            work.entities.setdefault(ask.collection, []).append(ask)
    return work
