"""The products behind lines of orders and carts, and the options that were chosen: batched over a round.

A line is not looked up as a template's key is: a deleted product's SKU may well be another product's id, and
what is gone must not come back as something else. With `follow_store` each comes in the view of its order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dovetail.engine.ports import Answer, Ask, Record, Talk
from dovetail.errors import ProviderError
from dovetail.providers.magento2.columns import fold, value_of
from dovetail.providers.magento2.context import Context, load_context
from dovetail.providers.magento2.decode import as_bought, children_of
from dovetail.providers.magento2.entities import Reader, entity_reader, search
from dovetail.providers.magento2.followed import Answered, ids_of, in_views
from dovetail.providers.magento2.paging import ENTITIES, Found, by_key
from dovetail.providers.magento2.raw import number
from dovetail.providers.magento2.replies import Raw
from dovetail.providers.magento2.sales import Row
from dovetail.providers.magento2.search import Condition, Criteria, one_of
from dovetail.providers.magento2.views import in_view
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together


@dataclass(slots=True)
class _Products:
    """Products by id and by folded SKU, and how they are read."""

    reader: Reader
    at: float = 0.0
    by_id: dict[int, Raw] = field(default_factory=dict[int, Raw])
    by_sku: dict[str, Raw] = field(default_factory=dict[str, Raw])
    parents: dict[Row, int] = field(default_factory=dict[Row, int])

    def add(self, found: Found) -> None:
        self.at = min(self.at, found.at) if self.at else found.at
        for raw in found.items:
            self.by_id[number(raw, "id")] = raw
            self.by_sku.setdefault(value_of("product", raw, "sku"), raw)

    def record(self, row: Row) -> Record | None:
        """What the line shows: the variant with its parent's page, or the product; the last resort is the other."""
        by_sku = self.by_sku.get(fold(row.sku))
        by_id = self.by_id.get(row.id or self.parents.get(row, 0))
        if row.variant and by_id is not None and by_sku is not None and by_id is not by_sku:
            return as_bought(self.reader.decode(by_sku), self.reader.decode(by_id))
        raw = by_id if by_id is not None else by_sku
        return self.reader.decode(raw) if raw is not None else None


def _rows(there: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    wanted = {ask: Row.read(str(ask.key)) for ask in asks}
    ids = {row.id for row in wanted.values() if row.id}
    skus = {row.sku for row in wanted.values() if row.sku and (row.variant or not row.id)}
    searches = [_search(there, "entity_id", [str(each) for each in sorted(ids)]), _search(there, "sku", sorted(skus))]
    reader, parts = yield from entity_reader(there, "product", now, searches)
    products = _Products(reader)
    for part in parts:
        if isinstance(part, ProviderError):
            raise part
        products.add(part)
    # Made anew under another id since it was bought: its SKU still says which it is.
    gone = {row.sku for row in wanted.values() if row.sku and not row.variant and row.id not in products.by_id}
    left = sorted(gone - skus)
    if left:
        products.add((yield from _search(there, "sku", left)))
    yield from _find_parents(there, products, [row for row in wanted.values() if row.name])
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask, row in wanted.items():
        record = products.record(row)
        answered[ask] = Answer(record, record is not None, products.at or now, notes=reader.notes)
    return answered


rows = in_views(_rows, lambda key: Row.read(str(key)).view)
"""`items[].product`, by what the line says of it."""


def _find_parents(there: Shop, products: _Products, rows: Sequence[Row]) -> Talk[None]:
    """The configurables behind lines of carts: of their name, and with the line's product among their variants.

    No call of the API leads from a variant to its parent, and a variant has no page that a mail could link to.
    """
    for store in dict.fromkeys(row.written_in for row in rows):
        wanted = [row for row in rows if row.written_in == store and fold(row.sku) in products.by_sku]
        written = yield from in_view(there, store)
        configurable = (Condition("type_id", "eq", "configurable"),)
        groups = one_of("name", [row.name for row in wanted])
        found = yield from together(
            [by_key(written, ENTITIES["product"], Criteria((group, configurable))) for group in groups]
        )
        parents: dict[int, Raw] = {}
        for part in found:
            if isinstance(part, ProviderError):
                raise part
            if written.store == there.store:
                products.add(part)
            parents.update((child, raw) for raw in part.items for child in children_of(raw))
        for row in wanted:
            parent = parents.get(number(products.by_sku[fold(row.sku)], "id"))
            if parent is not None:
                products.parents[row] = number(parent, "id")
    missing = sorted(set(products.parents.values()) - set(products.by_id))
    if missing:
        products.add((yield from _search(there, "entity_id", [str(each) for each in missing])))


def _search(shop: Shop, column: str, values: Sequence[str]) -> Talk[Found]:
    return search(shop, "product", one_of(column, [value for value in values if value.strip()]))


def _variants(there: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    wanted = {ask: ids_of(ask.key)[1] for ask in asks}
    ids = sorted({each for own in wanted.values() for each in own})
    searches = [_search(there, "entity_id", [str(each) for each in ids])]
    reader, (found,) = yield from entity_reader(there, "product", now, searches)
    if isinstance(found, ProviderError):
        raise found
    known = {number(raw, "id"): reader.decode(raw) for raw in found.items}
    return {
        ask: Answer([known[each] for each in own if each in known], fetched_at=found.at or now, notes=reader.notes)
        for ask, own in wanted.items()
    }


variants = in_views(_variants)
"""`product.variants`, by their ids."""


def _options(there: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    context = yield from load_context(there)
    return {ask: Answer(_chosen(context, str(ask.key)), fetched_at=now, notes=context.notes) for ask in asks}


options = in_views(_options, lambda key: int(str(key).partition(" ")[0]))
"""`items[].options`: the names and labels of what was chosen, in the store view's language."""


def _chosen(context: Context, key: str) -> list[Mapping[str, str]]:
    by_id = {attribute.id: attribute for attribute in context.attributes.values()}
    found: list[Mapping[str, str]] = []
    for pair in key.split(" ")[1:]:
        identity, _, value = pair.partition("=")
        attribute = by_id.get(int(identity))
        name = (attribute.names.get(context.view.id) or attribute.name) if attribute else ""
        found.append({"label": name, "value": attribute.labels.get(value, value) if attribute else value})
    return found
