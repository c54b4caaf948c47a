"""What is left of templates, written in their own notation; «…» is a value that was worked out."""

from __future__ import annotations

import pytest

from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.engine.specialise import Bounds
from tests.engine.specialise.pairs import ending, specialised
from tests.engine.specialise.shown import shown

SHARED: dict[str, object] = {
    "shop": {"name": "Fish & Co", "city": "Delft", "open": True},
    "products": [{"name": "Oak <board>", "price": 12.5, "kind": "table"}, {"name": "Mug", "price": 4, "kind": "tea"}],
    "n": 3,
    "none": [],
    "page": "part",
}
FILES = {
    "part": "[{$shop.name}{$me.name}]",
    "tile": "({$p.name}: {$p.price}{if $me.vip} -10%{/if})",
    "loop": "{foreach $me.orders as $o}{$shop.city}{$o}{/foreach}",
    "setter": "{$n = 9 scope=parent}",
    "layout": "<title>{block name=title}{$shop.name}{/block}</title>\n<h1>{$me.name}</h1>{block name=body}{/block}{$n}",
    "wide": "{extends file='layout'}{block name=title}Wide {$shop.city}{/block}{$wide = $me.wide}",
}


def left(text: str, bounds: Bounds = Bounds()) -> str:
    engine = Engine(loader=DictLoader({**FILES, "main": text}))
    return shown(specialised(engine, engine.get_template("main").program, SHARED, bounds))


@pytest.mark.parametrize(
    ("text", "residual"),
    [
        ("Hi {$me.name} of {$shop.name|upper}", "Hi {$me.name} of FISH &amp; CO"),
        ("{$shop.name nofilter}{$shop.name|escape:'url'}", "Fish & CoFish%20%26%20Co"),
        ("{$me.points + $n * 2}", "{$me.points + «6»}"),
        ('{"$n: {$me.name}"}', '{"3: {$me.name}"}'),
        ("{$shop.name|truncate:6:'':true|default:$me.name}", "{«'Fish &'»|default:$me.name}"),
        ("{$me.name|truncate:$n}", "{$me.name|truncate:«3»}"),
        ("{$products[$me.choice].name}", "{«[{'name': 'Oak <board>', 'price': 12.5, 'kind': 'table'}, "
         "{'name': 'Mug', 'price': 4, 'kind': 'tea'}]»[$me.choice].name}"),
        ("{if $n > 2}yes{$me.name}{else}no{/if}", "yes{$me.name}"),
        ("{if $me.vip}a{elseif $n > 2}b{elseif $me.x}c{else}d{/if}", "{if $me.vip}a{else}b{/if}"),
        ("{if $n > 5}a{elseif $me.vip}b{/if}", "{if $me.vip}b{/if}"),
        ("{if $shop.open && $me.vip}a{/if}{if $none && $me.vip}b{/if}", "{if «True» && $me.vip}a{/if}"),
        ("{foreach $products as $p}\n{$p.name}{if $p.kind == $me.kind}!{/if}\n{/foreach}",
         "Oak &lt;board&gt;{if «'table'» == $me.kind}!{/if}Mug{if «'tea'» == $me.kind}!{/if}"),
        ("{foreach $products as $p}{$p@iteration}/{$p@total}{$me.x}{if !$p@last}, {/if}{/foreach}", "1/2{$me.x}, 2/2{$me.x}"),
        ("{foreach $none as $p}x{foreachelse}none{/foreach}", "none"),
        ("{foreach $products as $p}{if $p.price < 5}{break}{/if}{$p.name}{$me.x}{/foreach}", "Oak &lt;board&gt;{$me.x}"),
        ("{for $i=1 to $n}{$i}{$me.x}{/for}", "1{$me.x}2{$me.x}3{$me.x}"),
        ("{section name=s loop=$products}{$products[s].name}{$me.x}{/section}", "Oak &lt;board&gt;{$me.x}Mug{$me.x}"),
        ("{foreach $me.orders as $o}{$o}{$shop.city}{/foreach}", "{foreach $me.orders as $o}{$o}Delft{/foreach}"),
        ("{$t = $n * 2}{$t}{$me.x}{$t + 1}", "6{$me.x}7"),
        ("{$t = 1}{if $me.x}{$t = 2}{/if}{$t}", "{$t = «1»}{if $me.x}{$t = «2»}{/if}{$t}"),
        ("{$t = 1}{if $me.x}{$t = 1}{/if}{$t}", "{if $me.x}{/if}1"),
        ("{capture name=c}{$shop.city}{/capture}{$smarty.capture.c}{$me.x}", "Delft{$me.x}"),
        ("{capture assign=c}{$me.x}{/capture}{$c}", "{capture assign=c}{$me.x}{/capture}{$c}"),
        ("{strip}\n <b>\n {$n} {$me.x}\n </b>\n{/strip}", "<b>3 {$me.x}</b>"),
        ("{counter}{$n}", "{counter}3"),
        ("{$smarty.now}{$n}", "{$smarty.now}3"),
        ("{html_options values=$none selected=$me.x}", "{html_options values=«[]» selected=$me.x}"),
        ("{nocache}{$n}{$me.x}{/nocache}", "3{$me.x}"),
    ],
)  # fmt: skip
def test_what_is_left_of_a_template(text: str, residual: str) -> None:
    assert left(text) == residual


