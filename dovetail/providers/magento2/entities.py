"""Single entities by key: all that are asked for in one round share a few searches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dovetail.engine.ports import Answer, Ask, Query, Record, Talk
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.magento2 import decode, sales
from dovetail.providers.magento2.columns import fold, value_of
from dovetail.providers.magento2.context import Context, load_context
from dovetail.providers.magento2.paging import ENTITIES, Found, by_key
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.search import Criteria, Group, one_of, size_of
from dovetail.providers.magento2.views import explain_store, website_of
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Decoder = Callable[[Raw], Record]
Answered = Mapping[Ask, Answer | ProviderError]

_LONGEST_SKU = 64
_LARGEST_ID = 4_294_967_295


@dataclass(frozen=True, slots=True)
class Reader:
    """How records of an entity are made, and what is to be said about that."""

    decode: Decoder
    notes: tuple[str, ...] = ()


def reader(shop: Shop, name: str, now: float) -> Talk[Reader]:
    """The reader of an entity; products need the store view's settings for theirs."""
    if name != "product":
        yield from ()
        if name == "customer":
            return Reader(sales.customer)
        made = sales.order if name == "order" else sales.cart
        return Reader(lambda raw: made(raw, follow=shop.follow))
    context = yield from load_context(shop)
    return product_reader(context, now, shop.view)


def product_reader(context: Context, now: float, view: int = 0) -> Reader:
    """The reader of products in a store view: that of the context, by its id when it is not the settings' own."""
    moment = datetime.fromtimestamp(now, UTC)
    return Reader(lambda raw: decode.product(raw, context, moment, view), context.notes)


def columns(name: str, ask: Ask) -> Sequence[str]:
    """The columns in which a key is looked for, one after the other."""
    key, text = ask.key, str(ask.key)
    # Magento's ids are unsigned; anything larger is a SKU or a number at most.
    digits = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and int(text) <= _LARGEST_ID
    if name == "product":
        found = ["entity_id", "sku"] if isinstance(key, int) else ["sku", "entity_id"]
        if not 0 < len(text) <= _LONGEST_SKU:
            found.remove("sku")
    elif name == "order":
        found = ["entity_id", "increment_id"]
    elif name == "customer":
        found = ["email"] if "@" in text else ["entity_id"]
    else:
        found = ["entity_id"]
    return [column for column in found if column != "entity_id" or digits]


def by_keys(shop: Shop, name: str, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """Answer asks for entities by id, SKU, number or e-mail address."""
    answered: dict[Ask, Answer | ProviderError] = {}
    plans = {ask: list(columns(name, ask)) for ask in asks}
    made: Reader | None = None
    while any(plans.values()):
        wanted: dict[str, list[Ask]] = {}
        for ask, left in plans.items():
            if left:
                wanted.setdefault(left.pop(0), []).append(ask)
        searches = [_search(shop, name, column, looking) for column, looking in wanted.items()]
        if made is None:
            made, found = yield from entity_reader(shop, name, now, searches)
        else:
            found = yield from together(searches)
        for (column, looking), result in zip(wanted.items(), found, strict=True):
            if isinstance(result, ProviderError):
                for ask in looking:
                    answered[ask] = result
                    plans[ask].clear()
                continue
            if column == "email" and len({value_of(name, raw, column) for raw in result.items}) < len(result.items):
                # The same address may have an account in each website: that of the store view's comes first.
                website = yield from website_of(shop)
                result.items.sort(key=lambda raw: raw.get("website_id") != website)
            _take(shop, name, column, looking, result, made, answered)
            for ask in looking:
                if ask not in answered and result.passed_over:
                    # It may be the record on which the shop fails: that is no reason to call it unknown.
                    answered[ask] = OddAnswerError(
                        f"the shop failed on {result.passed_over} {name}(s); {ask.path()} may be one of them",
                        identifier=shop.identifier,
                        help="the shop's log (var/log) says which module fails on that record",
                        retryable=True,
                    )
                if ask in answered:
                    plans[ask].clear()
    for ask in asks:
        answered.setdefault(ask, Answer(None, found=False, fetched_at=now))
    return answered


def entity_reader(
    shop: Shop, name: str, now: float, searches: Sequence[Talk[Found]]
) -> Talk[tuple[Reader, list[Found | ProviderError]]]:
    """The reader of an entity, and what searches find that go out at the same time as its questions."""
    made: list[Reader] = []

    def keep() -> Talk[Found]:
        made.append((yield from reader(shop, name, now)))
        return Found()

    first, *found = yield from together([keep(), *searches])
    if isinstance(first, ProviderError):
        raise first
    return made[0], found


def _search(shop: Shop, name: str, column: str, asks: Sequence[Ask]) -> Talk[Found]:
    values = [str(ask.key).lower() if column == "email" else str(ask.key) for ask in asks]
    return search(shop, name, one_of(column, values))


def search(shop: Shop, name: str, alternatives: Sequence[Group]) -> Talk[Found]:
    """All records that meet one of the alternatives, which are asked side by side."""
    whole = Found()
    talks = [by_key(shop, ENTITIES[name], _criteria(group)) for group in alternatives]
    for result in (yield from together(talks)):
        if isinstance(result, Refusal):
            raise (yield from explain_store(shop, result)) from None
        if isinstance(result, ProviderError):
            raise result
        whole.items += result.items
        whole.at = min(whole.at, result.at) if whole.at else result.at
        whole.passed_over += result.passed_over
        whole.more = whole.more or result.more
    return whole


def _criteria(group: Group) -> Criteria:
    # A page size has to be sent, or Magento's default of 20 cuts the answer short.
    return Criteria((group,), size=size_of(group)) if group[0].field in {"entity_id", "sku"} else Criteria((group,))


def _take(
    shop: Shop,
    name: str,
    column: str,
    asks: Sequence[Ask],
    found: Found,
    made: Reader,
    answered: dict[Ask, Answer | ProviderError],
) -> None:
    notes = (*made.notes, *found.notes(ENTITIES[name]))
    exact: dict[str, Raw] = {}
    folded: dict[str, Raw] = {}
    for raw in found.items:
        exact.setdefault(str(raw.get(column, "")), raw)
        folded.setdefault(value_of(name, raw, column), raw)
    records: dict[int, Record] = {}
    for ask in asks:
        text = str(ask.key)
        match = exact.get(text) or folded.get(fold(text))
        if match is None:
            continue
        if id(match) not in records:
            records[id(match)] = made.decode(match)
        record = records[id(match)]
        answered[ask] = Answer(record, fetched_at=found.at, notes=notes)
        if not isinstance(ask.key, Query):
            answered.update(
                (also, answer)
                for also, answer in came_along(shop, record, found.at, notes).items()
                if also not in answered
            )


def came_along(shop: Shop, record: Record, at: float, notes: tuple[str, ...] = ()) -> dict[Ask, Answer]:
    """Answers to other asks that a record settles as well: its id, and a product's SKU."""
    answer = Answer(record, fetched_at=at, notes=notes)
    found = {Ask(shop.identifier, record.collection, record.key): answer}
    if record.collection == "product":
        found[Ask(shop.identifier, "product", str(record.fields["sku"]))] = answer
    return found
