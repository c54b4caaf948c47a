"""From a list's query to what Magento searches by, and what is left to do with the records here. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cmp_to_key
from typing import cast

from dovetail.engine.ports import Constant, Filter, Order, Query, Record
from dovetail.errors import ProviderError, did_you_mean
from dovetail.providers.magento2.columns import ALIASES, COMPUTED, LIVE, MERGED, PRODUCT_COLUMNS, SURE, fold, identifies
from dovetail.providers.magento2.context import Attribute
from dovetail.providers.magento2.search import Comparison, Condition, Group, Sort, like, one_of

_CONDITIONS: Mapping[str, Comparison] = {"==": "eq", "!=": "neq", "<": "lt", "<=": "lteq", ">": "gt", ">=": "gteq"}


_MOST_GROUPS = 18
"""Conditions that are pushed: Magento's input limits allow twenty groups, and paging by key needs one more."""


_MOST_ALTERNATIVES = 20
"""Conditions of one group that the input limits allow."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query in two parts: groups and sorts for the shop, the rest for here.

    `nothing`: it cannot match. `sure`: every name is one that Magento is known to have.
    """

    groups: tuple[Group, ...] = ()
    sorts: tuple[Sort, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    nothing: bool = False
    sure: bool = True
    notes: tuple[str, ...] = field(default=())

    @property
    def local(self) -> bool:
        """Whether something is left to do here, so that the shop cannot apply the limit."""
        return bool(self.filters or self.order)


def make_plan(
    name: str, query: Query, attributes: Mapping[str, Attribute], identifier: str, known: Sequence[str]
) -> Plan:
    """Plan a query over `product`, `order`, `customer` or `cart`. `known`: names for did-you-mean.

    Raises:
        ProviderError: a field that cannot be filtered or ordered by.
    """
    plan = Plan(limit=query.limit)
    for condition in query.filters:
        _refuse_live(name, condition.field, identifier)
        plan = _with_filter(plan, name, condition, attributes, identifier, known)
    local = any(_is_local(name, order.field) for order in query.order)
    sorts: list[Sort] = []
    for order in query.order:
        _refuse_live(name, order.field, identifier)
        column = ALIASES[name].get(order.field, order.field)
        if not _is_local(name, order.field):
            _refuse_unknown(name, column, attributes, identifier, known)
            plan = replace(plan, sure=plan.sure and _is_sure(name, column, attributes))
        sorts.append(Sort(column, order.descending))
    if local:
        names = ", ".join(order.field for order in query.order if _is_local(name, order.field))
        note = f"{name}s are put in order of {names} here, after reading them all: Magento cannot"
        return replace(plan, order=query.order, notes=(*plan.notes, note))
    if sorts and all(sort.field != "entity_id" for sort in sorts):
        # Equal rows have no order of their own: without the id they get lost between pages.
        sorts.append(Sort("entity_id", sorts[-1].descending))
    return replace(plan, sorts=tuple(sorts))


def _with_filter(
    plan: Plan, name: str, condition: Filter, attributes: Mapping[str, Attribute], identifier: str, known: Sequence[str]
) -> Plan:
    if name == "cart" and condition.field == "status":
        return replace(plan, groups=(*plan.groups, (_open(condition, identifier),)))
    if _is_local(name, condition.field):
        note = f"{name}s are filtered by {condition.field} here, after reading them all: Magento cannot"
        return replace(plan, filters=(*plan.filters, condition), notes=(*plan.notes, note))
    column = ALIASES[name].get(condition.field, condition.field)
    _refuse_unknown(name, column, attributes, identifier, known)
    plan = replace(plan, sure=plan.sure and _is_sure(name, column, attributes))
    if condition.operator == "==" and column in MERGED[name] and not identifies(column, condition.value):
        return replace(plan, nothing=True)
    if len(plan.groups) >= _MOST_GROUPS:
        return replace(plan, filters=(*plan.filters, condition))
    attribute = attributes.get(column)
    chosen = _chosen(column, condition, attribute)
    if chosen is not None:
        return replace(plan, groups=(*plan.groups, chosen)) if chosen else replace(plan, nothing=True)
    if condition.operator == "in":
        given = [value for value in cast("tuple[Constant, ...]", condition.value or ()) if value is not None]
        if column in MERGED[name]:
            given = [value for value in given if identifies(column, value)]
        values = [_text(value) for value in given]
        groups = one_of(column, [_option(value, attributes.get(column)) for value in values], most=10_000)
        if len(groups) == 1:
            return replace(plan, groups=(*plan.groups, groups[0]))
        if not groups:
            return replace(plan, nothing=True)
        # Alternatives cannot be spread over groups, which all have to hold: what is left is done here.
        return replace(plan, filters=(*plan.filters, condition))
    group: Group = (_test(column, condition, attribute),)
    if name != "product" and group[0].condition == "neq":
        # In a list here what has no value is unlike any; in SQL it is not, and a product without one drops out anyway.
        group = (*group, Condition(column, "null", "1"))
    return replace(plan, groups=(*plan.groups, group))


def _chosen(column: str, condition: Filter, attribute: Attribute | None) -> Group | None:
    """Conditions on an attribute with options, as records show it: by label, and any one of a multi-select's.

    () when no option is meant; None for attributes without options and conditions that need no care.
    """
    if attribute is None or not attribute.labels or condition.operator not in ("==", "!=", "in", "like"):
        return None
    several = attribute.input == "multiselect"
    if condition.operator == "like":
        wanted = fold(_text(condition.value).strip("%"))
        ids = [identity for identity, label in attribute.labels.items() if wanted in fold(label)]
    elif not several or condition.value is None:
        return None
    elif condition.operator == "in":
        ids = [_option(_text(value), attribute) for value in cast("tuple[Constant, ...]", condition.value or ())]
    else:
        ids = [_option(_text(condition.value), attribute)]
    groups = one_of(column, ids, most=10_000)
    if len(groups) > 1 or (several and len(ids) > _MOST_ALTERNATIVES):
        message = f"{len(ids)} options of {column} are meant, more than one question holds"
        raise ProviderError(message, help="say more of the label")
    if not several:
        return groups[0] if groups else ()
    if condition.operator == "!=":
        return (Condition(column, "nfinset", ids[0]),)
    return tuple(Condition(column, "finset", identity) for identity in ids)


def _test(column: str, condition: Filter, attribute: Attribute | None) -> Condition:
    value = condition.value
    if condition.operator == "set" or (condition.operator == "!=" and value is None):
        return Condition(column, "notnull", "1")
    if condition.operator == "==" and value is None:
        return Condition(column, "null", "1")
    text = _option(_text(value), attribute)
    if condition.operator == "like":
        return Condition(column, "like", like(text))
    return Condition(column, _CONDITIONS[condition.operator], text)


def _open(condition: Filter, identifier: str) -> Condition:
    if condition.value == "open" and condition.operator in ("==", "!="):
        return Condition("is_active", "eq", "1" if condition.operator == "==" else "0")
    raise ProviderError(
        "carts cannot be filtered by this status",
        identifier=identifier,
        help="filter:'status':'open' and filter:'status':'!=':'open' can",
    )


def _option(value: str, attribute: Attribute | None) -> str:
    """The id of an option that is named by its label, as records show it."""
    if attribute and attribute.labels and value not in attribute.labels:
        for identity, label in attribute.labels.items():
            if fold(label) == fold(value):
                return identity
    return value


def _text(value: Constant) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _is_local(name: str, column: str) -> bool:
    return "." in column or column in COMPUTED[name]


def _is_sure(name: str, column: str, attributes: Mapping[str, Attribute]) -> bool:
    return column in MERGED[name] or column in SURE[name] or column in attributes or column in PRODUCT_COLUMNS


def _refuse_live(name: str, column: str, identifier: str) -> None:
    if column.partition(".")[0] in LIVE[name]:
        raise ProviderError(
            f"{name}s cannot be filtered or put in order by {column}: it costs a request for each of them",
            identifier=identifier,
            help="read the list first and test the field inside the loop",
        )


def _refuse_unknown(
    name: str, column: str, attributes: Mapping[str, Attribute], identifier: str, known: Sequence[str]
) -> None:
    # Products alone say which attributes they have; an unknown one would silently not sort.
    if name == "product" and attributes and column not in attributes and column not in PRODUCT_COLUMNS:
        raise ProviderError(
            f"products have no attribute `{column}` to filter or put in order by",
            identifier=identifier,
            help=did_you_mean(column, [*attributes, *known]),
        )


# --- what is left to do here


def finish(
    plan: Plan, records: list[Record], column: Callable[[Record, str], object], descending_ids: bool = False
) -> list[Record]:
    """The records that meet the rest of the conditions, in order, and no more than wanted."""
    kept = [record for record in records if all(_meets(column(record, each.field), each) for each in plan.filters)]
    if descending_ids:
        kept.reverse()
    for order in reversed(plan.order):
        key = cmp_to_key(_compare)
        kept.sort(key=lambda record, name=order.field: key(column(record, name)), reverse=order.descending)  # type: ignore[misc]
    return kept if plan.limit is None else kept[: plan.limit]


def _meets(value: object, condition: Filter) -> bool:
    wanted = condition.value
    match condition.operator:
        case "set":
            return value not in (None, "")
        case "in":
            return any(_compare(value, each) == 0 for each in cast("tuple[Constant, ...]", wanted or ()))
        case "like":
            return fold(str(wanted).strip("%")) in fold("" if value is None else str(value))
        case "==":
            return _compare(value, wanted) == 0
        case "!=":
            return _compare(value, wanted) != 0
        case _:
            # As in SQL, nothing is smaller or greater than a missing value.
            if value is None or wanted is None:
                return False
            order = _compare(value, wanted)
            return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[condition.operator]


def _compare(left: object, right: object) -> int:
    if left is None or right is None:
        return (left is not None) - (right is not None)
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return (first > second) - (first < second)
    one, other = fold(str(left)), fold(str(right))
    return (one > other) - (one < other)


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None
