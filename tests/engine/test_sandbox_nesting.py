"""Nesting of every kind ends in our error, whatever its depth; what people write is far below the bounds."""

from __future__ import annotations

import sys

import pytest

from tests.engine.attacks import outcome
from tests.engine.shop import engine

NESTED = {
    "parentheses": ("{if ", "(", "1", ")", "}x{/if}"),
    "brackets": ("{$x = ", "[", "1", "]", "}"),
    "indexes": ("{$x", "[$x", "", "]", "}"),
    "dotted braces": ("{$x", ".{$x", "", "}", "}"),
    "negations": ("{if ", "!", "1", "", "}x{/if}"),
    "words of negation": ("{if ", "not ", "1", "", "}x{/if}"),
    "minus signs": ("{", "- ", "1", "", "}"),
    "casts": ("{", "(int)", "1", "", "}"),
    "ternaries": ("{", "1 ? (", "1", ") : 2", "}"),
    "short ternaries": ("{$x", " ?: $x", "", "", "}"),
    "null coalescing": ("{$x", " ?? $x", "", "", "}"),
    "sums": ("{1", "+1", "", "", "}"),
    "powers": ("{2", "**1", "", "", "}"),
    "conditions": ("{if 1", " && 1", "", "", "}x{/if}"),
    "strings in tags in strings": ("{", '"{', "$x", '}"', "}"),
    "strings in modifiers in strings": ("{", '"a{$x|cat:', "$x", '}"', "}"),
    "quotes": ("", '{"', "", "", ""),
    "quotes and braces": ("", '{"{', "", "", ""),
    "braces in a string": ('{$x="', "{", "", "", '"}'),
    "open tags in a string": ('{$x="', "{a", "", "", '"}'),
    "open strings in tags": ("", '{$x="{a', "", "", ""),
    "tags as values": ("", "{", "$x", "}", ""),
    "assignments as values": ("{$y=", "{$y=", "$x", "}", "}"),
    "variable variables": ("{$", "{$", "x", "}", "}"),
    "modifiers": ("{$x", "|upper", "", "", "}"),
    "joined texts": ("{$x", "|cat:'a'", "", "", "}"),
    "calls": ("{", "upper(", "$x", ")", "}"),
    "arrows": ("{$x", "->a", "", "", "}"),
    "dots": ("{$m", ".a", "", "", "}"),
    "long lists": ("{$x = [", "1,", "1", "", "]}"),
    "if": ("", "{if 1}", "x", "{/if}", ""),
    "foreach": ("", "{foreach [1] as $a}", "x", "{/foreach}", ""),
    "for": ("", "{for $i=1 to 1}", "x", "{/for}", ""),
    "while": ("", "{while 1}", "{break}", "{/while}", ""),
    "section": ("", "{section name=s loop=1}", "x", "{/section}", ""),
    "capture": ("", "{capture}", "x", "{/capture}", ""),
    "block": ("", "{block name=b}", "x", "{/block}", ""),
    "function": ("", "{function name=f}", "x", "{/function}", ""),
    "nocache": ("", "{nocache}", "x", "{/nocache}", ""),
    "setfilter": ("", "{setfilter upper}", "{$x}", "{/setfilter}", ""),
    "strip": ("", "{strip}", "x", "{/strip}", ""),
    "textformat": ("", "{textformat}", "x", "{/textformat}", ""),
    "literal": ("", "{literal}", "x", "{/literal}", ""),
    "branches": ("{if 0}", "{elseif 0}", "", "", "x{/if}"),
    "blocks that do not close": ("", "{if 1}", "", "", ""),
    "closing tags": ("", "{/if}", "", "", ""),
    "tags that do not close": ("", "{$x\n", "", "", ""),
    "comments": ("", "{* \n", "", "", ""),
    "blocks in strings": ("", '{"{if 1}', "x", '{/if}"}', ""),
    "attributes": ("{include file='no'", " a=1", "", "", "}"),
    "math": ("{math equation='", "(", "1", ")", "'}"),
    "regular expression groups": ("{'a'|regex_replace:'/", "(", "a", ")", "/':''}"),
}


@pytest.mark.parametrize("depth", [9, 45, 90, 250, 3_000])
@pytest.mark.parametrize("kind", sorted(NESTED))
def test_any_depth_gives_text_or_our_error(kind: str, depth: int) -> None:
    before, opening, middle, closing, after = NESTED[kind]
    outcome(f"{before}{opening * depth}{middle}{closing * depth}{after}", x="ab", m={})


@pytest.mark.parametrize(
    ("kind", "depth"),
    [
        ("parentheses", 40), ("brackets", 30), ("negations", 40), ("ternaries", 30), ("short ternaries", 60), ("null coalescing", 60), ("sums", 90),
        ("conditions", 90), ("modifiers", 60), ("joined texts", 60), ("dots", 60), ("if", 40), ("foreach", 12), ("for", 12), ("section", 12),
        ("capture", 40), ("block", 40), ("branches", 900), ("strings in tags in strings", 8), ("long lists", 3000),
    ],
)  # fmt: skip
def test_what_people_write_is_far_below_the_bounds(kind: str, depth: int) -> None:
    before, opening, middle, closing, after = NESTED[kind]
    found = outcome(f"{before}{opening * depth}{middle}{closing * depth}{after}", x="ab", m={})
    assert "nested" not in found
    assert "too" not in found


@pytest.mark.parametrize(
    ("kind", "depth"), [("if", 40), ("foreach", 12), ("for", 12), ("section", 12), ("capture", 40)]
)
def test_the_deepest_blocks_can_wait_for_data_too(kind: str, depth: int) -> None:
    _, opening, _, closing, _ = NESTED[kind]
    text = (
        f"{opening * depth}{{$title = $myshop.product.$n.title}}{{$c = $smarty.capture.x}}{closing * depth}{{$title}}"
    )
    assert str(engine().from_string(text).render(n=1)) == "P&lt;1&gt;"


def test_the_nesting_is_named_with_its_place() -> None:
    assert "`{if}` is nested too deeply in other blocks" in outcome("{if 1}" * 50 + "{/if}" * 50)
    assert outcome("{$x = " + "[" * 200 + "]" * 200 + "}") == "this tag is nested too deeply"


def test_a_stack_that_is_almost_full_already_gives_our_error() -> None:
    def deeper(levels: int) -> str:
        return (
            deeper(levels - 1)
            if levels
            else outcome("{if 1}" * 35 + "{$x = " + "(" * 70 + "1" + ")" * 70 + "}" + "{/if}" * 35)
        )

    frame, used = sys._getframe(), 0
    while frame.f_back is not None:
        frame, used = frame.f_back, used + 1
    assert "nested too deeply" in deeper(sys.getrecursionlimit() - used - 150)
