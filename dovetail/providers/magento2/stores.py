"""Store views as records: language, currency, time zone and addresses, for whoever formats something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dovetail.engine.ports import Answer, Ask, Record, Talk
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.magento2.raw import number, text
from dovetail.providers.magento2.replies import Refusal
from dovetail.providers.magento2.shapes import listed, single
from dovetail.providers.magento2.views import KEEP, View, own_view, views
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]


def stores(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """`{$mywebshop.store}` (the key is '') and the store view of an order, cart or customer, by id."""
    own = yield from own_view(shop)
    known = {view.id: view for view in (yield from views(shop))}
    names = yield from _names(shop)
    wanted = {ask: own if ask.key == "" else known.get(_number(ask.key)) for ask in asks}
    shown = list(dict.fromkeys(view for view in wanted.values() if view is not None))
    symbols = dict(zip(shown, (yield from together([_symbol(shop, view) for view in shown])), strict=True))
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask in asks:
        view = wanted.get(ask)
        if view is None:
            answered[ask] = Answer(None, found=False, fetched_at=now)
            continue
        symbol = symbols[view]
        if isinstance(symbol, ProviderError):
            answered[ask] = symbol
        else:
            record = _record(view, names.get(view.id, view.code), symbol, shop)
            answered[ask] = Answer(record, fetched_at=now)
    return answered


def _number(key: object) -> int:
    return int(str(key)) if str(key).isdecimal() else -1


def _record(view: View, name: str, symbol: str, shop: Shop) -> Record:
    fields: dict[str, object] = {
        "id": view.id,
        "code": view.code,
        "name": name,
        "title": name,
        "website_id": view.website_id,
        "locale": view.locale,
        "language": view.locale.partition("_")[0],
        "currency": view.display_currency,
        "currency_symbol": symbol,
        "base_currency": view.currency,
        "timezone": view.timezone,
        "weight_unit": view.weight_unit,
        "url": view.link_url,
        "media_url": view.media_url,
    }
    return Record("store", view.id, name or shop.url, fields)


def _names(shop: Shop) -> Talk[Mapping[int, str]]:
    replies = yield [shop.get("/V1/store/storeViews", keep_for=KEEP)]
    return {number(each, "id"): text(each, "name") for each in listed(shop, replies[0], "its store views")}


def _symbol(shop: Shop, view: View) -> Talk[str]:
    """The sign of the view's currency; its code where the shop has none or does not tell."""
    replies = yield [shop.get("/V1/directory/currency", store=view.code, keep_for=KEEP)]
    try:
        read = single(shop, replies[0], "its currency")
    except Refusal:
        return view.display_currency
    if "base_currency_code" not in read:
        raise OddAnswerError(f"{shop.url} sent something else than its currency", identifier=shop.identifier)
    return text(read, "default_display_currency_symbol") or view.display_currency
