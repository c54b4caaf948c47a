"""What is said of the language beside its tags and modifiers: syntax, operators, special variables."""

from __future__ import annotations

from dovetail.grammar.documentation import Construct, Example

SYNTAX = (
    Construct(
        "output",
        "{$name}",
        ("Shows a variable. HTML characters in it are escaped; `nofilter` or `|raw` shows it as it is."),
        (Example("{$name}, {$name nofilter}", "Salt &amp; Pepper, Salt & Pepper", {"name": "Salt & Pepper"}),),
    ),
    Construct(
        "key",
        "$product.title",
        'A field of a record. A key that is a number works too; `[…]` and `["…"]` take any text.',
        (
            Example(
                "{$p.title} {$p.prices.0} {$p['title']} {$p[\"AB-1\"]}",
                "Cup 12 Cup x",
                {"p": {"title": "Cup", "prices": [12], "AB-1": "x"}},
            ),
        ),
    ),
    Construct(
        "variable key",
        "$product.$field",
        "A field whose name is in a variable; `[…]` takes any expression.",
        (Example('{$p.$field} {$p["na`$end`"]}', "Cup Cup", {"p": {"name": "Cup"}, "field": "name", "end": "me"}),),
    ),
    Construct(
        "property",
        "$product->title",
        "The same as `$product.title`.",
        (Example("{$p->title}", "Cup", {"p": {"title": "Cup"}}),),
    ),
    Construct(
        "loop property",
        "$product@first",
        "Where a {foreach} or {for} is: @index, @iteration, @first, @last, @total, @key, @show.",
        (
            Example(
                "{foreach $products as $p}{$p@iteration}/{$p@total} {/foreach}",
                "1/2 2/2 ",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
        ),
    ),
    Construct(
        "variable variable",
        "${$name}",
        "The variable whose name is in another.",
        (Example("{${$which}}", "Delft", {"which": "city", "city": "Delft"}),),
    ),
    Construct(
        "assignment",
        "{$total = …}",
        "Sets a variable; `[]` adds an element, `.key` sets a field.",
        (Example("{$total = 2 * 3}{$list[] = 'a'}{$list[] = 'b'}{$total} {$list|join:'+'}", "6 a+b"),),
    ),
    Construct(
        "single quotes",
        "'text'",
        "A text as it stands; `\\'` is a quote.",
        (Example("{'It\\'s $5' nofilter}", "It's $5"),),
    ),
    Construct(
        "double quotes",
        '"text $name"',
        ('A text with variables, `` `$a.b` `` or `{tags}` in it; `\\n` is a line end, `\\"` a quote, `\\$` a dollar.'),
        (
            Example(
                '{"Dear $name, {$city|upper} `$p.x` \\$5"}',
                "Dear Ann, DELFT 1 $5",
                {"name": "Ann", "city": "Delft", "p": {"x": 1}},
            ),
        ),
    ),
    Construct("number", "12.50", "A number; `0x1f` is hexadecimal.", (Example("{12.50 + 1} {0x1f}", "13.5 31"),)),
    Construct(
        "constant", "true, false, null", "Yes, no and nothing.", (Example("{if $x === null}nothing{/if}", "nothing"),)
    ),
    Construct(
        "list",
        "['a', 'b' => 1]",
        "A list, or a map with keys.",
        (Example("{foreach ['S' => 3, 'M' => 1] as $size => $n}{$size}{$n} {/foreach}", "S3 M1 "),),
    ),
    Construct(
        "modifier",
        "$name|upper",
        "Changes a value; further modifiers follow, parameters stand behind colons.",
        (Example("{$name|truncate:5:'…':true|upper}", "ANNE…", {"name": "Anneliese"}),),
    ),
    Construct(
        "function",
        "count($list)",
        "Every modifier can be written as a function too.",
        (Example("{if count($tags) > 1}several{/if}", "several", {"tags": ["a", "b"]}),),
    ),
    Construct("comment", "{* … *}", "Is not shown.", (Example("a{* not shown *}b", "ab"),)),
    Construct(
        "literal",
        "{literal} … {/literal}",
        (
            "Text in which braces mean nothing, for CSS and JavaScript. A brace with a blank or line "
            "end behind it means nothing anyway."
        ),
        (Example("{literal}a{color:red}{/literal} b{ color:red }", "a{color:red} b{ color:red }"),),
    ),
    Construct(
        "config value",
        "#name#",
        "A value of a file that {config_load} has read.",
        (Example("{config_load 'shop.conf'}{#color#}", "red", files={"shop.conf": "color = red\n"}),),
    ),
    Construct(
        "tag as value",
        "{tag} in a value",
        "What a tag shows, as a value.",
        (Example("{$next = {counter start=5}}{$next + 1}", "6"),),
    ),
)

OPERATORS = (
    Construct("==", "== eq", "Equal, as PHP compares: '1.0' equals 1.", (Example("{if '1.0' == 1}yes{/if}", "yes"),)),
    Construct("!=", "!= <> ne neq", "Not equal.", (Example("{if $city ne 'Delft'}yes{/if}", "yes", {"city": "Gent"}),)),
    Construct(
        "===", "=== identical equiv", "Equal and of the same type.", (Example("{if '1' === 1}yes{else}no{/if}", "no"),)
    ),
    Construct("!==", "!==", "Not equal, or not of the same type.", (Example("{if '1' !== 1}yes{/if}", "yes"),)),
    Construct("<", "< lt", "Less than.", (Example("{if $n lt 10}yes{/if}", "yes", {"n": 9}),)),
    Construct("<=", "<= lte le", "Less than or equal.", (Example("{if $n lte 10}yes{/if}", "yes", {"n": 10}),)),
    Construct(">", "> gt", "Greater than.", (Example("{if $n > 10}yes{else}no{/if}", "no", {"n": 10}),)),
    Construct(">=", ">= gte ge", "Greater than or equal.", (Example("{if $n gte 10}yes{/if}", "yes", {"n": 10}),)),
    Construct("and", "&& and", "Both hold.", (Example("{if $a and $b}yes{else}no{/if}", "no", {"a": 1, "b": 0}),)),
    Construct("or", "|| or", "At least one holds.", (Example("{if $a || $b}yes{/if}", "yes", {"a": 1, "b": 0}),)),
    Construct("xor", "xor", "Exactly one holds.", (Example("{if $a xor $b}yes{/if}", "yes", {"a": 1, "b": 0}),)),
    Construct("not", "! not", "Does not hold.", (Example("{if not $a}yes{/if}", "yes", {"a": 0}),)),
    Construct(
        "+",
        "+ -",
        "Plus, minus. Between variables `-` subtracts: `$a-$b`.",
        (Example("{$a + 1} {$a-$b}", "6 3", {"a": 5, "b": 2}),),
    ),
    Construct(
        "*",
        "* / %",
        "Times, divided by, remainder; `mod` is `%`.",
        (Example("{$a * 2} {$a / 2} {$a % 2} {$a mod 3}", "10 2.5 1 2", {"a": 5}),),
    ),
    Construct("**", "**", "To the power of.", (Example("{2 ** 10}", "1024"),)),
    Construct("++", "++ --", "One more, one less.", (Example("{$n++}{$n}", "12", {"n": 1}),)),
    Construct("&", "& ^", "Bits of two numbers: in both, in one.", (Example("{6 & 3} {6 ^ 3}", "2 5"),)),
    Construct(
        "is in",
        "is in, is not in",
        "Whether a list has the value.",
        (Example("{if $size is in ['S', 'M']}yes{/if}", "yes", {"size": "M"}),),
    ),
    Construct(
        "is even",
        "is even, is odd",
        "Of a number; with `not` the other.",
        (Example("{if $n is odd}odd{/if}", "odd", {"n": 3}),),
    ),
    Construct(
        "is even by",
        "is even by, is odd by",
        "Of a number divided by another, for groups of rows.",
        (Example("{for $i=0 to 5}{if $i is even by 2}A{else}B{/if}{/for}", "AABBAA"),),
    ),
    Construct(
        "is div by",
        "is div by",
        "Whether a number divides by another.",
        (Example("{if $n is div by 3}yes{/if}", "yes", {"n": 9}),),
    ),
    Construct(
        "matches",
        "matches",
        "Whether a text fits a regular expression.",
        (Example("{if $sku matches '/^MUG-/'}a mug{/if}", "a mug", {"sku": "MUG-42"}),),
    ),
    Construct(
        "?:",
        "? :",
        "One of two values; `?:` without the middle is the value itself if it counts as true.",
        (Example("{$n > 1 ? 'items' : 'item'} {$name ?: 'reader'}", "items reader", {"n": 2, "name": ""}),),
    ),
    Construct(
        "??", "??", "The other value where the first is missing or null.", (Example("{$name ?? 'reader'}", "reader"),)
    ),
    Construct(
        "(int)",
        "(int) (float) (string) (bool) (array)",
        "Turns a value into another type.",
        (Example("{(int)'12 pieces' + 1}", "13"),),
    ),
)

SPECIALS = (
    Construct(
        "now",
        "$smarty.now",
        "The moment of sending, as timestamp.",
        (Example("{$smarty.now|date_format:'Y-m-d'}", "2024-03-05"),),
    ),
    Construct(
        "template",
        "$smarty.template",
        "The name of the template.",
        (Example("{include 'footer.tpl'}", "file:footer.tpl", files={"footer.tpl": "{$smarty.template}"}),),
    ),
    Construct(
        "version",
        "$smarty.version",
        "The version of Smarty whose behaviour is followed.",
        (Example("{$smarty.version}", "5.8.4"),),
    ),
    Construct(
        "ldelim", "$smarty.ldelim", "The left delimiter.", (Example("{$smarty.ldelim}x{$smarty.rdelim}", "{x}"),)
    ),
    Construct(
        "rdelim", "$smarty.rdelim", "The right delimiter.", (Example("{$smarty.ldelim}x{$smarty.rdelim}", "{x}"),)
    ),
    Construct(
        "capture",
        "$smarty.capture.name",
        "The content of a {capture}.",
        (Example("{capture name=a}Hi{/capture}{$smarty.capture.a}", "Hi"),),
    ),
    Construct(
        "foreach",
        "$smarty.foreach.name.…",
        "Where a named {foreach} is: index, iteration, first, last, total, show.",
        (
            Example(
                "{foreach $products as $p name=list}{$smarty.foreach.list.iteration} {/foreach}",
                "1 2 ",
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
        ),
    ),
    Construct(
        "for",
        "$smarty.for.name.…",
        "Always null: read `$i@index` of a {for} in its place.",
        (Example("[{$smarty.for.x.index}]", "[]"),),
    ),
    Construct(
        "section",
        "$smarty.section.name.…",
        (
            "Where a {section} is: index, index_prev, index_next, iteration, first, last, total, show, "
            "loop, start, step, max."
        ),
        (Example("{section name=i loop=3}{$smarty.section.i.index}{/section}", "012"),),
    ),
    Construct(
        "config",
        "$smarty.config.name",
        "A value that {config_load} has read.",
        (Example("{config_load 'shop.conf'}{$smarty.config.color}", "red", files={"shop.conf": "color = red\n"}),),
    ),
    Construct(
        "block",
        "$smarty.block.parent, $smarty.block.child",
        "What the parent's or the child's {block} shows.",
        (
            Example(
                "{extends 'l.tpl'}{block name=a}<{$smarty.block.parent}>{/block}",
                "<x>",
                files={"l.tpl": "{block name=a}x{/block}"},
            ),
        ),
    ),
    Construct(
        "const",
        "$smarty.const.NAME",
        ("One of a few constants of PHP: M_PI, PHP_EOL, PHP_INT_MAX, E_ALL …; null for all others."),
        (Example("{$smarty.const.M_PI|round:2}", "3.14"),),
    ),
    Construct(
        "superglobals",
        "$smarty.get .post .cookies .server .env .session .request",
        "Always null: a mail has no web request, and nothing of the machine is shown.",
        (Example("[{$smarty.server.PATH}]", "[]"),),
    ),
)

AUDIENCE = (
    Construct(
        "profile",
        "$profile",
        "The person to whom the mail goes.",
        (Example("{$profile.name}", "Ann", {"profile": {"name": "Ann"}}),),
    ),
    Construct(
        "subprofile",
        "$subprofile",
        "The entry of a collection to which the mail goes, where it goes to one.",
        (
            Example(
                "{$subprofile.sku} {$profile.name}",
                "MUG Ann",
                {"subprofile": {"sku": "MUG", "profile": {"name": "Ann"}}},
            ),
        ),
    ),
    Construct(
        "destination",
        "$destination",
        "The subprofile, or else the profile.",
        (Example("{$destination.name}", "Ann", {"profile": {"name": "Ann"}}),),
    ),
    Construct(
        "trigger",
        "$trigger = $event = $mailing.trigger",
        "What made this mail go: an order, a cart …",
        (
            Example(
                "{$event.grand_total} {$mailing.trigger.grand_total}",
                "19.95 19.95",
                {"trigger": {"grand_total": 19.95}},
            ),
        ),
    ),
    Construct(
        "timestamp",
        "$timestamp",
        "The moment of the trigger, or else of sending; it stays the same in the web version.",
        (Example("{$timestamp|date_format:'Y-m-d'}", "2024-03-05", {"mailing": {"sendtimestamp": 1709647629}}),),
    ),
)
