"""Every feature, at every place of texts as damaged as they are while people type: an answer, never an exception."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dovetail.lsp.features.actions import actions
from dovetail.lsp.features.calls import callees, callers
from dovetail.lsp.features.colours import colours
from dovetail.lsp.features.completion import complete, resolve
from dovetail.lsp.features.definition import definition, type_definition
from dovetail.lsp.features.folding import folds
from dovetail.lsp.features.formatting import format_edits, format_range
from dovetail.lsp.features.highlights import highlights
from dovetail.lsp.features.hover import hover
from dovetail.lsp.features.html import html_completions, html_hover
from dovetail.lsp.features.inlay import inlays
from dovetail.lsp.features.lenses import lenses
from dovetail.lsp.features.linked import linked
from dovetail.lsp.features.links import links
from dovetail.lsp.features.lints import findings
from dovetail.lsp.features.on_type import on_type
from dovetail.lsp.features.references import references
from dovetail.lsp.features.rename import rename, rename_span, renamed_files
from dovetail.lsp.features.results import Change
from dovetail.lsp.features.selection import selection
from dovetail.lsp.features.signature import signature
from dovetail.lsp.features.symbols import folder_symbols, symbols
from dovetail.lsp.features.tokens import tokens
from dovetail.lsp.features.view import View
from dovetail.source import Span
from tests.lsp.looking import view

PIECES = [
    "{$mywebshop.product.123456.name|upper}",
    "{$mywebshop.product.",
    "{$mywebshop.products|limit:2}",
    "{foreach $mywebshop.products as $k => $p}",
    "{$p.name}",
    "{/foreach}",
    "{if $profile.firstname}",
    "{else}",
    "{/if}",
    '{include file="part.tpl" x=$y}',
    "{assign var=x value=1}",
    "{$x = [1, 2, 'a' => $y]}",
    "{capture assign=c}",
    "{/capture}",
    "{function name=f a=1}{$a}{/function}",
    "{f a=2}",
    '{block name="b"}',
    "{/block}",
    '{extends file="base.tpl"}',
    '{"Hello $x {$y.z} `$q`"}',
    "{#conf#}",
    "{* dovetail-ignore no-alt *}",
    "{literal}{x}{/literal}",
    "<table><tr><td style='color: #fff; background: {$c}'>",
    '<a href="http://x">here</a>',
    "<img src='{$p.image_url}'>",
    "<style>.a { display: flex }</style>",
    "</td></tr></table>",
    "<body>",
    "\r\n",
    "\u2028",
    "😀",
    "/but",
    "{",
    "}",
    '"',
    "|",
    ".",
    "$",
]
BESIDE = {
    "part.tpl": "{$x}{include file='part.tpl'}",
    "base.tpl": "<html>{block name='b'}{/block}",
    "s.conf": "conf = 1",
}
texts = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)

AT: Mapping[str, Callable[[View, int], object]] = {
    "complete": lambda seen, at: [resolve(seen, item.key) for item in complete(seen, at).items[:8]],
    "html completions": html_completions,
    "hover": hover,
    "html hover": html_hover,
    "signature": signature,
    "definition": definition,
    "type definition": type_definition,
    "references": lambda seen, at: references(seen, at, declaration=True),
    "highlights": highlights,
    "linked": linked,
    "rename": lambda seen, at: (rename_span(seen, at), rename(seen, at, "other")),
    "selection": selection,
    "actions": lambda seen, at: actions(seen, Span(at, min(at + 4, len(seen.reading.text)))),
    "on type": lambda seen, at: [on_type(seen, at, key) for key in "/*>"],
    "format range": lambda seen, at: format_range(seen, Span(at, at)),
}
WHOLE: Mapping[str, Callable[[View], object]] = {
    "findings": findings,
    "symbols": symbols,
    "folder symbols": lambda seen: folder_symbols(seen.folder, "b"),
    "folds": folds,
    "tokens": lambda seen: tokens(seen, None),
    "links": links,
    "lenses": lenses,
    "inlays": lambda seen: inlays(seen, Span(0, len(seen.reading.text))),
    "colours": colours,
    "format": format_edits,
    "calls": lambda seen: (callers(seen, "mail.tpl"), callees(seen, "mail.tpl")),
    "renamed": lambda seen: renamed_files(seen, "part.tpl", "parts/p.tpl"),
}


@pytest.mark.parametrize("name", AT)
@settings(deadline=None, max_examples=40)
@given(text=texts)
def test_at_every_place(name: str, text: str) -> None:
    seen, _ = view(text, beside=BESIDE)
    for at in range(len(text) + 1):
        AT[name](seen, at)


@pytest.mark.parametrize("name", WHOLE)
@settings(deadline=None, max_examples=150)
@given(text=texts)
def test_of_the_whole(name: str, text: str) -> None:
    seen, _ = view(text, beside=BESIDE)
    WHOLE[name](seen)


@settings(deadline=None, max_examples=200)
@given(text=texts)
def test_spans_stand_in_the_text(text: str) -> None:
    seen, _ = view(text, beside=BESIDE)
    size = len(text)
    for item in findings(seen):
        assert 0 <= item.span.start <= item.span.end <= size
    end = 0
    for token in tokens(seen, None):
        assert end <= token.span.start < token.span.end <= size
        assert not set(text[token.span.start : token.span.end]) & set("\r\n")
        end = token.span.end
    for at in range(size + 1):
        inner = Span(at, at)
        for span in selection(seen, at).spans:
            assert span.start <= inner.start <= inner.end <= span.end
            inner = span
        for offered in complete(seen, at).items:
            assert 0 <= offered.span.start <= at <= max(offered.span.end, at) <= size
    for at in range(size + 1):
        made = rename(seen, at, "other")
        if isinstance(made, Change):
            for edits in made.edits.values():
                spans = sorted(edit.span for edit in edits)
                assert all(one.end <= two.start for one, two in pairwise(spans))


def test_a_real_newsletter_cut_anywhere() -> None:
    whole = (Path(__file__).parents[2] / "dovetail/demo/templates/newsletter.tpl").read_text(encoding="utf-8")
    chance = random.Random(6)
    for _ in range(15):
        cut = chance.randrange(len(whole))
        seen, _offset = view(whole[:cut] + chance.choice(["", "{$", "{", "|", "<", '"']))
        for feature in WHOLE.values():
            feature(seen)
        for feature_at in AT.values():
            feature_at(seen, cut)
