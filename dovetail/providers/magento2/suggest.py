"""Live continuations of a path, for `explore` and for editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dovetail.engine.ports import Ask, Query, Record, Suggestion, Talk
from dovetail.providers.described.suggestions import Resolve, fields_behind, read_one
from dovetail.providers.magento2.columns import fold
from dovetail.providers.magento2.entities import Reader, reader
from dovetail.providers.magento2.paging import ENTITIES, by_number
from dovetail.providers.magento2.resolve import resolve
from dovetail.providers.magento2.schema import schema_of
from dovetail.providers.magento2.search import Condition, Criteria, Group, Sort, escaped
from dovetail.providers.magento2.wire import Shop

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "product": ("sku", "name"),
    "order": ("increment_id", "customer_email", "customer_lastname"),
    "customer": ("email", "lastname", "firstname"),
    "cart": ("customer_email",),
}
_LISTS = {"products": "product", "orders": "order", "customers": "customer", "carts": "cart"}


def suggest(shop: Shop, path: Sequence[str], text: str, limit: int, now: float) -> Talk[Sequence[Suggestion]]:
    """What may follow `path`: entities behind a collection, fields behind an entity."""
    if not path or limit < 1:
        yield from ()
        return _members(shop, text)[: max(0, limit)]
    first, *below = path
    if first in _LISTS:
        # Behind a list stands a position; its elements have the fields of the first.
        found = yield from _read(shop, Ask(shop.identifier, _LISTS[first], Query(limit=1)), now)
        records = found if isinstance(found, list) else []
        return (yield from _fields(shop, records[0] if records else None, below[1:], text, limit, now)) if below else []
    if first not in ENTITIES:
        yield from ()
        return []
    if not below:
        return (yield from _entities(shop, first, text, limit, now))
    key = below[0].strip("\"'")
    number = key.isascii() and key.isdigit() and key == below[0] and not key.startswith("0")
    found = yield from _read(shop, Ask(shop.identifier, first, int(key) if number else key), now)
    return (yield from _fields(shop, found, below[1:], text, limit, now))


def _members(shop: Shop, text: str) -> list[Suggestion]:
    known = schema_of(shop).members.items()
    return [Suggestion(name, name, member.summary) for name, member in known if _has(name, text)]


def _entities(shop: Shop, name: str, text: str, limit: int, now: float) -> Talk[Sequence[Suggestion]]:
    made: Reader = yield from reader(shop, name, now)
    alternatives: list[Group] = [()]
    if text:
        # Products lack a value now and then, which would drop them from an OR: one search for each field.
        alternatives = [(Condition(column, "like", f"%{escaped(text)}%"),) for column in _FIELDS[name]]
        if text.isascii() and text.isdigit():
            alternatives.insert(0, (Condition("entity_id", "eq", text),))
    seen: dict[object, Suggestion] = {}
    for group in alternatives:
        criteria = Criteria((group,) if group else (), (Sort("entity_id", name != "product"),), size=limit)
        found = yield from by_number(shop, ENTITIES[name], criteria, limit)
        for raw in found.items:
            record = made.decode(raw)
            seen.setdefault(record.key, _entity(name, record))
        if len(seen) >= limit:
            break
    return list(seen.values())[:limit]


def _entity(name: str, record: Record) -> Suggestion:
    fields = record.fields
    if name == "product":
        detail = f"{fields.get('sku')}  {fields.get('price')} {fields.get('currency')}".rstrip()
    elif name == "order":
        detail = (
            f"{fields.get('created_at')}  {fields.get('grand_total')} {fields.get('currency')}  {fields.get('status')}"
        )
    elif name == "customer":
        detail = str(fields.get("email") or "")
    else:
        detail = f"{fields.get('updated_at')}  {fields.get('items_count')} items"
    return Suggestion(str(record.key), record.title, detail)


def _read(shop: Shop, ask: Ask, now: float) -> Talk[object]:
    return read_one(_resolving(shop, now), ask)


def _fields(
    shop: Shop, value: object, below: Sequence[str], text: str, limit: int, now: float
) -> Talk[Sequence[Suggestion]]:
    return fields_behind(shop.identifier, _resolving(shop, now), value, below, text, limit, _has)


def _resolving(shop: Shop, now: float) -> Resolve:
    return lambda asks: resolve(shop, asks, now)


def _has(name: str, text: str) -> bool:
    return fold(text) in fold(name)
