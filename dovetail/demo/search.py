"""Magento's searchCriteria over a few rows in memory.

Source of the rules: Magento's REST documentation and facts of its code: filters of a group are
alternatives, groups must all hold, an unknown condition means equality, a sort order without a direction is
descending, null satisfies no comparison.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row")

_GROUP = re.compile(
    r"searchCriteria\[filter_?groups\]\[(\w+)\]\[filters\]\[(\w+)\]\[(field|value|condition_?type)\]", re.I
)
_SORT = re.compile(r"searchCriteria\[sort_?orders\]\[(\w+)\]\[(field|direction)\]", re.I)
_PAGE = re.compile(r"searchCriteria\[(page_?size|current_?page)\]", re.I)


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter."""

    field: str
    value: str
    condition: str

    def as_json(self) -> Mapping[str, object]:
        """As Magento echoes it."""
        return {"field": self.field, "value": self.value, "condition_type": self.condition}


@dataclass(frozen=True, slots=True)
class Criteria:
    """A parsed searchCriteria. `size` 0 means all rows on one page."""

    groups: tuple[tuple[Condition, ...], ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    size: int = 0
    page: int = 1
    given: bool = False

    def as_json(self) -> Mapping[str, object]:
        """As Magento echoes it."""
        return {
            "filter_groups": [{"filters": [item.as_json() for item in group]} for group in self.groups],
            "sort_orders": [{"field": name, "direction": "DESC" if down else "ASC"} for name, down in self.sorts],
            "page_size": self.size,
            "current_page": self.page,
        }


def parse(query: Sequence[tuple[str, str]]) -> Criteria:
    """The criteria of a decoded query string."""
    groups: dict[str, dict[str, dict[str, str]]] = {}
    sorts: dict[str, dict[str, str]] = {}
    numbers = {"pagesize": 0, "currentpage": 1}
    given = False
    for name, value in query:
        given = given or name.startswith("searchCriteria")
        if found := _GROUP.fullmatch(name):
            filters = groups.setdefault(found[1], {})
            filters.setdefault(found[2], {})[found[3].lower().replace("_", "")] = value
        elif found := _SORT.fullmatch(name):
            sorts.setdefault(found[1], {})[found[2].lower()] = value
        elif (found := _PAGE.fullmatch(name)) and value.isdigit():
            numbers[found[1].lower().replace("_", "")] = int(value)
    return Criteria(
        groups=tuple(
            tuple(
                Condition(item.get("field", ""), item.get("value", ""), item.get("conditiontype", "eq"))
                for item in filters.values()
            )
            for filters in groups.values()
        ),
        sorts=tuple((item.get("field", ""), item.get("direction", "DESC").upper() != "ASC") for item in sorts.values()),
        size=numbers["pagesize"],
        page=max(1, numbers["currentpage"]),
        given=given,
    )


def select(rows: Sequence[Row], criteria: Criteria, column: Callable[[Row, str], object]) -> tuple[Sequence[Row], int]:
    """The rows of the asked page, and how many there are on all pages. `column` gives a row's value of a field."""
    found = [
        row
        for row in rows
        if all(any(_holds(column(row, item.field), item) for item in group) for group in criteria.groups if group)
    ]
    for name, down in reversed(criteria.sorts):
        found.sort(key=_by(column, name), reverse=down)
    total = len(found)
    if criteria.size:
        start = (criteria.page - 1) * criteria.size
        found = found[start : start + criteria.size]
    return found, total


def _by(column: Callable[[Row, str], object], name: str) -> Callable[[Row], tuple[int, float, str]]:
    return lambda row: _rank(column(row, name))


def _holds(value: object, condition: Condition) -> bool:
    asked = condition.condition.lower()
    if asked == "null":
        return value is None
    if asked == "notnull":
        return value is not None
    if value is None:
        return False
    # A field with several values, such as the categories of a product, meets a condition with any of them.
    each = value if isinstance(value, tuple | list) else (value,)
    return any(_compares(item, asked, condition.value) for item in each)


def _compares(value: object, asked: str, wanted: str) -> bool:
    if asked in ("in", "nin"):
        return any(_order(value, item) == 0 for item in wanted.split(",")) == (asked == "in")
    if asked in ("like", "nlike"):
        return (
            _like(wanted).fullmatch(str(value)) is not None
            if asked == "like"
            else not _like(wanted).fullmatch(str(value))
        )
    order = _order(value, wanted)
    return {
        "neq": order != 0,
        "gt": order > 0,
        "gteq": order >= 0,
        "from": order >= 0,
        "lt": order < 0,
        "lteq": order <= 0,
        "to": order <= 0,
    }.get(asked, order == 0)


def _order(value: object, wanted: str) -> int:
    left, right = _rank(value), _rank(wanted) if isinstance(value, str) else _rank(_number(wanted))
    return (left > right) - (left < right)


def _number(text: str) -> float:
    # As MySQL reads a text as a number: the digits at its start, else 0.
    found = re.match(r"\s*-?\d+(?:\.\d+)?", text)
    return float(found[0]) if found else 0.0


def _rank(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, bool | int | float):
        return (1, float(value), "")
    return (2, 0.0, str(value).casefold())


def _like(pattern: str) -> re.Pattern[str]:
    parts = re.findall(r"\\.|%|_|[^\\%_]+|\\\Z", pattern, re.DOTALL)
    meaning = {"%": ".*", "_": "."}
    return re.compile("".join(meaning.get(part) or re.escape(part.removeprefix("\\")) for part in parts), re.I | re.S)
