"""A mask is as long as its template, has its line ends, and changes nothing outside the template's tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.lsp.features.html.elements import elements_of, pages_of, pair_at
from dovetail.lsp.features.html.mask import mask_count, mask_of
from dovetail.lsp.features.reading import read

PIECES = [
    "<p>",
    "</p>",
    '<td class="a',
    '">',
    "<style>",
    "</style>",
    "p { color: #",
    "; }",
    "<!--[if mso]>",
    "<![endif]-->",
    "{$x}",
    "{$x.y|escape}",
    "{if $a}",
    "{elseif $b}",
    "{else}",
    "{/if}",
    "{foreach $l as $i}",
    "{/foreach}",
    "{* c \n *}",
    "{literal}{x}<b>{/literal}",
    "{literal}",
    "{$broken",
    "\r\n",
    "text",
    "<",
    "'",
]
templates = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def masked(text: str, number: int = 0) -> str:
    return mask_of(read("t.tpl", text), number).text


@given(templates)
def test_the_law(text: str) -> None:
    reading = read("t.tpl", text)
    for mask in [mask_of(reading, number) for number in range(reading.once(mask_count))]:
        assert len(mask.text) == len(text)
        ends = [at for at, sign in enumerate(text) if sign in "\r\n"]
        assert [at for at, sign in enumerate(mask.text) if sign in "\r\n"] == ends
        covered = {at for span in mask.hidden for at in range(*span)}
        assert all(mask.text[at] == text[at] for at in range(len(text)) if at not in covered)
        assert list(mask.hidden) == sorted(mask.hidden)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {$x} b", "a      b"),
        ('<a href="{$x}">', '<a href="xxxx">'),
        ('<a href="{$x}/y">', '<a href="xxxx/y">'),
        ("<p {$x}>", "<p     >"),
        ('<p style="color: #{$x}">', '<p style="color: #0000">'),
        ('<p style="color: {$x}">', '<p style="color: xxxx">'),
        ("<style>.{$x} { color: #{$x} }</style>", "<style>.xxxx { color: #0000 }</style>"),
        ("{* <b> *}c", "         c"),
        ("{literal}{a}{/literal}", "         {a}          "),
        ('<p class="{if $a}b{/if}">', '<p class="       b     ">'),
        ("{if $a}<b>{else}<i>{/if}", "       <b>              "),
    ],
)
def test_fillers_fit_where_they_stand(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_each_branch_is_an_alternative() -> None:
    text = "{if $a}<b>{elseif $c}<u>{else}<i>{/if}"
    names = [[element.name for element in page.elements] for page in read("t.tpl", text).once(pages_of)]
    assert names == [["b"], ["u"], ["i"]]
    assert [element.name for element in read("t.tpl", text).once(elements_of)] == ["b", "u", "i"]


def test_an_element_that_begins_in_a_condition_ends_in_another() -> None:
    reading = read("t.tpl", "{if $a}<div>{/if}x{if $a}</div>{/if}")
    (element,) = reading.once(elements_of)
    assert element.closing is not None
    assert not reading.once(pages_of)[0].stray
    assert pair_at(reading, 9) == [element.name_span, (27, 30)]
    assert pair_at(reading, 28) == [element.name_span, (27, 30)]


@given(templates)
def test_elements_stand_where_they_say(text: str) -> None:
    for element in read("t.tpl", text).once(elements_of):
        assert text[element.name_span.start : element.name_span.end].lower() == element.name
        assert element.span.start < element.span.end <= max(element.end, element.span.end) <= len(text)
        for attribute in element.attributes:
            assert element.span.start < attribute.span.start <= attribute.span.end <= element.span.end
