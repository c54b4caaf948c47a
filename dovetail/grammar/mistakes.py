"""The mistakes that designers make, as data: what is said of them, and an example of each that tests check.

Three tables: how a tag reads that cannot be understood (`MISREADINGS`), tag names of other template languages
(`FOREIGN_TAGS`), and examples with what their message and its help must say (`EXAMPLES`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Misread:
    """Something that explains why a tag cannot be read.

    `pattern` is looked for in the tag's text with its strings blanked out; with `there`, it must match where
    reading stopped. `message` '' keeps the general one. `replace` mends what was found.
    """

    pattern: re.Pattern[str]
    help: str
    message: str = ""
    there: bool = False
    code: str = "syntax"
    replace: Mapping[str, str] = field(default_factory=dict[str, str])


_QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"'}
_ENTITIES = {"&gt;": ">", "&lt;": "<", "&amp;&amp;": "&&", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&#039;": "'"}
_BLANKS = dict.fromkeys("\u00a0\u2007\u202f\u2009\u200b\ufeff", " ")
_LITERAL = "for CSS or JavaScript put a blank behind the brace, or use {literal}…{/literal}"

MISREADINGS: tuple[Misread, ...] = (
    Misread(
        re.compile(f"[{''.join(_BLANKS)}]"),
        "type a plain blank in its place; word processors and editors of websites put such blanks in",
        "a blank that is no plain blank stands in this tag",
        replace=_BLANKS,
    ),
    Misread(
        re.compile(f"[{''.join(_QUOTES)}]"),
        "use the straight quotes ' or \"; word processors turn them into others",
        "a typographic quote stands in this tag",
        replace=_QUOTES,
    ),
    Misread(
        re.compile(r"&nbsp;"),
        "type a plain blank in its place",
        "HTML stands in this tag: `&nbsp;`",
        replace={"&nbsp;": " "},
    ),
    Misread(
        re.compile("|".join(_ENTITIES)),
        "write the character itself; an HTML editor turned it into an entity",
        "an HTML entity stands in this tag",
        replace=_ENTITIES,
    ),
    Misread(
        re.compile(r"\A%[-+]?|[-+]?%\Z"), "write {if …}, {foreach … as …}, {$name}", "`{% … %}` is Jinja or Liquid"
    ),
    Misread(re.compile(r"\A#(?!\w+#)"), "write {* … *}", "a comment is written otherwise"),
    Misread(re.compile(r"\A(?://|!--)"), "write {* … *}", "a comment is written otherwise"),
    Misread(re.compile(r"\A=(?=\s*\$)"), "write {$name}", "a variable is shown without `=`"),
    Misread(
        re.compile(r"\$\w+:(?=[A-Za-z_/])(?!:)(?!.*\?)"),
        "put the value among the variables of the mailing",
        "streams such as `$name:path` are not available: a template reads no files and no addresses",
        code="refused",
    ),
    Misread(
        re.compile(r"(?<=\A\$)\d\w*|(?<=\A\$)(?=\s|\Z)"),
        "write `$` and a name, as in {$name}",
        "the name of a variable begins with a letter",
    ),
    Misread(
        re.compile(r"\A(?:include|extends|config_load)\s+(?:file\s*=\s*)?(?P<at>[\w/-]+\.\w+)"),
        "write the name of the template in quotes: {include 'header.tpl'}",
        "the name of a template stands in quotes",
    ),
    Misread(
        re.compile(r"\Afor\s+\$\w+\s+(?P<at>in)\b", re.IGNORECASE),
        "write {foreach $list as $element}",
        "{for} counts; a list is gone through with {foreach}",
    ),
    Misread(
        re.compile(r"\Afor\s+(?P<at>\w+)\s*="), "write {for $i=1 to 3}", "the variable of {for} is written with `$`"
    ),
    Misread(
        re.compile(r"\Aforeach\s+\$\w+\s+in\s+\S+\s+(?P<at>as)\b", re.IGNORECASE),
        "write {foreach $list as $element}, or {foreach $element in $list}",
        "`in` and `as` do not go together",
    ),
    Misread(
        re.compile(r"\Aforeach\s+\S+\s+as\s+(?P<at>[A-Za-z_]\w*)", re.IGNORECASE),
        "write {foreach $list as $element}",
        "the variable of {foreach} is written with `$`",
    ),
    Misread(
        re.compile(r"\A(?:set|var|let|assign)\s+\$?\w+\s*(?P<at>:?=)"), "write {$name = value}", "`=` stands alone"
    ),
    Misread(re.compile(r"(?P<at>:=)"), "write {$name = value}", "a variable is set with `=`", replace={":=": "="}),
    Misread(re.compile(r"(?P<at>=<)"), "write `<=`", "`=<` is no operator", replace={"=<": "<="}),
    Misread(
        re.compile(r"\A(?:if|elseif|while)\b.*?(?P<at>=>)"), "write `>=`", "`=>` is no comparison", replace={"=>": ">="}
    ),
    Misread(
        re.compile(r"\A(?:if|elseif|while)\b.*?(?P<at>=\s+=)"),
        "write `==`",
        "`= =` is no operator",
        replace={"= =": "=="},
    ),
    Misread(
        re.compile(r"\|\w+\s*:\s*(?P<at>%[\w%.,:/ -]*)"),
        "write the format in quotes: |date_format:'%d-%m-%Y'",
        "a format stands in quotes",
    ),
    Misread(
        re.compile(r"\|\w+(?::[^,|]*)?(?P<at>,)"),
        "parameters stand behind colons, `|truncate:20:'…'`, further modifiers behind `|`",
        "a comma stands behind a modifier",
    ),
    Misread(
        re.compile(r"(?P<at>\|)\s*\Z"),
        "write a modifier behind it, or remove the `|`",
        "`|` stands at the end: the modifier is missing",
    ),
    Misread(
        re.compile(r"(?P<at>:)\s*\Z(?<!::)"),
        "write a value behind the colon, as in |default:'friend'",
        "`:` stands at the end: the parameter is missing",
    ),
    Misread(
        re.compile(r"\A\$[\w.]+(?P<at>[^\x00-\x7f\x01]+)"),
        "names hold the letters a-z, digits and _; what follows the value stands behind the tag: {$price}€",
        "this character cannot stand behind a variable",
    ),
    Misread(re.compile(r"\A\$[\w.]+(?P<at>\.['\"])"), "write {$profile['First Name']}", "a key in quotes has brackets"),
    Misread(re.compile(r"\.(?=\s*\Z)"), "write the name of a field behind it, or remove the dot", "a dot ends the tag"),
    Misread(
        re.compile(r"=(?!=)"),
        "use `==` to compare; assign a variable as `{$name = value}`; an attribute has one value",
        there=True,
    ),
    Misread(re.compile(r"\."), 'join text with a double-quoted string, "{$a}{$b}", or with |cat', there=True),
    Misread(
        re.compile(r"\|"),
        "a modifier stands right behind its value and its `|`, without blanks: `$name|escape`",
        there=True,
    ),
    Misread(
        re.compile(r"\A[^?]*\?.*\|\w+\s*:[^:]*\Z", re.DOTALL),
        "put a value with modifiers inside a ternary in parentheses: `$c ? ($a|upper) : $b`",
    ),
    Misread(re.compile(r"\A\s*[\"'\x01]*[\w-]+[\"'\x01]*\s*:|\A\s*[\"']\x01*[\"']\s*:"), _LITERAL),
    Misread(re.compile(r"\A.*\?(?!.*:)"), "write both values: `$a ? 'yes' : 'no'`"),
    Misread(re.compile(r"\((?!.*\))"), "each `(` needs its `)`"),
    Misread(re.compile(r"\)"), "remove it, or add its `(`", there=True),
    Misread(re.compile(r"\[(?!.*\])"), "each `[` needs its `]`"),
    Misread(re.compile(r"(?:&&|\|\||==|[<>+*/-]|\b(?:and|or|not))\s*\Z"), "write what stands behind the operator"),
    Misread(re.compile(r"\A(?:if|elseif|while)\s*\Z"), "write a condition: {if $count > 0}"),
)
"""In the order in which they are tried: what is most certain first."""

LOOKS_LIKE_A_TAG = re.compile(
    r"\{\{[ \t]+(?P<braces>\$?[A-Za-z_][\w.|]{0,80})[ \t]*\}\}|\{[ \t]+(?P<blank>\$[A-Za-z_][\w.|]{0,80})[ \t]*\}"
)
"""Text that is meant as a tag: `{{ name }}` of Jinja, Liquid and Twig, and `{ $name }`."""

FOREIGN_TAGS: Mapping[str, str] = {
    "case": "use {if …}{elseif …}{/if}",
    "comment": "a comment is written {* … *}",
    "echo": "a variable is shown by {$name}",
    "elif": "write {elseif …}",
    "elsif": "write {elseif …}",
    "end": "write the name of the block: {/if}, {/foreach}",
    "endblock": "write {/block}",
    "endfor": "write {/for}",
    "endforeach": "write {/foreach}",
    "endif": "write {/if}",
    "endwhile": "write {/while}",
    "fi": "write {/if}",
    "let": "write {$name = value}",
    "out": "a variable is shown by {$name}",
    "print": "a variable is shown by {$name}",
    "raw": "write {literal}…{/literal}",
    "set": "write {$name = value}",
    "switch": "use {if …}{elseif …}{/if}",
    "unless": "write {if not …}",
    "var": "write {$name = value}",
    "verbatim": "write {literal}…{/literal}",
    "with": "write {$name = value}",
}


OPERATOR_MISSING = "put an operator or a modifier between them; of words only nofilter and nocache may follow"

_PARAMETERS = "put an operator between them; parameters stand behind colons, `|truncate:20`"
VALUE_FOLLOWERS: Mapping[str, str] = {"Constant": _PARAMETERS, "Group": _PARAMETERS}
"""What to say of something behind a value, by the kind of node that it is."""

CONDITION_WORDS: Mapping[str, str] = {
    "is": "to ask whether a variable has a value write isset($name) or !empty($name)",
    "in": "write {if $value is in $list}",
    "contains": "write {if $text matches '/part/'}, or {if $value is in $list} for a list",
    "not": "write {if $value is not in $list}",
    "equals": "write {if $a == $b}",
    "like": "write {if $text matches '/part/'}",
    "then": "remove it: the content begins behind the tag",
}
"""What to say of words of other languages behind a condition."""


class Mistake(NamedTuple):
    """A template with a mistake, the code of its first finding, and phrases of the message and the help."""

    example: str
    code: str
    message: str
    help: str


EXAMPLES: tuple[Mistake, ...] = (
    Mistake("{if $a = 1}x{/if}", "condition-sets", "sets `$a`", "use `==`"),
    Mistake("{price}", "unknown-tag", "unknown tag `{price}`", "a variable is written `{$price}`"),
    Mistake("{$first name}", "syntax", "something stands behind the value", "operator or a modifier"),
    Mistake("{$profile.'First Name'}", "syntax", "a key in quotes", "{$profile['First Name']}"),
    Mistake("{$price€}", "syntax", "this character cannot stand behind a variable", "{$price}€"),
    Mistake("{$name|default:“friend”}", "syntax", "typographic quote", "straight quotes"),
    Mistake("{if $a == ‘x’}y{/if}", "syntax", "typographic quote", "straight quotes"),
    Mistake("{if\u00a0$a}x{/if}", "syntax", "no plain blank", "plain blank"),
    Mistake("{if $a &gt; 1}x{/if}", "syntax", "HTML entity", "write the character itself"),
    Mistake("{if $a &amp;&amp; $b}x{/if}", "syntax", "HTML entity", "write the character itself"),
    Mistake("{if $a =< 1}x{/if}", "syntax", "`=<` is no operator", "`<=`"),
    Mistake("{if $a => 1}x{/if}", "syntax", "`=>` is no comparison", "`>=`"),
    Mistake("{if $a is defined}x{/if}", "condition-rest", "stands behind the condition", "isset($name)"),
    Mistake("{if $a contains 'b'}x{/if}", "condition-rest", "stands behind the condition", "matches"),
    Mistake("{if $a in $list}x{/if}", "condition-rest", "stands behind the condition", "is in"),
    Mistake("{if ($a == 1}x{/if}", "syntax", "expected `)`", "each `(` needs its `)`"),
    Mistake("{if $a}x{else $b}y{/if}", "syntax", "`else` takes nothing", "{elseif …}"),
    Mistake("{if $a}x{elif $b}y{/if}", "unknown-tag", "unknown tag `{elif}`", "write {elseif …}"),
    Mistake("{if $a}x{endif}", "unclosed-block", "`{if}` is not closed", "{/if}"),
    Mistake("{foreach $list as $p}{$p}", "unclosed-block", "`{foreach}` is not closed", "{/foreach}"),
    Mistake("{if $a}{foreach $b as $c}{/if}{/foreach}", "unclosed-block", "before `{/if}`", "{/foreach}"),
    Mistake("{if $a}x{/if $a}", "syntax", "a closing tag takes nothing behind its name", "write `{/if}`"),
    Mistake("{foreach $x in $y as $z}{/foreach}", "syntax", "do not go together", "{foreach $list as $element}"),
    Mistake("{foreach products as $p}{/foreach}", "bare-word", "`products` is a text here", "write `$products`"),
    Mistake("{if paid}x{/if}", "bare-word", "`paid` is a text here", "write `$paid`"),
    Mistake("{foreach $list as p}{/foreach}", "syntax", "written with `$`", "{foreach $list as $element}"),
    Mistake("{for $p in $list}{/for}", "syntax", "gone through with {foreach}", "{foreach $list as $element}"),
    Mistake("{for i=1 to 3}{/for}", "syntax", "written with `$`", "{for $i=1 to 3}"),
    Mistake("{$name|escape|}", "syntax", "the modifier is missing", "remove the `|`"),
    Mistake("{$name | escape}", "syntax", "unexpected `|`", "without blanks"),
    Mistake("{$name|truncate:20,'…'}", "syntax", "a comma stands behind a modifier", "parameters stand behind colons"),
    Mistake("{$name|truncate(20)}", "syntax", "something stands behind the value", "parameters stand behind colons"),
    Mistake("{$date|date_format:%d-%m-%Y}", "syntax", "a format stands in quotes", "'%d-%m-%Y'"),
    Mistake("{$name|default:}", "syntax", "the parameter is missing", "|default:'friend'"),
    Mistake("{$name|uppr}", "unknown-modifier", "unknown modifier `uppr`", "did you mean `upper`?"),
    Mistake("{include header.tpl}", "syntax", "stands in quotes", "{include 'header.tpl'}"),
    Mistake("{include file=header.tpl}", "syntax", "stands in quotes", "{include 'header.tpl'}"),
    Mistake("{set $x = 1}", "syntax", "`=` stands alone", "{$name = value}"),
    Mistake("{$a . $b}", "syntax", "unexpected `.`", "double-quoted string"),
    Mistake("{color:red}", "syntax", "unexpected `:`", "{literal}"),
    Mistake("{% if $a %}", "syntax", "Jinja or Liquid", "{if …}"),
    Mistake("{{ name }}", "shown-as-text", "`{{ name }}` is shown as it stands", "{$name}"),
    Mistake("{ $name }", "shown-as-text", "`{ $name }` is shown as it stands", "{$name}"),
    Mistake("{# note #}", "syntax", "a comment is written otherwise", "{* … *}"),
    Mistake("{$name", "unclosed-tag", "does not end", "check its quotes"),
    Mistake('{$d|date_format:"%d}', "unclosed-tag", "does not end", "check its quotes"),
    Mistake("{php}echo 1;{/php}", "refused", "`{php}` is not available: a template runs no PHP", "tags and modifiers"),
    Mistake("{$x|exec}", "refused", "`exec` is not available: a template runs no programs", "integration"),
    Mistake("{$foo:bar}", "refused", "streams", "variables of the mailing"),
    Mistake("{$smarty.current_dir}", "refused", "nothing of the machine", "{include 'parts/footer.tpl'}"),
    Mistake("{$o->send()}", "refused", "call no methods", "read a property"),
    Mistake("{$text|str_replace:'a':'b'}", "unknown-modifier", "unknown modifier", "use |replace"),
)
