"""Strict and tolerant doors of the same house: a tree with spans, and findings that name the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from dovetail.errors import TemplateSyntaxError
from dovetail.grammar import nodes
from dovetail.grammar.parse import parse, parse_tolerant
from dovetail.source import Source

FRAGMENTS = [
    "{if $a}", "{/if}", "{else}", "{elseif $b}", "{foreach $l as $v}", "{foreachelse}", "{/foreach}", "{$x", "}", "text",
    "{$x|upper:'a'}", "{for $i=1 to 3}", "{/for}", "{capture name=c}", "{/capture}", '{"a {$b} c"}', "{* c *}", "{literal}",
    "{/literal}", "{include file='a.tpl'}", "{$a.b[", "'", '"', "{strip}", "{/strip}", "{while $x}", "{/while}", "\n",
]  # fmt: skip


def outline(tree: nodes.Tree) -> str:
    """The tree as indented lines: what, where, and the text it covers."""
    text = tree.source.text

    def lines(body: tuple[nodes.Node, ...], depth: int) -> Iterator[str]:
        for node in body:
            shown = text[node.span.start : node.span.end]
            name = f" {node.name or 'output'}" if isinstance(node, nodes.Tag) else ""
            yield f"{'  ' * depth}{type(node).__name__}{name} {node.span.start}-{node.span.end} {shown!r}"
            if isinstance(node, nodes.Tag):
                for section in node.sections:
                    yield f"{'  ' * (depth + 1)}[{section.name}]"
                    yield from lines(section.body, depth + 2)

    return "\n".join(lines(tree.nodes, 0))


def test_a_mail_as_a_tree(snapshot: SnapshotAssertion) -> None:
    text = "Hi {$p.name|escape},\n{if $p.age > 18}{* grown up *}{foreach $l as $k => $v}{$v@index}{foreachelse}none{/foreach}{else}{literal}{x}{/literal}{/if}"
    assert outline(parse(Source("mail.tpl", text))) == snapshot


def test_expressions_as_trees(snapshot: SnapshotAssertion) -> None:
    tags = [
        "{$a.b[0].$k->p|truncate:10:'x'|escape}", "{$a + $b * -2 ** 3}", "{not $a == 7 && $b is not div by 3}", "{$x ? 'a' : 'b'}",
        "{$u ?? 1 + 1}", '{"a $b `$c.d` {$x|upper}"}', "{[1, 'k' => $v]}", "{$m.x[] = (int)$y}", "{$a{$i}c}", "{$l[i.index_prev]}",
        "{for $i=1 to 10 step 2}{/for}", "{foreach $v in $l}{/foreach}", "{assign $x|upper to $y}", "{include file='a.tpl' x=1}",
    ]  # fmt: skip
    assert [parse(Source("t", tag)).nodes for tag in tags] == snapshot


@settings(deadline=None)  # the first broken tag loads Lark
@given(st.lists(st.sampled_from(FRAGMENTS)))
def test_any_text_has_a_complete_tree(pieces: list[str]) -> None:
    text = "".join(pieces)
    tree, findings = parse_tolerant(Source("t", text))
    for finding in findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.message
    if not findings:
        assert parse(tree.source) == tree
    else:
        with pytest.raises(TemplateSyntaxError) as caught:
            parse(tree.source)
        assert caught.value.diagnostics == findings


def test_a_broken_tag_hides_nothing_behind_it() -> None:
    tree, findings = parse_tolerant(Source("t", "{if $a}{$b|}{$c}{/if}{$d}"))
    assert [finding.code for finding in findings] == ["syntax"]
    block, last = tree.nodes
    assert isinstance(block, nodes.Tag)
    assert [type(node).__name__ for node in block.sections[0].body] == ["BrokenTag", "Tag"]
    assert isinstance(last, nodes.Tag)


def test_a_block_with_a_broken_head_still_finds_its_end() -> None:
    _, findings = parse_tolerant(Source("t", "{if $a ==}x{/if}{foreach $l as}y{/foreach}"))
    assert [finding.code for finding in findings] == ["syntax", "syntax"]


def test_equal_tags_are_parsed_once() -> None:
    tree = parse(Source("t", "{$a.b.c} and {$a.b.c}"))
    first, _, second = tree.nodes
    assert isinstance(first, nodes.Tag)
    assert isinstance(second, nodes.Tag)
    assert first.head is second.head


MISTAKES = [
    "{if $a}never closed",
    "{if $a}x{/foreach}",
    "{foreach $l as $v}{if $v}{/foreach}{/if}",
    "x{/if}",
    "{else}",
    "{if $a}{else}{else}{/if}",
    "{if $a}{foreachelse}{/if}",
    "{$x",
    "{* no end",
    "{literal} no end",
    "{$a = = 2}",
    "{$a . $b}",
    "{$t ? 'a'|upper : 'b'}",
    '{"a":1}',
    ".a{color:red}",
    "{if $a = = 1}x{/if}",
    "{$a[1}",
    "{foreach $l as}x{/foreach}",
    "{/if extra}",
    "{$a|}",
    "{for $i=1}x{/for}",
    "{if}x{/if extra}",
    "{$a == 1 ? 'x'}",
]


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_are_explained(text: str, snapshot: SnapshotAssertion) -> None:
    _, findings = parse_tolerant(Source("mail.tpl", text))
    assert findings
    assert "\n\n".join(finding.render() for finding in findings) == snapshot
