"""Documents read as far as needed, and repeated under aliases: held against graphql-core's own parser."""

from __future__ import annotations

from contextlib import suppress

import pytest
from graphql import parse as reference
from graphql import print_ast
from hypothesis import given
from hypothesis import strategies as st

from dovetail.providers.graphql import aliases
from dovetail.providers.graphql.documents import parse

GOOD = [
    "{ a }",
    "query { a, b }",
    'query N($x: [[Int!]!]! = [[1, -2.5e3]] @d(a: "}"), $y: In = {a: {b: "$x"}}) @c(if: true) { a(x: $x) @skip(if: $z) }',
    'query($key: ID!) { al: user(id: $key, s: "$key } \\" {", b: """ " $key \\""" """) { id ...F ... on T { n } ... @x { m } } }\n'
    "fragment F on User @y { name # a } comment\n }",
    "fragment A on T { ...B } fragment B on T { ...A } query { t { ...A } }",
    '﻿query($key: ID!, $lang: String = "nl") { p(k: $key, l: $lang, o: {k: [$key]}) { x } }',
]
BAD = [
    "",
    "{",
    "{ }",
    "query(",
    "query($a) { b }",
    "{ a(b: [)] }",
    "{ a } { b }",
    "subscription { a }",
    "{ a ? }",
    "x { y }",
    '{ a(b: "x\n") }',
]


@pytest.mark.parametrize("text", GOOD)
def test_what_the_reference_reads_is_read(text: str) -> None:
    operation = next(each for each in reference(text).definitions if each.kind == "operation_definition")
    found = parse(text)
    assert [each.name for each in found.variables] == [
        each.variable.name.value for each in getattr(operation, "variable_definitions", None) or ()
    ]
    assert [each.type for each in found.variables] == [
        print_ast(each.type) for each in getattr(operation, "variable_definitions", None) or ()
    ]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ValueError, match="nested"):
        parse("{a" * 10_000 + "}" * 10_000)


def test_fragments_in_a_circle_end() -> None:
    found = parse("{ t { ...A n } } fragment A on T { ...B a } fragment B on T { ...A b }")
    assert [each.key for _, each in found.below(["t"]) or ()] == ["b", "a", "n"]


@pytest.mark.parametrize("text", [text for text in GOOD if "$key" in text])
@pytest.mark.parametrize("count", [1, 2, 20])
def test_a_query_repeated_says_the_same_for_each_key(text: str, count: int) -> None:
    found = parse(text)
    assert aliases.why_not(found, "key") == ""
    repeated = reference(aliases.repeated(found, "key", count))
    wanted = print_ast(reference(text))
    whole = print_ast(repeated)
    again = parse(whole)
    assert [each.key for each in again.selections] == [f"k{number}" for number in range(count)]
    assert {each.field for each in again.selections} == {found.selections[0].field}
    assert [each.name for each in again.variables if each.name.startswith("key_")] == [
        f"key_{number}" for number in range(count)
    ]
    # One of them, with its own names given back, is the query that it was made of.
    single = print_ast(reference(aliases.repeated(found, "key", 1))).replace("$key_0", "$key")
    own = f"{found.selections[0].key}: " if found.selections[0].key != found.selections[0].field else ""
    assert single.replace("k0: ", own, 1).split() == wanted.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("query($key: ID!) { a(k: $key) b }", "more than one field"),
        ("query($key: ID!) { ...F } fragment F on Query { a(k: $key) }", "more than one field"),
        ("query($key: ID!) { a { ...F } } fragment F on T { b(k: $key) }", "its fragment F uses $key"),
        ("query($key: ID!) { a }", "does not use $key"),
        ("query($key: ID!, $key_1: ID) { a(k: $key) }", "could be taken for one of $key"),
    ],
)
def test_what_cannot_be_repeated(text: str, words: str) -> None:
    assert words in aliases.why_not(parse(text), "key")


@given(st.text(alphabet='{}()[]$!:=@."#\n aq1…', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        parse(text)
