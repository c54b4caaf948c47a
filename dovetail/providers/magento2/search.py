"""searchCriteria: queries as URLs, and the conditions Magento really knows (facts/magento.md §4). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

Comparison = Literal["eq", "neq", "gt", "gteq", "lt", "lteq", "in", "like", "null", "notnull", "finset", "nfinset"]

LARGEST_PAGE = 256
"""Records of one page: below Magento's cap of 300, and a power of two, so that a page that the shop cannot give
is halved down to the one record at fault in few steps."""

_LONGEST_VALUE = 4_000
"""Encoded bytes of one `in` list; servers commonly stop at an 8 KB URL."""

_ALTERNATIVES = 20
"""Filters of one group; the input limits of Magento 2.4.3 and later allow no more."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one field."""

    field: str
    condition: Comparison
    value: str


Group = tuple[Condition, ...]
"""Conditions of which one has to hold."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort order. The direction is always sent: Magento's own default is descending."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Criteria:
    """A search: all groups have to hold. `page` counts from 1."""

    groups: tuple[Group, ...] = ()
    sorts: tuple[Sort, ...] = ()
    size: int = LARGEST_PAGE
    page: int = 1

    def after(self, key: str, last: int) -> Criteria:
        """The next page by key: deep pages stay fast, and a changing list loses no rows."""
        return replace(self, groups=(*self.groups, (Condition(key, "gt", str(last)),)))

    def query(self) -> str:
        """The query string, percent-encoded as it has to be signed (a space is `%20`)."""
        return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for number, group in enumerate(self.groups):
            for at, test in enumerate(group):
                stem = f"searchCriteria[filter_groups][{number}][filters][{at}]"
                yield f"{stem}[field]", test.field
                yield f"{stem}[value]", test.value
                yield f"{stem}[condition_type]", test.condition
        for number, sort in enumerate(self.sorts):
            stem = f"searchCriteria[sortOrders][{number}]"
            yield f"{stem}[field]", sort.field
            yield f"{stem}[direction]", "DESC" if sort.descending else "ASC"
        yield "searchCriteria[pageSize]", str(self.size)
        yield "searchCriteria[currentPage]", str(self.page)


def one_of(field: str, values: Sequence[str], most: int = LARGEST_PAGE) -> list[Group]:
    """Groups that together find the records whose field has one of the values: as few as URLs allow.

    `in` cannot hold a value with a comma; those become alternatives of equality.
    """
    groups: list[Group] = []
    chunk: list[str] = []
    length = 0
    for value in dict.fromkeys(values):
        if "," in value:
            continue
        size = len(quote(value, safe="")) + 3
        if chunk and (len(chunk) >= most or length + size > _LONGEST_VALUE):
            groups.append((Condition(field, "in", ",".join(chunk)),))
            chunk, length = [], 0
        chunk.append(value)
        length += size
    if chunk:
        groups.append((Condition(field, "in", ",".join(chunk)),))
    odd = [value for value in dict.fromkeys(values) if "," in value]
    cuts = range(0, len(odd), _ALTERNATIVES)
    return groups + [tuple(Condition(field, "eq", value) for value in odd[at : at + _ALTERNATIVES]) for at in cuts]


def halves(group: Group) -> tuple[Group, ...]:
    """A group of `one_of` as two that look for half of its values each; () when it looks for one value only."""
    tests = group
    if len(group) == 1 and group[0].condition == "in":
        tests = tuple(replace(group[0], value=value) for value in group[0].value.split(","))
    if len(tests) < 2:
        return ()
    middle = len(tests) // 2
    if group[0].condition == "eq":
        return tests[:middle], tests[middle:]
    return tuple(
        (replace(group[0], value=",".join(test.value for test in part)),) for part in (tests[:middle], tests[middle:])
    )


def size_of(group: Group) -> int:
    """How many values a group of `one_of` looks for."""
    return sum(test.value.count(",") + 1 if test.condition == "in" else 1 for test in group)


def like(text: str) -> str:
    """A LIKE pattern: as it stands when it has a `%`, else for "contains this"."""
    if "%" in text:
        return text
    return f"%{escaped(text)}%"


def escaped(text: str) -> str:
    """Text for a LIKE pattern in which nothing is a wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
