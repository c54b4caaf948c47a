"""Lists: each query pushed into searchCriteria; those that differ in one value only are fetched together.

A thousand recipients' last orders are one merged search for all their orders, distributed, put in order and
cut here, instead of a thousand searches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dovetail.engine.ports import Answer, Ask, Filter, Query, Record, Ref, Talk
from dovetail.errors import ProviderError
from dovetail.providers.magento2 import entities
from dovetail.providers.magento2.columns import (
    ALIASES,
    COMPUTED,
    LIVE,
    MERGED,
    PRODUCT_COLUMNS,
    SURE,
    fold,
    identifies,
    value_of,
)
from dovetail.providers.magento2.context import Attribute, Context, load_context
from dovetail.providers.magento2.entities import Reader, came_along
from dovetail.providers.magento2.paging import ENTITIES, MOST_RECORDS, Found, by_key, by_number
from dovetail.providers.magento2.plan import Plan, finish, make_plan
from dovetail.providers.magento2.rendered import with_prices
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.search import LARGEST_PAGE, Criteria, Group, halves, one_of, size_of
from dovetail.providers.magento2.views import explain_store
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]
Notes = tuple[str, ...]

_MOST_CAME_ALONG = 500
_MOST_OF_A_GROUP = 600
_MOST_PER_VALUE = 15
"""When the few records that are wanted of each value hide among more than these, they are asked for apart."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What merged queries have in common: the column whose value differs, and all the rest."""

    column: str
    rest: Query


def answers(shop: Shop, name: str, asks: Sequence[Ask], now: float) -> Iterator[tuple[Sequence[Ask], Talk[Answered]]]:
    """The talks that answer list asks of one entity, each with the asks it answers."""
    left: dict[Ask, None] = dict.fromkeys(asks)
    groups: dict[_Shape, list[Ask]] = {}
    for ask in asks:
        for shape in _shapes(name, ask):
            groups.setdefault(shape, []).append(ask)
    for shape, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        members = [ask for ask in group if ask in left]
        if len(members) > 1:
            for ask in members:
                del left[ask]
            yield members, _merged(shop, name, shape, members, now)
    for ask in left:
        yield [ask], _single(shop, name, ask, now)


def _shapes(name: str, ask: Ask) -> Iterator[_Shape]:
    query = _query(ask)
    for at, condition in enumerate(query.filters):
        column = ALIASES[name].get(condition.field, condition.field)
        mergeable = condition.operator == "==" and column in MERGED[name] and isinstance(condition.value, int | str)
        if mergeable and identifies(column, condition.value):
            rest = (*query.filters[:at], *query.filters[at + 1 :])
            yield _Shape(column, replace(query, filters=rest))


def _query(ask: Ask) -> Query:
    return ask.key if isinstance(ask.key, Query) else Query()


def _value(name: str, ask: Ask, column: str) -> str:
    for condition in _query(ask).filters:
        if condition.operator == "==" and ALIASES[name].get(condition.field, condition.field) == column:
            return str(condition.value)
    return ""


