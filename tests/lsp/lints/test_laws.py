"""Laws of lints and actions, for texts that nobody would write."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dovetail.lsp.features.actions import actions
from dovetail.lsp.features.formatting import format_edits
from dovetail.lsp.features.lints import findings
from dovetail.source import Span
from tests.lsp.looking import view

PIECES = [
    "{$profile.firstname}", "{$x = 1}", "{$x}", "{if $x}", "{else}", "{/if}", "{foreach [1] as $i}", "{/foreach}",
    "{$mywebshop.product.123456.name|raw}", "{literal}", "{/literal}", "{* a *}", "{include file='mail.tpl'}", "{break}",
    "<div>", "</div>", "<body>", "<img src='a.png'>", "\n", "\r\n", " ", "😀", "{", "}", '"', "{$y|uper}", "{block name=a}",
    "{/block}", '{"a $x"}', "{* dovetail-ignore missing-default *}",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.data())
def test_whatever_the_text_findings_and_edits_lie_within_it_and_do_not_overlap(text: str, data: st.DataObject) -> None:
    seen, _ = view(text)
    for item in findings(seen):
        assert 0 <= item.span.start <= item.span.end <= len(text)
        assert item.message
        for fix in item.fixes:
            assert 0 <= fix.span.start <= fix.span.end <= len(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    changes = [action.change.edits["mail.tpl"] for action in actions(seen, Span(start, end))]
    for edits in [*changes, format_edits(seen)]:
        at = 0
        for edit in sorted(edits, key=lambda each: each.span):
            assert at <= edit.span.start <= edit.span.end <= len(text)
            at = edit.span.end


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.data())
def test_leaving_a_finding_out_leaves_all_else_as_it_was(text: str, data: st.DataObject) -> None:
    seen, _ = view(text)
    found = findings(seen)
    if not found:
        return
    item = data.draw(st.sampled_from(list(found)))
    for action in actions(seen, item.span):
        if not action.change.title.startswith("Leave ") or action.codes != (item.code,):
            continue
        (edit,) = action.change.edits["mail.tpl"]
        changed = text[: edit.span.start] + edit.text + text[edit.span.end :]
        after, _ = view(changed)
        # The comment is a comment: what the parser says stays as it was.
        assert [each.code for each in after.reading.findings] == [each.code for each in seen.reading.findings]
        line = after.reading.source.place(edit.span.start).line
        assert item.code not in [
            each.code for each in findings(after) if after.reading.source.place(each.span.start).line == line
        ]
