"""What hangs on orders, products and customers in collections of its own: shipments with their tracks, invoices,
credit memos, categories, groups. One search for all that a round asks of a kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dovetail.engine.ports import Answer, Ask, Record, Talk
from dovetail.errors import ProviderError
from dovetail.providers.magento2.followed import Answered, Part, ids_of, in_views
from dovetail.providers.magento2.paging import Entity, Found, by_key
from dovetail.providers.magento2.raw import custom_attributes, maps, number, text
from dovetail.providers.magento2.replies import Raw
from dovetail.providers.magento2.search import Criteria, one_of
from dovetail.providers.magento2.shapes import paged
from dovetail.providers.magento2.views import View, own_view
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

_SHIPMENT = Entity("shipment", "/V1/shipments", "entity_id")
_INVOICE = Entity("invoice", "/V1/invoices", "entity_id")
_CREDITMEMO = Entity("credit memo", "/V1/creditmemos", "entity_id")
_CATEGORY = Entity("category", "/V1/categories/list", "id")
_GROUP = Entity("customer group", "/V1/customerGroups/search", "id")


def _of_orders(kind: str, entity: Entity) -> Part:
    """Answers to asks for the documents of one kind, by the order's id, the oldest first."""

    def answer(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
        found = yield from _all(shop, entity, "order_id", [str(ask.key) for ask in asks])
        owned: dict[int, list[Record]] = {}
        for raw in found.items:
            owned.setdefault(number(raw, "order_id"), []).append(_document(kind, raw))
        notes = found.notes(entity)
        return {ask: Answer(owned.get(int(str(ask.key)), []), True, found.at or now, notes=notes) for ask in asks}

    return answer


def _document(kind: str, raw: Raw) -> Record:
    shown = text(raw, "increment_id")
    fields: dict[str, object] = {
        **raw,
        "id": number(raw, "entity_id"),
        "number": shown,
        "title": shown,
        "items": maps(raw.get("items")),
        "attributes": raw,
    }
    if kind == "shipment":
        fields["tracks"] = [{**track, "number": text(track, "track_number")} for track in maps(raw.get("tracks"))]
    return Record(kind, number(raw, "entity_id"), shown, fields)


def _categories(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    view = yield from own_view(shop)
    wanted = {ask: ids_of(ask.key)[1] for ask in asks}
    found = yield from _all(shop, _CATEGORY, "entity_id", [str(each) for ids in wanted.values() for each in ids])
    known = {number(raw, "id"): raw for raw in found.items if raw.get("is_active")}
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask, ids in wanted.items():
        own = [known[each] for each in ids if each in known]
        own.sort(key=lambda raw: (number(raw, "level"), number(raw, "position"), number(raw, "id")))
        answered[ask] = Answer([_category(raw, view, shop) for raw in own], fetched_at=found.at or now)
    return answered


categories = in_views(_categories)
"""`product.categories`, by the ids of those: the ones that are on, from the top of the tree down."""


def _category(raw: Raw, view: View, shop: Shop) -> Mapping[str, object]:
    path = custom_attributes(raw).get("url_path")
    return {
        "id": number(raw, "id"),
        "name": text(raw, "name"),
        "level": number(raw, "level"),
        "url": f"{view.link_url}{path}{shop.url_suffix}" if path else None,
    }


def groups(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """`customer.group` by its id: the name that the shop gave it."""
    ids = list(dict.fromkeys(str(ask.key) for ask in asks))
    replies = yield [shop.get(_GROUP.path, Criteria((group,), size=len(ids)).query()) for group in one_of("id", ids)]
    names: dict[str, str] = {}
    for reply in replies:
        items, _ = paged(shop, reply, "customer groups")
        names.update((text(raw, "id"), text(raw, "code")) for raw in items)
    return {ask: Answer(names.get(str(ask.key)), str(ask.key) in names, now) for ask in asks}


def _all(shop: Shop, entity: Entity, column: str, values: Sequence[str]) -> Talk[Found]:
    """All records that have one of the values in a column."""
    whole = Found()
    searches = [by_key(shop, entity, Criteria((group,))) for group in one_of(column, values)]
    for part in (yield from together(searches)):
        if isinstance(part, ProviderError):
            raise part
        whole.items += part.items
        whole.at = min(whole.at, part.at) if whole.at else part.at
        whole.passed_over += part.passed_over
        whole.more = whole.more or part.more
    return whole


shipments = _of_orders("shipment", _SHIPMENT)
invoices = _of_orders("invoice", _INVOICE)
credit_memos = _of_orders("creditmemo", _CREDITMEMO)
