"""Every code that a finding can have: what it means, an example that gives it, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dovetail.engine.limits import Limits


@dataclass(frozen=True, slots=True)
class ErrorDoc:
    """One code. `template` gives it when it is checked, or with `runs` when it is rendered.

    `shown` stands for a template that is too long to print; an empty template means that only a
    file can have the fault. `shop`: the example speaks of an integration.
    """

    explanation: str
    remedy: str
    template: str
    runs: bool = False
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    limits: Limits = Limits()
    shown: str = ""
    shop: bool = False


ERRORS: Mapping[str, ErrorDoc] = {
    "syntax": ErrorDoc(
        "A tag cannot be read. All such tags of a template are reported at once.",
        "Look at the place under the caret; the help says what is likely meant.",
        "Dear {$name|truncate:20,'…'}",
    ),
    "encoding": ErrorDoc(
        "The file of a template is not UTF-8. Nothing in it is changed.",
        "Save it as UTF-8.",
        "",
        shown="a file in which `é` is one byte, as in ISO 8859-1",
    ),
    "unclosed-tag": ErrorDoc(
        "A tag begins and never ends: its `}` is missing, or a quote in it is not closed.",
        "Close the tag and its quotes. For a brace that begins no tag, put a blank behind it or write {ldelim}.",
        "Dear {$name",
    ),
    "unclosed-comment": ErrorDoc(
        "A comment begins and never ends; everything behind it would disappear.",
        "End it with `*}`.",
        "{* the greeting\nDear {$name}",
    ),
    "unclosed-literal": ErrorDoc(
        "{literal} begins and never ends; no tag behind it would work.",
        "End it with {/literal}.",
        "{literal}<style>a{color:red}</style>",
    ),
    "unclosed-block": ErrorDoc(
        "A block such as {if} or {foreach} is not closed before the block around it, or the template, ends.",
        "Put its closing tag where the block should end.",
        "{if $name}Dear {$name}",
    ),
    "unexpected-close": ErrorDoc(
        "A closing tag has no opening tag, or its tag is no block.",
        "Remove it, or add the opening tag. Often a block is closed twice, or two blocks cross.",
        "Dear {$name}{/if}",
    ),
    "unexpected-branch": ErrorDoc(
        "{else}, {elseif}, {foreachelse} … stands outside its block, or behind the last part of it.",
        "Move it between the tags of its block; {else} is the last part.",
        "{if $a}A{else}B{elseif $c}C{/if}",
    ),
    "nesting": ErrorDoc(
        "Blocks or parentheses stand too deep in each other. No mail needs that, and a template may not exhaust "
        "the machine.",
        "Take the inner part into a template of its own, or calculate in steps.",
        "{if $a}" * 41 + "{/if}" * 41,
        shown="{if $a}{if $a}{if $a} … 41 times",
    ),
    "unknown-tag": ErrorDoc(
        "There is no tag with this name. A variable without its `$` looks like one too.",
        "Correct the name, write `{$name}` for a variable, or put a blank behind a plain brace.",
        "{foreech $products as $p}",
    ),
    "unknown-modifier": ErrorDoc(
        "There is no modifier or function with this name. PHP's functions are not callable.",
        "Correct the name; language.md lists them all. In the dialect of Copernica it has no effect, with a warning.",
        "{$name|uppr}",
    ),
    "unknown-special": ErrorDoc(
        "`$smarty` has no such part, or it stands where it has no value.",
        "language.md lists the parts of `$smarty`.",
        "{$smarty.nww}",
    ),
    "unknown-name": ErrorDoc(
        "An integration has no such list, record or field. The mail is rendered, and the place stays empty.",
        "Correct the name; `dovetail explore` lists what there is.",
        "{$shop.product.1.titel}",
        shop=True,
    ),
    "prints-nothing": ErrorDoc(
        "An integration or a list is shown as if it were a text: that shows nothing.",
        "Name a field, or go through the list with {foreach}.",
        "{$shop.product}",
        shop=True,
    ),
    "whole-record": ErrorDoc(
        "A whole record is shown: that gives its title. Usually a field was forgotten.",
        "Name the field.",
        "{$shop.product.1}",
        shop=True,
    ),
    "attribute": ErrorDoc(
        "A tag has an attribute that it does not know, lacks one that it needs, or has one with an impossible value.",
        "language.md lists the attributes of each tag.",
        "{include fil='header.tpl'}",
    ),
    "arguments": ErrorDoc(
        "A modifier has too few parameters; too many are a warning.",
        "Write it as the help shows.",
        "{$text|replace:'a'}",
    ),
    "jump": ErrorDoc(
        "{break} or {continue} stands outside a loop, or names more loops than there are around it.",
        "Move it into the loop.",
        "{if $a}{break}{/if}",
    ),
    "refused": ErrorDoc(
        "Smarty has this and Dovetail leaves it out on purpose: it would run code, read files or show the machine.",
        "The help names what to use.",
        "{php}echo 1;{/php}",
    ),
    "bare-word": ErrorDoc(
        "A word stands where only a variable makes sense: its `$` is missing. The mail is rendered with the word as "
        "text.",
        "Write the `$`.",
        "{foreach products as $p}{$p.title}{/foreach}",
    ),
    "condition-sets": ErrorDoc(
        "A condition sets a variable: it has one `=` where `==` was meant. The mail is rendered as Smarty would.",
        "Write `==`.",
        "{if $gender = 'f'}Mrs{/if}",
    ),
    "condition-rest": ErrorDoc(
        "Words stand behind a condition and have no effect, as in Smarty.",
        "Write the condition with the operators of language.md.",
        "{if $name is defined}Dear {$name}{/if}",
    ),
    "shown-as-text": ErrorDoc(
        "A text looks like a tag, but is none: a blank stands behind its brace.",
        "Write {$name}.",
        "Dear {{ name }}",
    ),
    "not-found": ErrorDoc(
        "A template, or a file that {config_load} reads, is not in the store. Names that leave the store are "
        "never found. When checking it is a warning: the tag may never be reached.",
        "Correct the name. Names begin at the folder of the templates.",
        "{include 'hedder.tpl'}",
        files={"header.tpl": ""},
    ),
    "config": ErrorDoc(
        "A line of a .conf file is neither a setting nor the begin of a section.",
        "Write `name = value` or `[section]`.",
        "{config_load 'shop.conf'}",
        runs=True,
        files={"shop.conf": "color = red\n= blue\n"},
    ),
    "value": ErrorDoc(
        "A step failed while the mail was rendered: a value is not what an operator or a modifier can work with.",
        "Look at the value, or give it another where it is missing: `$price|default:0`.",
        "{'abc' * 2}",
        runs=True,
    ),
    "provider": ErrorDoc(
        "An integration could not answer. No mail is made with a hole in it, unless the integration's settings "
        "allow that.",
        "Follow the help; the person who looks after the integration can mend its settings.",
        "{loadprofile source='Customer' assign=p}",
        runs=True,
    ),
    "rounds": ErrorDoc(
        "Data that depend on data that depend on data …: after so many rounds of questions the template still asks.",
        "Ask for what belongs together at once, or give the data to the template.",
        "{loadprofile source='Customers' assign=p}{loadprofile source='Customers' id=$p.friend assign=q}{$q.name}",
        runs=True,
        limits=Limits(rounds=1),
    ),
    "limit": ErrorDoc(
        "A template used more than it may: rounds of loops, length of the output or of a value, depth of includes.",
        "Often a loop never ends. The embedder can raise the limits.",
        "{while true}x{/while}",
        runs=True,
        limits=Limits(steps=1000),
    ),
}
