"""What is said of tags, operators and variables is true and complete."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dovetail.engine.compiler.special import KNOWN
from dovetail.grammar.documentation import Example
from dovetail.grammar.language_docs import AUDIENCE, OPERATORS, SPECIALS, SYNTAX
from dovetail.grammar.tag_docs import BRANCH_SUMMARIES, TAG_DOCS, TAG_GROUPS
from dovetail.grammar.vocabulary import BRANCHES, TAGS
from tests.docs.rendering import rendered

CONSTRUCTS = [*SYNTAX, *OPERATORS, *SPECIALS, *AUDIENCE]


def examples() -> Iterator[tuple[str, Example]]:
    for name, described in TAG_DOCS.items():
        for number, example in enumerate(described.examples):
            yield f"{name}-{number}", example
    for construct in CONSTRUCTS:
        for number, example in enumerate(construct.examples):
            yield f"{construct.name}-{number}", example


@pytest.mark.parametrize("example", [pytest.param(example, id=name) for name, example in examples()])
def test_an_example_gives_its_output(example: Example) -> None:
    assert rendered(example) == example.output


def test_every_tag_is_described_with_an_example_that_uses_it() -> None:
    assert set(TAG_DOCS) == set(TAGS)
    silent = [
        name
        for name, described in TAG_DOCS.items()
        if not any(f"{{{name}" in example.template + str(example.files) for example in described.examples)
    ]
    assert silent == []


def test_every_attribute_is_described_and_no_other() -> None:
    differing = {
        name: sorted({*spec.required, *spec.optional, *spec.flags} ^ set(TAG_DOCS[name].given))
        for name, spec in TAGS.items()
        if {*spec.required, *spec.optional, *spec.flags} != set(TAG_DOCS[name].given)
    }
    assert differing == {}


def test_every_branch_and_every_group_is_described() -> None:
    assert set(BRANCH_SUMMARIES) == {*BRANCHES, "elseif"}
    assert sorted(name for group in TAG_GROUPS.values() for name in group) == sorted(TAGS)


def test_every_variable_of_the_language_is_described() -> None:
    assert {special.name for special in SPECIALS} == {*KNOWN, "superglobals"}


def test_every_construct_has_an_example() -> None:
    assert [construct.name for construct in CONSTRUCTS if not construct.examples] == []
