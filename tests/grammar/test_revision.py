"""A text that is read again after an edit has the tree and the findings of one that is read from its start."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dovetail.grammar import nodes
from dovetail.grammar.blocks import Problem
from dovetail.grammar.parse import _read, parse_tolerant, revise
from dovetail.grammar.scanner import Delimiters
from dovetail.source import Source, Span
from tests.grammar.test_printer import FRAGMENTS, templates

PIECES = [
    *FRAGMENTS,
    "{",
    "{ ",
    "*}",
    "literal",
    "/",
    "$",
    " ",
    "{'a}",
    '{"a{b',
    "{$x|}",
    "{if $a}" * 45,
    "{/if}" * 45,
    "x" * 20_000,
    "{$y}" * 3,
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 9), st.sampled_from(["", *PIECES])),
    min_size=1,
    max_size=4,
)


def edited(text: str, where: float, until: float, removed: int, new: str) -> str:
    """The text with some characters replaced by others, now and then with many of them."""
    start = int(where * len(text))
    end = min(len(text), start + removed) if removed < 9 else max(start, int(until * len(text)))
    return text[:start] + new + text[end:]


def agree(texts: list[str], delimiters: Delimiters) -> None:
    """Each text, as a revision of the one before it, is as it is alone."""
    made = None
    for text in texts:
        source = Source("t", text)
        made = revise(made, source, delimiters)
        assert (made.tree, made.findings) == parse_tolerant(source, delimiters)


@settings(deadline=None, max_examples=400)
@given(
    TEXTS,
    EDITS,
    st.sampled_from([Delimiters(), Delimiters(auto_literal=False), Delimiters(literals=("xx", "{$y}{$y}"))]),
)
def test_edits_of_any_text(text: str, edits: list[tuple[float, float, int, str]], delimiters: Delimiters) -> None:
    texts = [text]
    for edit in edits:
        texts.append(edited(texts[-1], *edit))
    agree(texts, delimiters)


@settings(deadline=None, max_examples=200)
@given(TEXTS, EDITS)
def test_edits_where_delimiters_have_several_characters(text: str, edits: list[tuple[float, float, int, str]]) -> None:
    texts = [text]
    for edit in edits:
        texts.append(edited(texts[-1], *edit))
    agree([text.replace("{", "<%").replace("}", "%>") for text in texts], Delimiters("<%", "%>"))


@settings(deadline=None, max_examples=200)
@given(st.sampled_from([(text, delimiters) for text, delimiters in templates() if len(text) > 20]), EDITS)
def test_edits_of_known_templates(known: tuple[str, Delimiters], edits: list[tuple[float, float, int, str]]) -> None:
    text, delimiters = known
    texts = [text]
    for edit in edits:
        texts.append(edited(texts[-1], *edit))
    agree(texts, delimiters)


@pytest.mark.parametrize(
    "texts",
    [
        ["a{$x}b", "a{$x}b"],
        ["", "{$x}", ""],
        ["a{$x}b", "a{ $x}b", "a{$x}b"],
        ["{$a}{$b}", "{$a}{$b}{$c}", "{$c}"],
        ["{$x='a{b} c {$y} d", "{$x='a{b} c {$y} d'}"],
        ['{"a{b"}{$x}', '{"a{b"}{$x"}"}', '{"a{b"}{$x}'],
        ["{* {$x} {$y}", "{* {$x} {$y} *}", "{ {$x} {$y} *}"],
        ["{literal}{$x}{$y}", "{literal}{$x}{/literal}{$y}", "{literal}{$x}{literal}{/literal}{$y}"],
        ["{if $a}{$x}{if $b}y{/if}", "{if $a}{$x}{/if}{if $b}y{/if}"],
        ["{if $a}" * 45 + "{$x}{/if}{$y}", "{if $a}" * 45 + "{$x}{/if}{/if}{$y}"],
        ["{$x" * 9, "{$x" * 10 + "}"],
        ["{$a} b {$c='x {$d} {$e} {$f}", "z{$a} b {$c='x {$d} {$e} {$f}", "z{$a} b {$c='x {$d} {$e} {$f}'}"],
        ["{foreach $l as $v}" + "{if $a}" * 45 + "{/foreach}{$x}{$y}{$z}{/if}" + end for end in ("", "a")],
    ],
)
def test_edits_that_change_what_stands_far_away(texts: list[str]) -> None:
    agree([*texts, *reversed(texts)], Delimiters())


def test_a_word_that_is_a_literal_only_since_its_end_was_written() -> None:
    agree([f"ab{{$x}}{{$y}}{{$z}}{end}" for end in "dc"], Delimiters(literals=("b{$x}{$y}{$z}c",)))


@pytest.mark.parametrize("more", [0, 2, 20])
def test_a_text_with_too_many_ends_missing_is_read_as_a_whole(more: int) -> None:
    text = "{$x\n" * 15 + "x" * 250_000
    agree([text, "{$y\n" * more + text, text + "y"], Delimiters())


def test_what_stands_before_an_edit_is_not_made_again() -> None:
    before = revise(None, Source("t", "{$a}{if $b}c{/if}" * 50 + "{$d}{$e}{$f}"))
    after = revise(before, Source("t", "{$a}{if $b}c{/if}" * 50 + "{$d}{$e}{$g}"))
    assert sum(one is other for one, other in zip(before.tree.nodes, after.tree.nodes, strict=True)) > 95


@pytest.mark.parametrize("tag", ["$a.b|upper", "$a.b|", "if $a ="])
def test_an_edit_reads_one_tag_once_even_a_broken_one(tag: str) -> None:
    _read.cache_clear()
    text = "{$a} x {$b.c|} y " * 30
    made = revise(None, Source("t", text))
    revise(made, Source("t", text[:100] + f"{{{tag}}}" + text[100:]))
    parse_tolerant(Source("t", text))
    assert _read.cache_info().misses == 3


def test_what_is_remembered_of_a_tag_holds_no_place() -> None:
    found = [parse_tolerant(Source("t", " " * blanks + "{$a.b|}")) for blanks in (0, 7)]
    assert [findings[0].span for _, findings in found] == [Span(5, 6), Span(12, 13)]
    remembered = _read("$a.b|", Delimiters())
    assert [problem.span for problem in remembered.problems] == [Span(4, 5)]
    assert all(isinstance(problem, Problem) for problem in remembered.problems)
    assert remembered.head is nodes.BROKEN_HEAD
