"""What is being written where, in texts as broken as they are while somebody types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.lsp.features.cursor import (
    Argument,
    AttributeName,
    AttributeValue,
    InText,
    ModifierName,
    Path,
    Segment,
    Silent,
    TagName,
    Value,
    here,
)
from dovetail.lsp.features.reading import read

MARK = "▮"


def at(text: str) -> tuple[object, str]:
    """The cursor at the mark, and the text without it."""
    offset = text.index(MARK)
    whole = text.replace(MARK, "")
    return here(read("t.tpl", whole), offset).cursor, whole


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("▮", InText),
        ("Hello ▮{$x}", InText),
        ("{$x}▮", InText),
        ("{if $x}a▮{/if}", InText),
        ("{if $x}a{/if}▮ b", InText),
        ("{foreach $a as $b}{$b}▮{/foreach}", InText),
        ("{literal}{$▮}{/literal}", Silent),
        ("{* {$▮} *}", Silent),
        ("{* {$▮", Silent),
        ("{literal}a▮", Silent),
        ("{ ▮}", InText),
        ("{12▮}", Silent),
        ("{if 12▮}", Silent),
    ],
)
def test_outside(text: str, kind: type) -> None:
    assert isinstance(at(text)[0], kind)


@pytest.mark.parametrize(
    ("text", "typed", "closing", "blocks"),
    [
        ("{▮", "", False, []),
        ("{▮}", "", False, []),
        ("{for▮", "for", False, []),
        ("{for▮}{$x}", "for", False, []),
        ("{if $a}{foreach $b as $c}{/▮", "", True, ["if", "foreach"]),
        ("{if $a}{/i▮}", "i", True, ["if"]),
        ("{if $a}x{el▮}{/if}", "el", False, ["if"]),
        ("{if $a}x{/▮}", "", True, ["if"]),
    ],
)
def test_a_tag_s_name(text: str, typed: str, closing: bool, blocks: list[str]) -> None:
    cursor, whole = at(text)
    assert isinstance(cursor, TagName)
    assert (cursor.typed, cursor.closing) == (typed, closing)
    assert whole[cursor.span.start : cursor.span.end] == typed
    assert [block.name for block in cursor.blocks] == blocks


@pytest.mark.parametrize(
    ("text", "name", "keys", "typed"),
    [
        ("{$▮", "", [], ""),
        ("{$▮}", "", [], ""),
        ("{$my▮}", "my", [], "my"),
        ("{$shop.▮", "shop", [], ""),
        ("{$shop.▮}", "shop", [], ""),
        ("{$shop.pro▮}", "shop", [], "pro"),
        ("{$shop.product.12.▮}", "shop", ["product", 12], ""),
        ("{$shop.product.12▮}", "shop", ["product"], "12"),
        ("{$shop.product.\n<p>{$x.y▮}", "x", [], "y"),
        ("a {$shop.product.▮\n<p>{$x}", "shop", ["product"], ""),
        ('{$shop.product["24-MB01"].na▮}', "shop", ["product", "24-MB01"], "na"),
        ("{$shop.product[$id].na▮}", "shop", ["product", None], "na"),
        ("{$a->b->▮}", "a", ["b"], ""),
        ("{if $shop.customer.5.▮ == 2}x{/if}", "shop", ["customer", 5], ""),
        ('{include file="a" x=$p.▮}', "p", [], ""),
        ("{foreach $shop.▮ as $x}", "shop", [], ""),
        ('{"Hello $na▮"}', "na", [], "na"),
        ('{"Hello {$a.b▮}"}', "a", [], "b"),
        ('{"Hello `$a.b▮`"}', "a", [], "b"),
        ("{$x = $shop.▮}", "shop", [], ""),
        ("{$a|default:$shop.▮}", "shop", [], ""),
        ("{count($shop.▮)}", "shop", [], ""),
        ('<a href="{$shop.product.5.▮">', "shop", ["product", 5], ""),
        ("{if $a}\n{$shop.▮\n{/if}", "shop", [], ""),
    ],
)
def test_a_path(text: str, name: str, keys: list[object], typed: str) -> None:
    cursor, whole = at(text)
    assert isinstance(cursor, Path)
    assert (cursor.name, [segment.key for segment in cursor.segments], cursor.typed) == (name, keys, typed)
    assert whole[cursor.span.start : cursor.span.end] == typed
    assert whole[cursor.start] == "$"


@pytest.mark.parametrize(
    ("text", "bracket"), [('{$p["24▮"]}', '"'), ("{$p['24▮", "'"), ("{$p[▮]}", "["), ("{$p.▮}", "")]
)
def test_a_key_in_brackets(text: str, bracket: str) -> None:
    cursor, _ = at(text)
    assert isinstance(cursor, Path)
    assert cursor.bracket == bracket


@pytest.mark.parametrize(
    ("text", "segments", "typed"),
    [
        ("{$shop.product.blue mug▮}", ("product",), "blue mug"),
        ("{$shop.product.blue mug▮", ("product",), "blue mug"),
        ("{$shop.product. jan de▮", ("product",), "jan de"),
        ('{$shop.order["0001"].it▮', ("order", "0001"), "it"),
        ("{$shop.product.12.ti▮", ("product", 12), "ti"),
    ],
)
def test_a_name_with_blanks_may_be_what_is_looked_for(text: str, segments: tuple[object, ...], typed: str) -> None:
    offset = text.index(MARK)
    whole = text.replace(MARK, "")
    loose = here(read("t.tpl", whole), offset).loose
    assert loose is not None
    assert loose.segments == tuple(Segment(key) for key in segments)  # type: ignore[arg-type]
    assert loose.typed == typed
    assert whole[loose.span.start : loose.span.end] == typed
    assert whole[loose.dot] == "."


def test_a_condition_is_no_name() -> None:
    text = "{if $a.b == "
    assert here(read("t.tpl", text), len(text)).loose is None


@pytest.mark.parametrize(
    ("text", "typed", "value"),
    [
        ("{$x|▮}", "", "$x"),
        ("{$x|es▮", "es", "$x"),
        ("{$a.b|truncate:10|▮}", "", "$a.b|truncate:10"),
        ("{if $a and $b.c|co▮}", "co", "$b.c"),
        ("{foreach $shop.orders|▮ as $o}", "", "$shop.orders"),
        ("{$x = $y|▮}", "", "$y"),
        ("{count($l)|▮}", "", "count($l)"),
    ],
)
def test_a_modifier(text: str, typed: str, value: str) -> None:
    cursor, whole = at(text)
    assert isinstance(cursor, ModifierName)
    assert cursor.typed == typed
    assert whole[cursor.value.start : cursor.value.end] == value


@pytest.mark.parametrize(
    ("text", "form", "name", "index", "typed", "quote"),
    [
        ("{$x|truncate:▮}", "modifier", "truncate", 0, "", ""),
        ("{$x|truncate:10:▮}", "modifier", "truncate", 1, "", ""),
        ('{$x|escape:"ht▮"}', "modifier", "escape", 0, "ht", '"'),
        ("{$x|date_format:'%d▮", "modifier", "date_format", 0, "%d", "'"),
        ('{$x|replace:"a":"b▮"}', "modifier", "replace", 1, "b", '"'),
        ("{range(1, ▮)}", "function", "range", 1, "", ""),
    ],
)
def test_an_argument(text: str, form: str, name: str, index: int, typed: str, quote: str) -> None:
    cursor, _ = at(text)
    assert isinstance(cursor, Argument)
    assert (cursor.form, cursor.name, cursor.index, cursor.typed, cursor.quote) == (form, name, index, typed, quote)


@pytest.mark.parametrize(
    ("text", "tag", "given", "typed"),
    [
        ("{include ▮}", "include", [], ""),
        ('{include file="a.tpl" ▮}', "include", ["file"], ""),
        ('{include file="a.tpl" as▮', "include", ["file"], "as"),
        ("{html_options options=$o sel▮}", "html_options", ["options"], "sel"),
    ],
)
def test_an_attribute_s_name(text: str, tag: str, given: list[str], typed: str) -> None:
    cursor, _ = at(text)
    assert isinstance(cursor, AttributeName)
    assert (cursor.tag, list(cursor.given), cursor.typed) == (tag, given, typed)


@pytest.mark.parametrize(
    ("text", "tag", "attribute", "typed", "quote"),
    [
        ('{include file="pa▮"}', "include", "file", "pa", '"'),
        ("{include file='▮", "include", "file", "", "'"),
        ("{include 'pa▮'}", "include", "", "pa", "'"),
        ("{include file=▮}", "include", "file", "", ""),
        ("{assign var=x scope=▮}", "assign", "scope", "", ""),
    ],
)
def test_an_attribute_s_value(text: str, tag: str, attribute: str, typed: str, quote: str) -> None:
    cursor, _ = at(text)
    assert isinstance(cursor, AttributeValue)
    assert (cursor.tag, cursor.attribute, cursor.typed, cursor.quote) == (tag, attribute, typed, quote)


@pytest.mark.parametrize("text", ["{if ▮}", "{if $a == ▮}", "{if co▮}", "{$x = ▮}", "{foreach ▮ as $x}"])
def test_a_value(text: str) -> None:
    assert isinstance(at(text)[0], Value)


PIECES = [
    "{",
    "}",
    "$x",
    ".",
    "|",
    ":",
    '"',
    "'",
    "[",
    "]",
    "(",
    ")",
    " ",
    "if",
    "{if $x}",
    "{/if}",
    "{*",
    "*}",
    "{literal}",
    "\n",
    "a",
    "=",
    "`",
    "->",
    "12",
    "\\",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_every_place_of_any_text_is_something(text: str) -> None:
    reading = read("t.tpl", text)
    for offset in range(len(text) + 1):
        found = here(reading, offset)
        span = getattr(found.cursor, "span", None)
        if span is not None:
            assert 0 <= span.start <= span.end == offset
