"""From names to where they are set and used, in all templates, and renaming them there."""

from __future__ import annotations

import pytest

from dovetail.lsp.features.calls import callees, callers
from dovetail.lsp.features.definition import definition, type_definition
from dovetail.lsp.features.highlights import highlights
from dovetail.lsp.features.linked import linked
from dovetail.lsp.features.references import references
from dovetail.lsp.features.rename import rename, rename_span, renamed_files
from dovetail.lsp.features.results import Change, Place, Refusal
from dovetail.lsp.features.view import View
from tests.lsp.looking import view

BESIDE = {
    "base.tpl": '<html>{block name="main"}nothing{/block}{block name="foot"}{/block}</html>',
    "other.tpl": '{extends file="base.tpl"}{block name="main"}other{/block}',
    "part.tpl": "<p>{$price} {$price|upper}</p>",
    "uses.tpl": '{include file="part.tpl" price=3}{$mywebshop.product.5.name}',
    "shop.conf": "colour = red\n",
}


def written(seen: View, places: list[Place]) -> list[tuple[str, str, int]]:
    """Where places are, with their texts."""
    found = []
    for place in places:
        reading = seen.reading if place.name == seen.reading.name else seen.folder.reading(place.name)
        assert reading is not None
        found.append((place.name, reading.text[place.span.start : place.span.end], place.span.start))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{assign var=a value=1}{$▮a}", [("mail.tpl", "a", 12)]),
        ("{$a = 1}{$a = 2}{$▮a}", [("mail.tpl", "a", 10), ("mail.tpl", "a", 2)]),
        ("{foreach $l as $k => $v}{$▮k}{/foreach}", [("mail.tpl", "k", 16)]),
        ("{function f a=1}{$▮a}{/function}", [("mail.tpl", "a", 12)]),
        ("{function name=f}{/function}{▮f}", [("mail.tpl", "f", 15)]),
        ('{extends file="base.tpl"}{block name="ma▮in"}x{/block}', [("base.tpl", "main", 19)]),
        ('{include file="pa▮rt.tpl"}', [("part.tpl", "", 0)]),
        ("{#colo▮ur#}", [("shop.conf", "colour", 0)]),
        ("{$▮nothing}", []),
        ("text▮", []),
    ],
)
def test_definition(text: str, expected: list[tuple[str, str, int]]) -> None:
    seen, offset = view(text, beside=BESIDE)
    assert written(seen, list(definition(seen, offset))) == expected


def test_a_parameter_is_defined_where_it_is_given() -> None:
    seen, offset = view(BESIDE["part.tpl"].replace("{$price}", "{$pri▮ce}"), name="part.tpl", beside=BESIDE)
    assert written(seen, list(definition(seen, offset))) == [("uses.tpl", "price", 25)]
    everything = references(seen, offset, declaration=True)
    assert [(name, text) for name, text, _ in written(seen, list(everything))] == [
        ("part.tpl", "price"), ("part.tpl", "price"), ("uses.tpl", "price"),
    ]  # fmt: skip


def test_the_blocks_that_replace_one() -> None:
    seen, offset = view(BESIDE["base.tpl"].replace('"main"', '"ma▮in"'), name="base.tpl", beside=BESIDE)
    assert [place.name for place in type_definition(seen, offset)] == ["other.tpl"]


def test_every_mail_that_uses_a_product() -> None:
    seen, offset = view("{$mywebshop.product.5▮} {$mywebshop.product.6}", beside=BESIDE)
    found = written(seen, list(references(seen, offset, declaration=False)))
    assert [(name, text) for name, text, _ in found] == [
        ("mail.tpl", "$mywebshop.product.5"),
        ("uses.tpl", "$mywebshop.product.5"),
    ]


