"""The printer gives back what was parsed, byte for byte, whatever it was."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dovetail.grammar import nodes
from dovetail.grammar.parse import parse, parse_tolerant
from dovetail.grammar.printer import pieces, print_tree
from dovetail.grammar.scanner import Delimiters
from dovetail.source import Source

CASES = Path(__file__).parent.parent / "conformance" / "cases.jsonl"

FRAGMENTS = [
    "{if $a}", "{/if}", "{else}", "{elseif $b}", "{else if $b}", "{foreach $l as $v}", "{foreachelse}", "{/foreach}",
    "{$x", "}", "text", "{$x | upper : 'a' }", "{for $i=1 to 3}", "{forelse}", "{/for}", "{capture name=c}",
    "{/capture}", "{If $a ==}", '{"a {$b} c"}', "{* c *}", "{*", "{literal}", "{/literal}", "{include file='a.tpl'}", "{$a.b[", "'", '"', "{strip}",
    "{/strip}", "{block name=b}", "{/block}", "{setfilter upper}", "{/setfilter}", "\r\n", "\r", "\n",
    "\ufeff", "\0", "\ud800",
]  # fmt: skip


def templates() -> list[tuple[str, Delimiters]]:
    """All templates of the conformance cases, with the delimiters of their case."""
    found: list[tuple[str, Delimiters]] = []
    for case in map(json.loads, CASES.read_text(encoding="utf-8").splitlines()):
        options = case["options"]
        delimiters = Delimiters(
            options.get("left_delimiter", "{"),
            options.get("right_delimiter", "}"),
            options.get("auto_literal", True),
            tuple(options.get("literals", ())),
        )
        found += [(text, delimiters) for text in (case["template"], *case["files"].values())]
    return found


def printed(text: str, delimiters: Delimiters = Delimiters()) -> str:
    """The text of the tree, from its nodes alone: the source is taken apart and put together again."""
    tree, _ = parse_tolerant(Source("t", text), delimiters)
    return print_tree(tree)


@settings(deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS)).map("".join) | st.text())
def test_any_text_prints_as_it_was(text: str) -> None:
    assert printed(text) == text


def test_all_known_templates_print_as_they_were() -> None:
    known = templates()
    assert len(known) > 2000
    assert [text for text, delimiters in known if printed(text, delimiters) != text] == []


def test_every_tag_of_a_block_is_a_piece_of_its_own() -> None:
    text = "a{IF $x}b{elseif $y}c{else}d{/If}{* e *}{$f}"
    tree = parse(Source("t", text))
    assert [(piece.kind, piece.name, text[piece.span.start : piece.span.end]) for piece in pieces(tree)] == [
        ("text", "", "a"),
        ("open", "if", "{IF $x}"),
        ("text", "", "b"),
        ("branch", "elseif", "{elseif $y}"),
        ("text", "", "c"),
        ("branch", "else", "{else}"),
        ("text", "", "d"),
        ("close", "if", "{/If}"),
        ("comment", "", "{* e *}"),
        ("tag", "", "{$f}"),
    ]


def test_a_tree_prints_from_its_nodes_where_it_has_them() -> None:
    tree, findings = parse_tolerant(Source("t", "{if $a}x{foreach $l as $v}y{/if}{else}z"))
    assert findings
    kinds = [(piece.kind, piece.block) for piece in pieces(tree)]
    assert ("close", "if") in kinds
    assert ("close", "foreach") not in kinds
    assert print_tree(tree) == tree.source.text


def test_a_block_that_is_nested_thousands_of_times_prints_without_recursion() -> None:
    text = "{if $a}" * 5000 + "x" + "{/if}" * 5000
    assert printed(text) == text


def test_an_empty_template_has_no_pieces() -> None:
    assert list(pieces(nodes.Tree(Source("t", ""), ()))) == []
