"""What Magento works out for its own pages and the catalogue does not tell: prices of products that are made of
others, and images in a size for mails. A hundred products a request (products-render-info).

A shop may have that switched off or hide a product from it. Prices then come from a configurable's children.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from dovetail.engine.ports import Answer, Ask, Record, Ref, Talk
from dovetail.errors import AccessError, ProviderError
from dovetail.providers.magento2 import decode
from dovetail.providers.magento2.context import Context, load_context
from dovetail.providers.magento2.entities import search
from dovetail.providers.magento2.followed import ids_of, in_views
from dovetail.providers.magento2.raw import custom_attributes, mapping, maps, number, text
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.search import Criteria, Group, halves, one_of, size_of
from dovetail.providers.magento2.shapes import listed, paged
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]

_PAGE = 100


def _rendered(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    context = yield from load_context(shop)
    wanted = {ask: ids_of(ask.key)[1][0] for ask in asks}
    found, note = yield from _render_info(shop, context, list(dict.fromkeys(wanted.values())))
    prices = {identity: mapping(info["price_info"]) for identity, info in found.items() if "price_info" in info}
    unknown = [identity for ask, identity in wanted.items() if ask.collection == "price" and identity not in prices]
    others = yield from _prices_of_the_catalogue(shop, context, unknown, now)
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask, identity in wanted.items():
        value: object = None
        if ask.collection != "price":
            value = _picture(found.get(identity, {}))
        elif identity in prices:
            value = prices[identity].get("final_price")
        else:
            value = others.get(identity)
        answered[ask] = Answer(value, fetched_at=now, notes=(*context.notes, *note))
    return answered


rendered = in_views(_rendered)
"""`product.shop_price`, `product.final_price` (of products made of others) and `product.resized`, by id."""


def _render_info(shop: Shop, context: Context, ids: Sequence[int]) -> Talk[tuple[dict[int, Raw], tuple[str, ...]]]:
    if not context.view.currency:
        yield from ()
        return {}, ()
    found: dict[int, Raw] = {}
    groups = one_of("entity_id", [str(each) for each in ids], most=_PAGE)
    for part in (yield from together([_part(shop, context, group) for group in groups])):
        if isinstance(part, AccessError | Refusal):
            return found, (f"prices and images as on the shop's own pages cannot be had: {part.message}",)
        if isinstance(part, ProviderError):
            raise part
        found.update(part)
    return found, ()


def _part(shop: Shop, context: Context, group: Group) -> Talk[dict[int, Raw]]:
    view = f"storeId={context.view.id}&currencyCode={quote(context.view.currency, safe='')}"
    query = Criteria((group,), size=size_of(group)).query()
    replies = yield [shop.get("/V1/products-render-info", f"{query}&{view}")]
    try:
        items, _ = paged(shop, replies[0], "products as on its pages")
    except Refusal as error:
        smaller = halves(group) if error.limit() is not None else ()
        if not smaller:
            raise
        whole: dict[int, Raw] = {}
        for part in (yield from together([_part(shop, context, each) for each in smaller])):
            if isinstance(part, ProviderError):
                raise part from None
            whole.update(part)
        return whole
    return {number(item, "id"): item for item in items}


def _picture(info: Raw) -> Mapping[str, object] | None:
    """The first image that has a size; the shop's theme decides which size that is."""
    for image in maps(info.get("images")):
        if text(image, "url"):
            width, height = number(image, "resized_width"), number(image, "resized_height")
            return {
                "url": text(image, "url"),
                "width": width or number(image, "width") or None,
                "height": height or number(image, "height") or None,
                "label": text(image, "label"),
            }
    return None


def _prices_of_the_catalogue(
    shop: Shop, context: Context, ids: Sequence[int], now: float
) -> Talk[Mapping[int, object]]:
    """Prices of today of products that are on, without the shop's rules; of a configurable its cheapest child's."""
    if not ids:
        yield from ()
        return {}
    found = yield from search(shop, "product", one_of("entity_id", [str(each) for each in ids]))
    raws = [raw for raw in found.items if raw.get("status") == 1]
    parents = [raw for raw in raws if raw.get("type_id") == "configurable"]
    replies = yield [
        shop.get(f"/V1/configurable-products/{quote(text(raw, 'sku'), safe='')}/children") for raw in parents
    ]
    today = datetime.fromtimestamp(now, UTC).astimezone(context.view.zone).date()

    def price(raw: Raw) -> object:
        return decode.final_price(raw.get("price"), custom_attributes(raw), today)

    prices: dict[int, object] = {number(raw, "id"): price(raw) for raw in raws if raw not in parents}
    for raw, reply in zip(parents, replies, strict=True):
        children = [price(each) for each in listed(shop, reply, "a list of variants") if each.get("status") == 1]
        prices[number(raw, "id")] = min((each for each in children if isinstance(each, int | float)), default=None)
    return prices


def with_prices(shop: Shop, records: Sequence[Record], now: float) -> Talk[list[Record]]:
    """The same products with the prices of those that are made of others, so that they can be compared."""
    asks = {
        record.key: Ask(shop.identifier, price.collection, price.key)
        for record in records
        if isinstance(price := record.fields.get("final_price"), Ref)
    }
    if not asks:
        yield from ()
        return list(records)
    found = yield from rendered(shop, list(asks.values()), now)
    prices = {key: answer.value for key, ask in asks.items() if isinstance(answer := found[ask], Answer)}
    return [
        replace(record, fields={**record.fields, "final_price": prices[record.key]}) if record.key in prices else record
        for record in records
    ]