@pytest.mark.parametrize(
    ("text", "residual"),
    [
        ("{include file='part'}", "[Fish &amp; Co{$me.name}]"),
        ("{include file=$page}", "[Fish &amp; Co{$me.name}]"),
        ("{foreach $products as $p}{include file='tile' p=$p}{/foreach}",
         "(Oak &lt;board&gt;: 12.5{if $me.vip} -10%{/if})(Mug: 4{if $me.vip} -10%{/if})"),
        ("{include file=$me.page}{$n}", "{include file=$me.page}{$n}"),
        ("{include file='setter'}{$n}", "{include file='setter'}{$n}"),
        ("{include file='loop'}{$n}", "{include file='loop'}3"),
    ],
)  # fmt: skip
def test_includes(text: str, residual: str) -> None:
    assert left(text) == residual


@pytest.mark.parametrize(
    ("text", "residual"),
    [
        ("{function name=b label=''}<b>{$label}{$n}</b>{/function}{b label=$shop.city}{foreach $products as $p}{b label=$p.name}{/foreach}",
         "{function name=b label=''}<b>{$label}{$n}</b>{/function}<b>Delft3</b><b>Oak &lt;board&gt;3</b><b>Mug3</b>"),
        ("{function name=b}<b>{$label}{$me.x}</b>{/function}{b label=$shop.city}",
         "{function name=b}<b>{$label}{$me.x}</b>{/function}{b label=«'Delft'»}"),
        ("{function name=tree}{foreach $list as $e}{$e}{if $n > 3}{tree list=$list n=$n-1}{/if}{/foreach}{/function}{tree list=[1, 2] n=4}",
         "112212"),
    ],
)  # fmt: skip
def test_template_functions(text: str, residual: str) -> None:
    assert (
        left(text).removeprefix(
            "{function name=tree}{foreach $list as $e}{$e}{if $n > 3}{tree list=$list n=$n - 1}{/if}{/foreach}{/function}"
        )
        == residual
    )


def test_a_chain_of_templates_becomes_one() -> None:
    text = "{extends file='wide'}\n{$t = $n + 1}\n{block name=body}{foreach $products as $p}{$p.name}{$me.x}{/foreach}{$wide}{$t}{/block}"
    assert left(text) == (
        "{$wide = $me.wide}<title>Wide Delft</title>\n<h1>{$me.name}</h1>Oak &lt;board&gt;{$me.x}Mug{$me.x}{$wide}43"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{extends file='layout'}{block name=body append}{$n}{/block}",
        "{extends file='layout'}{block name=body}{$smarty.block.parent}{/block}",
        "{extends file='layout'}{$me.name}{block name=body}{/block}",
        "{extends file=$me.layout}",
    ],
)
def test_a_chain_that_does_more_than_replace_is_left_alone(text: str) -> None:
    engine = Engine(loader=DictLoader({**FILES, "main": text}))
    program = engine.get_template("main").program
    assert specialised(engine, program, SHARED) is program


@pytest.mark.parametrize(
    "text",
    [
        "a\n{$n}{$me.name.x}",
        "{include file='part'}",
        "\n{include file='tile' p=$shop}",
        "{extends file='layout'}\n{block name=body}\n{$n}\n{$shop.name|cat:$me.name.x}{/block}",
        "{extends file='layout'}\n{block name=body}\n{include file='part'}{/block}",
        "{$me.name[1].x ? $n.x : $n.y}",
        "{foreach $products as $p}\n{if $p.price == $me.name.x}{/if}{/foreach}",
    ],
)
def test_errors_name_the_same_place(text: str) -> None:
    engine = Engine(loader=DictLoader({**FILES, "main": text}))
    program = engine.get_template("main").program
    variables = {**SHARED, "me": {"name": "Ann", "vip": "yes"}, "wide": 1}
    for shared in ({**SHARED}, {}):
        for me in ({"name": "Ann"}, "Ann"):
            variables["me"] = me
            assert ending(engine, specialised(engine, program, shared), variables) == ending(engine, program, variables)
    assert ending(engine, program, variables).error


def test_a_loop_variable_that_is_read_later_has_its_value_and_its_old_one() -> None:
    assert left("{foreach $products as $p}{$p.name}{$me.x}{/foreach}{$p.name}") == (
        "{foreach «[None]» as $p}{$p = «{name, price, kind}»}Oak &lt;board&gt;{$me.x}"
        "{$p = «{name, price, kind}»}Mug{$me.x}{/foreach}{$p.name}"
    )


def test_a_loop_whose_state_is_read_later_stays_a_loop() -> None:
    text = "{foreach $products as $p}{$p.name}{$me.x}{/foreach}{if $me.y}{foreach $none as $p}{/foreach}{/if}{$p@total}"
    assert left(text).startswith("{foreach «[{")


def test_what_reports_something_is_left_to_the_render() -> None:
    assert left("{$shop.name.x}{$n}") == "{$shop.name.x}3"


@pytest.mark.parametrize("bounds", [Bounds(rounds=1), Bounds(size=5)])
def test_a_loop_that_would_take_too_much_stays_a_loop(bounds: Bounds) -> None:
    text = "{foreach $products as $p}{$p.name}{$me.x}{$n}{/foreach}"
    assert left(text, bounds).count("{$me.x}") == 1
    assert "3{/foreach}" in left(text, bounds)


def test_the_residual_is_bounded() -> None:
    text = "{for $a=1 to 1000}{for $b=1 to 1000}{$a}{$me.x}{/for}{/for}"
    assert len(left(text)) < 100_000


def test_shared_data_may_change_afterwards() -> None:
    shared: dict[str, object] = {"list": [1, 2]}
    engine = Engine(loader=DictLoader({"main": "{$list[$me.i]}"}))
    program = specialised(engine, engine.get_template("main").program, shared)
    found = shared["list"]
    assert isinstance(found, list)
    found.append(3)
    assert shown(program) == "{«[1, 2]»[$me.i]}"
