"""`in_stock` and `qty` of products, by SKU.

With `stock_id` they are the salable quantities of that stock, as a shopper meets them: what is reserved by orders
is off. The API has those one by one only. Without, they are what all sources have, of many products at once; one
by one for what has none of its own (configurables), and in shops without Multi Source Inventory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from dovetail.engine.ports import Answer, Ask, Talk
from dovetail.errors import AccessError, OddAnswerError, ProviderError
from dovetail.providers.magento2.columns import fold
from dovetail.providers.magento2.raw import amount, number, text
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.search import Criteria, Group, Sort, one_of
from dovetail.providers.magento2.shapes import paged, single
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]
Level = tuple[bool, float]

_PAGE = 300
_MOST_PAGES = 20
_SKUS = 60


def stock(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """Answer asks with the keys `in_stock SKU` and `qty SKU`."""
    if shop.stock_id:
        found = yield from together([_salable(shop, ask, now) for ask in asks])
        return dict(zip(asks, found, strict=True))
    wanted = list(dict.fromkeys(str(ask.key).partition(" ")[2] for ask in asks))
    known: dict[str, Level | ProviderError] = {**(yield from _sources(shop, wanted))}
    left = [sku for sku in wanted if fold(sku) not in known]
    singles = yield from together([_single(shop, sku) for sku in left])
    for sku, level in zip(left, singles, strict=True):
        if level is not None:
            known[fold(sku)] = level
    answered: dict[Ask, Answer | ProviderError] = {}
    for sku in wanted:
        found_level = known.get(fold(sku))
        for name, at in (("in_stock", 0), ("qty", 1)):
            ask = Ask(shop.identifier, "stock", f"{name} {sku}")
            if found_level is None:
                answered[ask] = Answer(None, found=False, fetched_at=now)
            elif isinstance(found_level, ProviderError):
                answered[ask] = found_level
            else:
                answered[ask] = Answer(found_level[at], fetched_at=now)
    return answered


def _salable(shop: Shop, ask: Ask, now: float) -> Talk[Answer]:
    name, _, sku = str(ask.key).partition(" ")
    call = "is-product-salable" if name == "in_stock" else "get-product-salable-quantity"
    replies = yield [shop.get(f"/V1/inventory/{call}/{quote(sku, safe='')}/{shop.stock_id}")]
    try:
        read = shop.read(replies[0])
    except Refusal as error:
        # An unknown SKU, or one without a quantity of its own (a configurable).
        if error.status in {400, 404}:
            return Answer(None, found=False, fetched_at=now)
        raise
    # Bare scalars: true, 3.5.
    if not isinstance(read, bool if name == "in_stock" else int | float):
        raise _odd(shop)
    return Answer(read, fetched_at=now)


def _sources(shop: Shop, skus: Sequence[str]) -> Talk[Mapping[str, Level]]:
    """What all sources together have, by folded SKU; nothing when the shop has no sources or hides them."""
    found: dict[str, Level] = {}
    pages = yield from together([_rows(shop, group) for group in one_of("sku", skus, most=_SKUS)])
    for rows in pages:
        if isinstance(rows, AccessError | Refusal):
            return {}
        if isinstance(rows, ProviderError):
            raise rows
        for row in rows:
            sku = fold(text(row, "sku"))
            before = found.get(sku, (False, 0.0))
            usable = bool(number(row, "status"))
            found[sku] = (before[0] or usable, before[1] + (amount(row.get("quantity")) if usable else 0.0))
    return found


def _rows(shop: Shop, group: Group) -> Talk[list[Raw]]:
    found: list[Raw] = []
    # The order is whole: a product stands once in a source.
    search = Criteria((group,), (Sort("sku"), Sort("source_code")), size=_PAGE)
    for _ in range(_MOST_PAGES):
        replies = yield [shop.get("/V1/inventory/source-items", search.query())]
        try:
            items, total = paged(shop, replies[0], "stock of its sources")
        except Refusal as error:
            limit = error.limit()
            if limit is None or limit >= search.size:
                raise
            search = Criteria(search.groups, search.sorts, size=limit)
            found.clear()
            continue
        found += items
        if not items or search.page * search.size >= total:
            break
        search = Criteria(search.groups, search.sorts, search.size, search.page + 1)
    return found


def _single(shop: Shop, sku: str) -> Talk[Level | None]:
    replies = yield [shop.get(f"/V1/stockItems/{quote(sku, safe='')}")]
    try:
        read = single(shop, replies[0], "stock")
    except Refusal as error:
        if error.status == 404:
            return None
        raise
    if "is_in_stock" not in read:
        raise _odd(shop)
    return bool(read["is_in_stock"]), amount(read.get("qty"))


def _odd(shop: Shop) -> OddAnswerError:
    return OddAnswerError(f"{shop.url} sent something else than stock", identifier=shop.identifier, retryable=True)
