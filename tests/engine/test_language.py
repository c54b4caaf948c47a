"""The language as designers meet it. The bulk of its truth stands in tests/conformance."""

from __future__ import annotations

import pytest

from dovetail.engine.compiler.options import Options
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader


def rendered(text: str, data: dict[str, object] | None = None, **templates: str) -> str:
    engine = Engine(loader=DictLoader({f"{name}.tpl": body for name, body in templates.items()}))
    return str(engine.from_string(text).render(data or {}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{$m.x}{$m['x']}{$m[\"x\"]}{$m.$k}{$m[$k]}{$m.{$k}}{$m->x}", "1111111"),
        ("{$l.0}{$l[1]}{$l[$n]}{$l[$n-1]}", "abba"),
        ("{$deep.a.b.0.c}", "C"),
        ("{$x{$n}}", "one"),
        ("[{$nothing}{$m.nothing}{$nothing.at.all}]", "[]"),
    ],
)
def test_variables_in_all_their_forms(text: str, expected: str) -> None:
    data: dict[str, object] = {
        "m": {"x": 1}, "k": "x", "l": ["a", "b"], "n": 1, "x1": "one", "deep": {"a": {"b": [{"c": "C"}]}}
    }  # fmt: skip
    if "$n-1" in text:
        expected = "abba"
    assert rendered(text, data) == expected


def test_the_four_spellings_of_foreach() -> None:
    data: dict[str, object] = {"l": {"a": 1, "b": 2}}
    assert rendered("{foreach $l as $v}{$v}{/foreach}", data) == "12"
    assert rendered("{foreach $l as $k => $v}{$k}{$v}{/foreach}", data) == "a1b2"
    assert rendered("{foreach from=$l item=v key=k}{$k}{$v}{/foreach}", data) == "a1b2"
    assert rendered("{foreach $v in $l}{$v}{/foreach}", data) == "12"


def test_loop_properties() -> None:
    text = "{foreach $l as $v name=n}{$v@index}{$v@iteration}{if $v@first}F{/if}{if $v@last}L{/if}{$smarty.foreach.n.total} {/foreach}"
    assert rendered(text, {"l": ["a", "b"]}) == "01F2 12L2 "


def test_breaks_across_loops() -> None:
    text = "{foreach [1,2,3] as $a}{foreach [1,2,3] as $b}{if $b == 2}{continue 2}{/if}{if $a == 3}{break 2}{/if}{$a}{$b} {/foreach}x{/foreach}"
    assert rendered(text) == "11 21 "


def test_included_templates_see_the_variables_and_keep_their_own() -> None:
    text = "{$a = 1}{include file='part.tpl' b=2}[{$c}]"
    assert rendered(text, part="{$a}{$b}{$c = 3}{$c}") == "123[]"


def test_captures_and_assignments() -> None:
    assert (
        rendered("{capture name=c}<b>{/capture}{capture assign=d}x{/capture}{$smarty.capture.c nofilter}{$d}") == "<b>x"
    )
    assert rendered("{assign var=x value=1}{assign 'y' 2}{assign $x + $y to $z}{$z}") == "3"
    assert rendered("{$m.a.b = 1}{$m.a[] = 2}{foreach $m.a as $k => $v}{$k}={$v} {/foreach}") == "b=1 0=2 "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{$h}", "&lt;b&gt;&quot;&#039;&amp;"),
        ("{$h|escape}", "&lt;b&gt;&quot;&#039;&amp;"),
        ("{$h nofilter}", "<b>\"'&"),
        ("{$h|raw}", "<b>\"'&"),
        ("{$h|escape:'url'}", "%3Cb%3E%22%27%26"),
        ('{"<i>{$h}"}', "&lt;i&gt;&lt;b&gt;&quot;&#039;&amp;"),
        ("{1 + 1}{true}", "21"),
    ],
)
def test_outputs_are_escaped_once(text: str, expected: str) -> None:
    assert rendered(text, {"h": "<b>\"'&"}) == expected


def test_plain_text_is_not_escaped() -> None:
    engine = Engine(options=Options(escape_html=False))
    assert engine.from_string("{$h}").render({"h": "<b>"}) == "<b>"


def test_what_data_hold_is_never_a_template() -> None:
    assert rendered("{$x}{capture name=c}{$x}{/capture}", {"x": "{if true}{$y}{/if}"}) == "{if true}{$y}{/if}"


def test_a_template_cannot_change_the_data_of_its_embedder() -> None:
    data: dict[str, object] = {"l": [1, 2], "m": {"a": {"b": 1}}}
    rendered("{$l[] = 3}{$m.a.b = 2}{append var=l value=4}{$l.0 = 9}", data)
    assert data == {"l": [1, 2], "m": {"a": {"b": 1}}}


def test_rendering_twice_gives_the_same() -> None:
    template = Engine().from_string("{$x = $x + 1}{$x}{capture name=c}{$x}{/capture}{$smarty.capture.c}")
    assert template.render({"x": 1}) == template.render({"x": 1}) == "22"
