"""All collections of a description: read from settings, and as templates see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

from dovetail.engine.modifiers.lists import OPERATORS
from dovetail.engine.ports import Operator
from dovetail.engine.schema import Field, Schema
from dovetail.errors import did_you_mean
from dovetail.providers.described.forms import Reading, Table, sentence
from dovetail.providers.described.shapes import Shape, check_relations


class Shaped(Protocol):
    """One collection of any kind."""

    @property
    def shape(self) -> Shape:
        """Its name, key and fields."""
        ...


C = TypeVar("C", bound=Shaped)
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class ByName(Generic[C]):
    """All collections, by name."""

    by_name: Mapping[str, C]

    def __str__(self) -> str:
        return ", ".join(self.by_name)


def read_tables(reading: Reading, example: str, collection: Callable[[str, Table], C]) -> Mapping[str, C]:
    """The table `collections`: one table for each. `example` names a collection for whoever wrote it otherwise."""
    if not isinstance(reading.value, dict):
        remedy = f"Write [integrations.NAME.collections.{example}] on a line of its own"
        reading.fault(("collections",), "`collections` is a table of tables", remedy)
        return {}
    top = Table(cast("dict[str, object]", reading.value), ("collections",), reading.fault)
    found: dict[str, C] = {}
    for name in top.names():
        table = top.table(name)
        if table is not None:
            found[name] = collection(name, table)
            table.finish()
    check_relations({name: item.shape for name, item in found.items()}, top)
    return found


def read_filters(table: Table, place: Callable[[Table, str, Operator], P | None]) -> Mapping[str, Mapping[Operator, P]]:
    """The table `filters`: where the value of a condition goes, by field and operator. A text alone is for `==`.

    `place` reads one of them; None, having told the fault, where it cannot be used.
    """
    inside = table.table("filters")
    found: dict[str, Mapping[Operator, P]] = {}
    for name in inside.names() if inside is not None else ():
        assert inside is not None
        places: dict[Operator, P] = {}
        if isinstance(inside.get(name), str):
            only = place(inside, name, "==")
            found[name] = {} if only is None else {"==": only}
            continue
        more = inside.table(name)
        for word in more.names() if more is not None else ():
            assert more is not None
            operator: Operator | None = "set" if word == "set" else OPERATORS.get(word)
            if operator is None:
                near = sentence(did_you_mean(word, [*OPERATORS, "set"])) or f"Known are: {', '.join(OPERATORS)}, set"
                more.fault(word, f"there is no operator `{word}`", near)
                continue
            each = place(more, word, operator)
            if each is not None:
                places[operator] = each
        found[name] = places
    return found


def schema_of(
    kind: str,
    summary: str,
    collections: Iterable[tuple[Shape, Sequence[str] | None]],
    known: Mapping[str, Mapping[str, Field]],
) -> Schema:
    """What templates see of collections, each with the fields that its list can be filtered by, None without a list.

    `known` are fields that something besides the settings tells of, by collection.
    """
    each = list(collections)
    return Schema(
        kind=kind,
        summary=summary,
        members={
            name: member
            for shape, filters in each
            for name, member in shape.members(tuple(filters or ())).items()
            if filters is not None or member.kind == "keyed"
        },
        records={shape.name: shape.record_type(known.get(shape.name)) for shape, _ in each},
    )