def changed(seen: View, made: Change | Refusal) -> dict[str, str]:
    assert isinstance(made, Change)
    result = {}
    for name, edits in made.edits.items():
        reading = seen.reading if name == seen.reading.name else seen.folder.reading(name)
        assert reading is not None
        text = reading.text
        for edit in sorted(edits, key=lambda each: each.span, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        result[name] = text
    return result


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("{assign var=a value=1}{$▮a} {\"x $a `$a.b` {$a}\"}", "b", '{assign var=b value=1}{$b} {"x $b `$b.b` {$b}"}'),
        ("{$a = 1}{$▮a@index}{$ab}", "$c", "{$c = 1}{$c@index}{$ab}"),
        ("{$a = 1}{function f a=2}{$▮a}{/function}{$a}", "b", "{$a = 1}{function f b=2}{$b}{/function}{$a}"),
        ("{function name=f}{/function}{▮f}", "g", "{function name=g}{/function}{g}"),
        ("{capture assign='a'}x{/capture}{$▮a}", "b", "{capture assign='b'}x{/capture}{$b}"),
    ],
)  # fmt: skip
def test_rename_in_one_template(text: str, new: str, expected: str) -> None:
    seen, offset = view(text)
    assert changed(seen, rename(seen, offset, new)) == {"mail.tpl": expected}


def test_rename_of_a_parameter_and_a_block_reaches_other_templates() -> None:
    seen, offset = view(BESIDE["part.tpl"].replace("{$price}", "{$pri▮ce}"), name="part.tpl", beside=BESIDE)
    made = changed(seen, rename(seen, offset, "cost"))
    assert made["part.tpl"] == "<p>{$cost} {$cost|upper}</p>"
    assert made["uses.tpl"].startswith('{include file="part.tpl" cost=3}')
    seen, offset = view('{extends file="base.tpl"}{block name="ma▮in"}x{/block}', beside=BESIDE)
    made = changed(seen, rename(seen, offset, "body"))
    assert set(made) == {"mail.tpl", "base.tpl", "other.tpl"}
    assert '{block name="body"}nothing' in made["base.tpl"]


@pytest.mark.parametrize(
    ("text", "new", "why"),
    [
        ("{$mywebs▮hop.product.1}", "x", "dovetail.toml"),
        ("{$pro▮file.a}", "x", "from outside"),
        ("{$a = 1}{$▮a}", "1x", "no name"),
        ("{$a = 1}{$b = 2}{$▮a}", "b", "already"),
        ("{$a = 1}{$▮a}", "mywebshop", "integration"),
        ("{function name=f}{/function}{▮f}", "if", "tag of the language"),
        ('{include file="pa▮rt.tpl"}', "uses.tpl", "already"),
    ],
)
def test_what_cannot_be_renamed_says_why(text: str, new: str, why: str) -> None:
    seen, offset = view(text, beside=BESIDE)
    made = rename(seen, offset, new)
    assert isinstance(made, Refusal)
    assert why in made.message


def test_where_no_name_stands_there_is_nothing_to_rename() -> None:
    seen, offset = view("text▮ {1 + 2}")
    assert rename_span(seen, offset) is None


def test_renaming_a_file_keeps_includes_right() -> None:
    seen, _ = view("x", beside=BESIDE)
    made = renamed_files(seen, "part.tpl", "parts/price.tpl")
    assert changed(seen, made or Refusal("")) == {
        "uses.tpl": '{include file="parts/price.tpl" price=3}{$mywebshop.product.5.name}'
    }


def test_the_tree_of_includes() -> None:
    seen, _ = view('{include file="part.tpl"}', beside=BESIDE)
    assert [each.name for each in callers(seen, "part.tpl")] == ["mail.tpl", "uses.tpl"]
    assert [each.name for each in callers(seen, "base.tpl")] == ["other.tpl"]
    assert [each.name for each in callees(seen, "uses.tpl")] == ["part.tpl"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{$a = 1}{$▮a}", [("a", "write"), ("a", "read")]),
        ("{i▮f $a}x{elseif $b}y{else}z{/if}", [("if", "text"), ("elseif", "text"), ("else", "text"), ("/if", "text")]),
        ("{if $a}x{else}z{/i▮f}", [("if", "text"), ("else", "text"), ("/if", "text")]),
        ("<di▮v>{if $a}x{/if}</div>", [("div", "text"), ("div", "text")]),
        ("nothing▮", []),
    ],
)
def test_highlights(text: str, expected: list[tuple[str, str]]) -> None:
    seen, offset = view(text)
    found = highlights(seen, offset)
    assert [(seen.reading.text[each.span.start : each.span.end], each.kind) for each in found] == expected


def test_the_two_ends_of_an_element_are_edited_as_one() -> None:
    seen, offset = view("{if $a}<ta▮ble>{/if}x{if $a}</table>{/if}")
    found = linked(seen, offset)
    assert found is not None
    assert [seen.reading.text[span.start : span.end] for span in found.spans] == ["table", "table"]