def _merged(shop: Shop, name: str, shape: _Shape, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    made, plan = yield from _prepare(shop, name, shape.rest, now)
    values = {ask: _value(name, ask, shape.column) for ask in asks}
    groups = [] if plan.nothing else one_of(shape.column, list(values.values()))
    owned: dict[str, list[Raw]] = {}
    alone: set[str] = set()
    whole = Found()
    for shared in (yield from together([_shared(shop, name, shape, group, plan) for group in groups])):
        if isinstance(shared, ProviderError):
            raise shared
        found, apart = shared
        alone |= apart
        whole.at = min(whole.at, found.at) if whole.at else found.at
        whole.passed_over += found.passed_over
        for raw in found.items:
            owned.setdefault(value_of(name, raw, shape.column), []).append(raw)
    answered: dict[Ask, Answer | ProviderError] = {}
    notes = (*made.notes, *plan.notes, *whole.notes(ENTITIES[name]))
    # What was pushed as a sort order is done here instead: each has its own few records.
    here = replace(plan, order=plan.order or shape.rest.order)
    for ask in asks:
        if fold(values[ask]) in alone:
            continue
        raws = sorted(owned.get(fold(values[ask]), []), key=ENTITIES[name].id_of)
        records = _finished(name, here, [made.decode(raw) for raw in raws])
        answered[ask] = Answer(records, fetched_at=whole.at or now, notes=notes)
        _add_along(shop, shape.rest, records, answered, made.notes)
    left = [ask for ask in asks if ask not in answered]
    for ask, result in zip(left, (yield from together([_single(shop, name, ask, now) for ask in left])), strict=True):
        answered.update({ask: result} if isinstance(result, ProviderError) else result)
    return answered


def _shared(shop: Shop, name: str, shape: _Shape, group: Group, plan: Plan) -> Talk[tuple[Found, set[str]]]:
    """The records of one search for many values, and the values with so many that each is better asked alone."""
    count = size_of(group)
    most = MOST_RECORDS if shape.rest.limit is None else max(_MOST_OF_A_GROUP, _MOST_PER_VALUE * count)
    criteria = Criteria((*plan.groups, group))
    try:
        found = yield from by_key(shop, ENTITIES[name], criteria, most, cut=plan.sure, whole=True)
    except Refusal as error:
        raise (yield from _explained(shop, name, shape.rest, error)) from None
    if not found.more:
        return found, set()
    if count == 1:
        return Found(at=found.at), {fold(group[0].value)}
    alone: set[str] = set()
    parts = yield from together([_shared(shop, name, shape, part, plan) for part in halves(group)])
    for part in parts:
        if isinstance(part, ProviderError):
            raise part
        found.items += part[0].items
        found.passed_over += part[0].passed_over
        alone |= part[1]
    return replace(found, more=False), alone


def _single(shop: Shop, name: str, ask: Ask, now: float) -> Talk[Answered]:
    query = _query(ask)
    made, plan = yield from _prepare(shop, name, query, now)
    found = Found(at=now)
    if not plan.nothing and plan.limit != 0:
        most = MOST_RECORDS if plan.local or plan.limit is None else min(plan.limit, MOST_RECORDS)
        criteria = Criteria(plan.groups, plan.sorts, size=min(LARGEST_PAGE, most))
        try:
            if plan.sorts and not plan.order:
                found = yield from by_number(shop, ENTITIES[name], criteria, most, cut=plan.sure)
            else:
                found = yield from by_key(shop, ENTITIES[name], criteria, most, cut=plan.sure)
        except Refusal as error:
            raise (yield from _explained(shop, name, query, error)) from None
    # More than was asked for is no surprise.
    noted = replace(found, more=found.more and (plan.limit is None or plan.local or plan.limit > MOST_RECORDS))
    notes = (*made.notes, *plan.notes, *noted.notes(ENTITIES[name]))
    decoded = [made.decode(raw) for raw in found.items]
    compared = {condition.field for condition in plan.filters} | {order.field for order in plan.order}
    if "final_price" in compared:
        decoded = yield from with_prices(shop, decoded, now)
    records = _finished(name, plan, decoded)
    answered: dict[Ask, Answer | ProviderError] = {ask: Answer(records, fetched_at=found.at, notes=notes)}
    _add_along(shop, query, records, answered, made.notes)
    return answered


def _prepare(shop: Shop, name: str, query: Query, now: float) -> Talk[tuple[Reader, Plan]]:
    attributes: Mapping[str, Attribute] = {}
    if name == "product":
        context: Context = yield from load_context(shop)
        attributes = context.attributes
        made = entities.product_reader(context, now)
    else:
        made = yield from entities.reader(shop, name, now)
    return made, make_plan(name, query, attributes, shop.identifier, _known(name))


def _known(name: str) -> list[str]:
    extra = PRODUCT_COLUMNS if name == "product" else frozenset[str]()
    return sorted({*ALIASES[name], *COMPUTED[name], *MERGED[name], *SURE[name], *extra} - LIVE[name])


def _explained(shop: Shop, name: str, query: Query, refused: Refusal) -> Talk[ProviderError]:
    """The sentence for a query that the shop refuses: most often one of its fields."""
    store = yield from explain_store(shop, refused)
    fields = [*(each.field for each in query.filters), *(each.field for each in query.order)]
    if store is not refused or not fields or refused.status not in {400, 500}:
        return store
    names = ", ".join(dict.fromkeys(fields))
    return ProviderError(
        f"the shop cannot filter or order {name}s by {names}: {refused.message}",
        identifier=shop.identifier,
        help=f"{name}s can be filtered by: {', '.join(_known(name))}",
    )


def _finished(name: str, plan: Plan, records: list[Record]) -> list[Record]:
    last_descends = bool(plan.order) and plan.order[-1].descending
    return finish(plan, records, lambda record, column: _column(name, record, column), last_descends)


def _column(name: str, record: Record, column: str) -> object:
    value: object = record
    for part in (ALIASES[name].get(column, column) if "." not in column else column).split("."):
        fields = value.fields if isinstance(value, Record) else value
        value = fields.get(part) if isinstance(fields, Mapping) else None
    # A value that is not here yet (a configurable's price) satisfies no comparison.
    return None if isinstance(value, Ref) else value


def _add_along(
    shop: Shop, query: Query, records: Sequence[Record], answered: dict[Ask, Answer | ProviderError], notes: Notes
) -> None:
    # A filter on a product's store view makes Magento show that view's texts and prices.
    if any(condition.field == "store_id" for condition in query.filters):
        return
    at = min((answer.fetched_at for answer in answered.values() if isinstance(answer, Answer)), default=0.0)
    for record in records:
        if len(answered) > _MOST_CAME_ALONG:
            return
        for ask, answer in came_along(shop, record, at, notes).items():
            answered.setdefault(ask, answer)


def orders_by(
    shop: Shop, column: str, values: Sequence[int], query: Query, now: float
) -> Talk[dict[int, Answer | ProviderError]]:
    """For each value of a column of orders, the answer to `query` with that value."""
    asks = {
        value: Ask(shop.identifier, "order", replace(query, filters=(*query.filters, Filter(column, "==", value))))
        for value in values
    }
    parts = list(answers(shop, "order", list(asks.values()), now))
    answered: dict[Ask, Answer | ProviderError] = {}
    for _, talk in parts:
        answered.update((yield from talk))
    return {value: answered[ask] for value, ask in asks.items()}
