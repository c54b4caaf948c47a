"""Marks say where each element of a mail comes from, and change nothing of the mail."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail import Environment
from dovetail.errors import TemplateError
from dovetail.grammar.parse import parse_tolerant
from dovetail.lsp.preview.marks import marked, unmarked
from dovetail.source import Source, Span

MARK = re.compile(r'<(\w+) data-dovetail="(\d+)"')
PIECES = [
    "<p>",
    "</p>",
    "<td {if $x}class='a'{/if}>",
    "{foreach [1,2] as $i}<b>{$i}</b>{/foreach}",
    "{* <i> *}",
    "{literal}<u>{/literal}",
    "<style>a > b {ldelim}{rdelim}</style>",
    "text",
    "<",
    "<3",
    "{$x}",
    "{capture a}<em>{/capture}",
]
templates = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def marked_text(text: str) -> str:
    return marked(parse_tolerant(Source("t", text))[0]).text


@given(templates)
def test_a_marked_mail_without_its_marks_is_the_mail(text: str) -> None:
    with Environment(cache_folder=None) as environment:
        plain = environment.from_string(text).render(x="<v>")
        assert unmarked(environment.from_string(marked_text(text)).render(x="<v>")) == plain


@given(templates)
def test_a_mark_is_the_place_behind_its_element_s_name(text: str) -> None:
    for name, offset in MARK.findall(marked_text(text)):
        assert text[: int(offset)].endswith(f"<{name}")


def test_elements_of_the_head_and_of_regions_that_are_no_text_have_none() -> None:
    found = MARK.findall(marked_text("<html><head><title>x</title></head>{* <i> *}{literal}<u>{/literal}<p><IMG></p>"))
    assert [name for name, _ in found] == ["p", "IMG"]


@given(templates, st.data())
def test_places_of_the_marked_text_are_places_of_the_text(text: str, data: st.DataObject) -> None:
    with_marks = marked(parse_tolerant(Source("t", text))[0])
    offset = data.draw(st.integers(0, len(with_marks.text)))
    found = with_marks.original(Span(offset, offset)).start
    assert 0 <= found <= len(text)
    before = unmarked(with_marks.text[:offset])
    within = any(mark.start() < offset < mark.end() for mark in re.finditer(r' data-dovetail="\d+"', with_marks.text))
    if text.startswith(before) and not within:
        assert found == len(before)


def test_a_fault_behind_marks_is_shown_where_it_stands() -> None:
    text = "<p><b><i>{$x|nosuch}</i>"
    with_marks = marked(parse_tolerant(Source("t", text))[0])
    with Environment(cache_folder=None) as environment, pytest.raises(TemplateError) as caught:
        environment.from_string(with_marks.text, "t")
    span = with_marks.original(caught.value.diagnostic.span)
    assert text[span.start : span.end] == "nosuch"
