"""What the registry says of modifiers is true: every example gives its output."""

from __future__ import annotations

from collections import Counter

import pytest

from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.modifiers.described_text import TEXTS
from dovetail.engine.modifiers.described_values import VALUES
from dovetail.grammar.documentation import Example
from tests.docs.rendering import rendered

EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{number}")
    for name, modifier in MODIFIERS.items()
    for number, example in enumerate(modifier.examples)
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_of_a_modifier_gives_its_output(name: str, example: Example) -> None:
    assert name in example.template
    assert rendered(example) == example.output


def test_every_modifier_has_an_example() -> None:
    assert [name for name, modifier in MODIFIERS.items() if not modifier.examples] == []


def test_every_parameter_says_what_it_is() -> None:
    silent = [
        f"{name}:{parameter.name}"
        for name, modifier in MODIFIERS.items()
        for parameter in modifier.parameters
        if not parameter.summary
    ]
    assert silent == []


def test_what_is_described_is_there() -> None:
    described = Counter([*TEXTS, *VALUES])
    assert [name for name, count in described.items() if count > 1 or name not in MODIFIERS] == []
    unknown = {
        name: sorted(set(said.given) - {parameter.name for parameter in MODIFIERS[name].parameters})
        for name, said in {**TEXTS, **VALUES}.items()
    }
    assert {name: names for name, names in unknown.items() if names} == {}


def test_a_modifier_tells_an_editor_its_types_and_its_use() -> None:
    truncate = MODIFIERS["truncate"]
    assert truncate.usage == "truncate:[length]:[etc]:[break_words]:[middle]"
    assert [(item.type, item.default) for item in truncate.parameters][:2] == [("number", 80), ("text", "...")]
    assert truncate.result == "text"
    assert MODIFIERS["count"].result == "number"
    assert MODIFIERS["filter"].usage == "filter:field:[condition…]"
    assert MODIFIERS["filter"].result == "list"
