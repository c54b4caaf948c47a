"""How the settings that every integration has are written: declared once, beside their defaults in `Policy`.

The settings file is read by these declarations, and docs/integrations.md is written from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from typing import Literal, TypeVar, cast

T = TypeVar("T")

OTHERS = "others"
"""In a setting by kind of data: what holds for the kinds that are not named."""

_RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one setting is written. `type` is its form in a settings file, `shown` what the docs name as the default.

    `by_kind`: a table may give each kind of data a value of its own, `only_by_kind`: it has to. `least` and
    `most` bound numbers, and spans in seconds.
    """

    group: Literal["freshness", "failure", "politeness", "personal", "safety"]
    summary: str
    type: Literal["span", "number", "whole", "choice", "boolean", "secret"]
    example: str
    shown: str
    choices: tuple[str, ...] = ()
    by_kind: bool = False
    only_by_kind: bool = False
    least: float = 0.0
    most: float | None = None


def ruled(default: T, rule: Rule) -> T:
    """A dataclass field with a default and its rule."""
    return field(default=default, metadata={_RULE: rule})


def rule_of(item: Field[object]) -> Rule:
    """The rule of a field that `ruled` made."""
    rule = item.metadata[_RULE]
    assert isinstance(rule, Rule), "every setting of a policy has a rule"
    return rule


def chosen(given: T | Mapping[str, T], collection: str, otherwise: T) -> T:
    """What a setting says of a kind of data: of the collection, of what stands before its dot (`stock.qty`: `stock`),
    or of a list's records (`products`: `product`); else of all others; else `otherwise`.
    """
    if not isinstance(given, Mapping):
        return given
    values = cast("Mapping[str, T]", given)
    subject = collection.partition(".")[0]
    for name in (collection, subject, subject.removesuffix("s"), OTHERS):
        if name in values:
            return values[name]
    return otherwise
