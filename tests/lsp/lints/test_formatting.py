"""Formatting in the editor: the formatter's result, by edits as small as they are."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.grammar.format import format_source
from dovetail.lsp.features.formatting import format_edits, format_range
from dovetail.lsp.features.results import Edit
from dovetail.source import Source, Span
from tests.lsp.looking import view

TEXT = (
    "<div>{if $a==1}\r\n<p>{$x|upper  nofilter}</p>   \r\n{else}😀{$y|LOWER}{/if}</div>\r\n{assign  var=z value=1}\r\n"
)


def applied(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_the_edits_make_what_the_formatter_makes_and_touch_no_more() -> None:
    seen, _ = view(TEXT)
    edits = format_edits(seen)
    assert applied(TEXT, edits) == format_source(Source("mail.tpl", TEXT)) != TEXT
    assert all(TEXT[edit.span.start : edit.span.end] != edit.text for edit in edits)
    assert not any(edit.span.start <= TEXT.index("😀") < edit.span.end for edit in edits)


def test_a_range_is_formatted_alone() -> None:
    seen, _ = view(TEXT)
    last = TEXT.index("{assign")
    assert applied(TEXT, format_range(seen, Span(last, len(TEXT)))) == TEXT.replace(
        "{assign  var=z value=1}", "{assign var=z value=1}"
    )


def test_what_is_tidy_or_broken_is_left() -> None:
    assert format_edits(view("{$x|upper}\n")[0]) == []
    assert format_edits(view("{if $x }{$y|upper  nofilter}")[0]) == []
