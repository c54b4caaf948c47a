"""The price of a product with variants: its own is 0, a shopper sees the cheapest variant's.

Magento works that out for its own pages (products-render-info, a hundred products a request); the catalogue
does not tell it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from dovetail.engine.ports import Answer, Ask, Record, Ref, Talk
from dovetail.errors import ProviderError
from dovetail.providers.magento2.context import load_context
from dovetail.providers.magento2.decode import mapping, maps, text
from dovetail.providers.magento2.search import Criteria, one_of
from dovetail.providers.magento2.wire import Shop

_PAGE = 100


def variant_prices(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Mapping[Ask, Answer | ProviderError]]:
    """`product.final_price` by id, of products with variants; null for one that no shopper sees."""
    context = yield from load_context(shop)
    if not context.currency:
        return {ask: Answer(None, fetched_at=now, notes=context.notes) for ask in asks}
    view = f"storeId={context.store_id}&currencyCode={quote(context.currency, safe='')}"
    replies = yield [
        shop.get("/V1/products-render-info", f"{Criteria((group,), size=_PAGE).query()}&{view}")
        for group in one_of("entity_id", [str(ask.key) for ask in asks], most=_PAGE)
    ]
    prices: dict[str, object] = {}
    at = now
    for reply in replies:
        read = mapping(shop.read(reply))
        at = getattr(reply, "at", now)
        for item in maps(read.get("items")):
            prices[text(item, "id")] = mapping(item.get("price_info")).get("final_price")
    return {ask: Answer(prices.get(str(ask.key)), fetched_at=at) for ask in asks}


def with_prices(shop: Shop, records: Sequence[Record], now: float) -> Talk[list[Record]]:
    """The same products with the prices of those that have variants, so that they can be compared."""
    asks = {
        record.key: Ask(shop.identifier, price.collection, price.key)
        for record in records
        if isinstance(price := record.fields.get("final_price"), Ref)
    }
    if not asks:
        yield from ()
        return list(records)
    found = yield from variant_prices(shop, list(asks.values()), now)
    prices = {key: answer.value for key, ask in asks.items() if isinstance(answer := found[ask], Answer)}
    return [
        replace(record, fields={**record.fields, "final_price": prices[record.key]}) if record.key in prices else record
        for record in records
    ]
