"""Attributes and examples of the tags of the language itself."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.documentation import Described, Example, Given

LANGUAGE: Mapping[str, Described] = {
    "if": Described(
        (
            Example(
                "{if $count > 1}{$count} items{elseif $count == 1}one item{else}nothing{/if}", "one item", {"count": 1}
            ),
        ),
        help=(
            "Conditions are values and comparisons, joined by `and`, `or`, `not`; see the operators. "
            "An empty text, 0, '0', null, false and an empty list count as false."
        ),
    ),
    "foreach": Described(
        (
            Example(
                "{foreach $products as $p}{$p.name}{if !$p@last}, {/if}{foreachelse}Sold out{/foreach}",
                "Cup, Vase",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
            Example(
                "{foreach $stock as $size => $count}{$size}: {$count} {/foreach}",
                "S: 3 M: 0 ",
                {"stock": {"S": 3, "M": 0}},
            ),
            Example(
                "{foreach $p in $products}{$p@iteration}. {$p.name} {/foreach}",
                "1. Cup 2. Vase ",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
            Example(
                (
                    "{foreach from=$products item=p key=i name=list}{$i}={$p.name}{if "
                    "$smarty.foreach.list.last}.{else}, {/if}{/foreach}"
                ),
                "0=Cup, 1=Vase.",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
        ),
        given={
            "from": Given("list", "The list (older spelling)."),
            "item": Given("name", "The variable for each element (older spelling)."),
            "key": Given("name", "The variable for each key (older spelling)."),
            "name": Given("name", "A name for `$smarty.foreach.name`."),
            "properties": Given("list", "Has no effect."),
        },
        help=(
            "The parts behind `@` know where the loop is: `$p@index` (from 0), `$p@iteration` (from "
            "1), `$p@first`, `$p@last`, `$p@total`, `$p@key`, `$p@show` (behind the loop: whether it "
            "had elements)."
        ),
    ),
    "for": Described(
        (
            Example("{for $i=1 to 3}{$i} {/for}", "1 2 3 "),
            Example("{for $i=10 to 0 step -5}{$i} {/for}", "10 5 0 "),
            Example("{for $i=1 to $count max=2}{$i} {forelse}none{/for}", "1 2 ", {"count": 5}),
        ),
        given={"max": Given("number", "How many rounds at most.")},
    ),
    "while": Described(
        (Example("{$n = 3}{while $n > 0}{$n} {$n = $n - 1}{/while}", "3 2 1 "),),
    ),
    "capture": Described(
        (
            Example(
                "{capture assign=greeting}Dear {$name}{/capture}{$greeting}! {$greeting}!",
                "Dear Ann! Dear Ann!",
                {"name": "Ann"},
            ),
            Example("{capture name=price}€ {$price}{/capture}Only {$smarty.capture.price}", "Only € 5", {"price": 5}),
        ),
        given={
            "name": Given("name", "The content is `$smarty.capture.name`."),
            "assign": Given("name", "The content is this variable."),
            "append": Given("name", "The content becomes one more element of this list."),
        },
    ),
    "include": Described(
        (Example("{include 'button.tpl' label='Buy now'}", "[Buy now]", files={"button.tpl": "[{$label}]"}),),
        given={
            "file": Given("file", "The template."),
            "assign": Given("name", "Put the text into this variable in place of showing it."),
            "scope": Given("text", "Where the variable is set: local (the usual), parent, root or global."),
            "cache_lifetime": Given("number", "Has no effect."),
            "cache_id": Given("text", "Has no effect."),
            "compile_id": Given("text", "Has no effect."),
            "nocache": Given("flag", "Has no effect: nothing is cached."),
            "inline": Given("flag", "Has no effect."),
            "caching": Given("flag", "Has no effect."),
            "bubble_up": Given("flag", "Variables set there are set here too."),
        },
        help=("All variables are known there; further attributes become variables of that template alone."),
    ),
    "assign": Described(
        (
            Example("{assign var=total value=$price*2}{$total}", "12", {"price": 6}),
            Example("{$total = $price * 2}{$total}", "12", {"price": 6}),
            Example("{assign $name|upper to $loud}{$loud}", "ANN", {"name": "Ann"}),
        ),
        given={
            "var": Given("name", "The variable."),
            "value": Given("any", "Its value."),
            "scope": Given("text", "Where the variable is set: local (the usual), parent, root or global."),
            "nocache": Given("flag", "Has no effect: nothing is cached."),
            "noscope": Given("flag", "Has no effect."),
        },
        help="`{$name = value}` is shorter, and so is `{$list[] = value}` for one more element.",
    ),
    "append": Described(
        (Example("{append var=names value='Cup'}{append var=names value='Vase'}{$names|join:', '}", "Cup, Vase"),),
        given={
            "var": Given("name", "The list variable."),
            "value": Given("any", "The element."),
            "scope": Given("text", "Where the variable is set: local (the usual), parent, root or global."),
            "index": Given("text", "The key of the element."),
            "nocache": Given("flag", "Has no effect: nothing is cached."),
            "noscope": Given("flag", "Has no effect."),
        },
    ),
    "ldelim": Described(
        (Example("{ldelim}$name{rdelim}", "{$name}"),),
    ),
    "rdelim": Described(
        (Example("{ldelim}if{rdelim}", "{if}"),),
    ),
    "break": Described(
        (
            Example(
                "{foreach $products as $p}{$p.name}{break}{/foreach}",
                "Cup",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
        ),
        given={"levels": Given("number", "How many loops are ended.")},
    ),
    "continue": Described(
        (
            Example(
                "{foreach $products as $p}{if $p.price > 20}{continue}{/if}{$p.name}{/foreach}",
                "Cup",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
        ),
        given={"levels": Given("number", "Which loop goes on, counted from the inner one.")},
    ),
    "strip": Described(
        (Example("{strip}\n<td>\n  {$name}\n</td>\n{/strip}", "<td>Cup</td>", {"name": "Cup"}),),
        help="Values are not changed, only the text of the template.",
    ),
    "section": Described(
        (
            Example(
                (
                    "{section name=i loop=$products}{$smarty.section.i.iteration}. {$products[i].name} "
                    "{sectionelse}none{/section}"
                ),
                "1. Cup 2. Vase ",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
        ),
        given={
            "name": Given("name", "The name of the index, used as `$list[name]`."),
            "loop": Given("any", "A list, or how many rounds."),
            "start": Given("number", "The first index; negative: from the end."),
            "step": Given("number", "The step."),
            "max": Given("number", "How many rounds at most."),
            "show": Given("flag", "false: no round at all."),
            "properties": Given("list", "Has no effect."),
        },
        help=(
            "An old form of {foreach}. `$smarty.section.name.index`, `.index_prev`, `.index_next`, "
            "`.iteration`, `.first`, `.last`, `.total` tell where the loop is."
        ),
    ),
    "function": Described(
        (
            Example(
                (
                    "{function price amount=0 currency='€'}{$currency} "
                    "{$amount|number_format:2}{/function}{price amount=5}, {price amount=7 currency='$'}"
                ),
                "€ 5.00, $ 7.00",
            ),
        ),
        given={"name": Given("name", "The name, by which it is called as a tag.")},
        help=("Further attributes are variables with the values they have unless the call gives others."),
    ),
    "call": Described(
        (Example("{function hello}Dear {$who}{/function}{call name=hello who='Ann'}", "Dear Ann"),),
        given={
            "name": Given("any", "The name; it may come from a variable."),
            "assign": Given("name", "Put the text into this variable in place of showing it."),
        },
    ),
    "extends": Described(
        (
            Example(
                "{extends 'layout.tpl'}{block name=body}Sale!{/block}",
                "<main>Sale!</main>",
                files={"layout.tpl": "<main>{block name=body}-{/block}</main>"},
            ),
        ),
        given={"file": Given("file", "The parent template.")},
        help="Only the {block} tags of a child are shown, each in its place in the parent.",
    ),
    "block": Described(
        (
            Example(
                "{extends 'layout.tpl'}{block name=title append} – Sale{/block}",
                "<h1>Shop – Sale</h1>",
                files={"layout.tpl": "<h1>{block name=title}Shop{/block}</h1>"},
            ),
            Example(
                "{extends 'layout.tpl'}{block name=body}<b>{$smarty.block.parent}</b>{/block}",
                "<b>Hello</b>",
                files={"layout.tpl": "{block name=body}Hello{/block}"},
            ),
        ),
        given={
            "name": Given("name", "The name that child and parent share."),
            "assign": Given("name", "Put the text into this variable in place of showing it."),
            "append": Given("flag", "Show it behind the parent's content."),
            "prepend": Given("flag", "Show it before the parent's content."),
            "hide": Given("flag", "Show nothing unless a child has this block."),
            "nocache": Given("flag", "Has no effect: nothing is cached."),
        },
        help=("`{$smarty.block.parent}` shows the parent's content, `{$smarty.block.child}` the child's."),
    ),
    "setfilter": Described(
        (Example("{setfilter upper}{$name} of {$city}{/setfilter}", "ANN of DELFT", {"name": "Ann", "city": "Delft"}),),
    ),
    "nocache": Described(
        (Example("{nocache}{$name}{/nocache}", "Ann", {"name": "Ann"}),),
    ),
    "config_load": Described(
        (
            Example(
                "{config_load 'shop.conf'}<body bgcolor=\"{#color#}\">",
                '<body bgcolor="#ffcc00">',
                files={"shop.conf": 'color = "#ffcc00"\n'},
            ),
        ),
        given={
            "file": Given("file", "The .conf file."),
            "section": Given("text", "The section to read beside the values outside any."),
            "scope": Given("text", "Where the values are known: local (the usual), parent or global."),
        },
        help="The values are written `#name#` or `$smarty.config.name`.",
    ),
    "eval": Described(
        (Example("{eval var=$text}", "Dear Ann", {"text": "Dear {$name}", "name": "Ann"}, settings=("evaluate",)),),
        given={
            "var": Given("text", "The text."),
            "assign": Given("name", "Put the text into this variable in place of showing it."),
        },
        help=("Off unless the embedder switches it on: what customers typed must never become a template."),
    ),
}
