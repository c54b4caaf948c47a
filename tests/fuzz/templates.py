"""Makes templates and data from a source of choices: a seeded Random, Hypothesis, or the bytes of a fuzzer.

Most of what comes out is a template; `spoiled` ones have a few characters or pieces put in, taken out or
doubled. `portable` ones keep to what Smarty 4 and PHP know too, for the differential runner.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from dovetail.engine.modifiers import MODIFIERS

NAMES = ("a", "b", "n", "t", "list", "map", "deep", "none", "item")
KEYS = ("0", "1", "x", "y", "title", "price")
TEXTS = ("", "a", "Some text", '<b>bold</b> & "co"', "héé € 😀", "12", "3.5abc", "0", "\\n", "2024-03-05", "A b. C d!")
NUMBERS = ("0", "1", "2", "-1", "7", "10", "1.5", "0x1F", "017", "9223372036854775807", "1e3", "99999999999999999999")
BINARY = (
    "+", "-", "*", "/", "%", "**", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "<=>", "&&", "||", "and", "or", "xor",
    "eq", "ne", "gt", "lt", "mod", "&", "^", "??", "?:", "is in", "is div by", "matches",
)  # fmt: skip
PORTABLE_BINARY = (
    "+",
    "-",
    "*",
    "==",
    "!=",
    "===",
    "!==",
    "<",
    ">",
    "<=",
    ">=",
    "&&",
    "||",
    "and",
    "or",
    "eq",
    "ne",
    "gt",
    "lt",
)
TESTS = ("is even", "is odd", "is not even", "is even by 2", "is odd by 3", "is div by 4")
ALL_MODIFIERS = tuple(sorted(MODIFIERS))
PORTABLE_MODIFIERS = (
    "upper", "lower", "capitalize", "escape", "truncate:10", "cat:'x'", "default:'d'", "replace:'a':'b'", "strip",
    "strip_tags", "spacify:'-'", "indent:2", "nl2br", "count_words", "count_characters", "string_format:'%05d'",
    "string_format:'%.2f'", "wordwrap:5:'|'", "escape:'url'", "escape:'quotes'", "regex_replace:'/[aeiou]/':'*'",
)  # fmt: skip
PATTERNS = ("'/a+/'", "'/(a|b)*c/i'", "'/^\\s*$/'", "'/(x+)+$/'", "'~.~u'", "'/[/'", "'/\\w+?e/'", "'/(.*)(.*)z/s'")
SIZES = ("1000000", "99999999999", "-5", "0", "65536")
MAGIC = (
    "{literal}", "{/literal}", "{*", "*}", "{ldelim}", "{strip}", "{/if}", "{else}", "\x00", "\ud800", "\u2028", "'", '"', "`",
    "{", "}", "$", "|", "->", ".", "[", "]", "(", ")", "{$x.__class__}", "{$", "{if", "\\", "@", "#", "::", "{\n", "\r\n",
)  # fmt: skip


@dataclass
class Maker:
    """One template after the other from the same source of choices."""

    choices: random.Random
    portable: bool = False
    live: bool = False

    def one_of(self, options: tuple[str, ...]) -> str:
        return options[self.choices.randrange(len(options))]

    def chance(self, in_ten: int) -> bool:
        return self.choices.randrange(10) < in_ten

    def template(self) -> str:
        return self.body(3)

    def spoiled(self) -> str:
        """A template with damage."""
        text = self.template()
        for _ in range(self.choices.randrange(1, 4)):
            at = self.choices.randrange(len(text) + 1)
            end = min(len(text), at + self.choices.randrange(6))
            act = self.choices.randrange(4)
            if act == 0:
                text = text[:at] + self.one_of(MAGIC) + text[at:]
            elif act == 1:
                text = text[:at] + text[end:]
            elif act == 2:
                text = text[:at] + text[at:end] * self.choices.randrange(2, 40) + text[end:]
            else:
                text = text[:at] + self.one_of(MAGIC) * self.choices.randrange(2, 40) + text[at:]
        return text

    def body(self, depth: int) -> str:
        return "".join(self.piece(depth) for _ in range(self.choices.randrange(1, 5)))

    def piece(self, depth: int) -> str:
        kind = self.choices.randrange(10)
        if kind < 3:
            return self.one_of(("text ", "\n", " a &amp; b", "<p>", "</p>\n", "x", "é"))
        if kind < 6 or depth == 0:
            return f"{{{self.output(2)}}}"
        return self.block(depth - 1)

    def output(self, depth: int) -> str:
        if self.chance(2):
            return f"${self.one_of(NAMES)} = {self.expression(depth)}"
        return self.modified(depth)

    def block(self, depth: int) -> str:
        inner, expression = self.body(depth), self.expression(2)
        name = self.one_of(NAMES)
        common = (
            lambda: f"{{if {self.condition()}}}{inner}{{/if}}",
            lambda: f"{{if {self.condition()}}}{inner}{{elseif {expression}}}e{{else}}{self.body(depth)}{{/if}}",
            lambda: (
                f"{{foreach ${self.one_of(('list', 'map', 'deep'))} as $item}}{inner}{{$item@index}}{{foreachelse}}none{{/foreach}}"
            ),
            lambda: f"{{foreach $map as $k => $v}}{{$k}}={inner}{{/foreach}}",
            lambda: f"{{for $i=1 to {self.one_of(('2', '3', '0'))}}}{inner}{{$i}}{{/for}}",
            lambda: f"{{capture name=c}}{inner}{{/capture}}{{$smarty.capture.c}}",
            lambda: f"{{capture assign={name}}}{inner}{{/capture}}",
            lambda: f"{{assign var={name} value={expression}}}",
            lambda: f"{{section name=s loop=$list}}{{$list[s]}}{inner}{{/section}}",
            lambda: f"{{strip}}\n  {inner}\n  {{/strip}}",
            lambda: f"{{function name=f p=1}}{inner}{{$p}}{{/function}}{{f p=2}}",
        )
        if self.portable:
            return common[self.choices.randrange(len(common))]()
        wild = (
            *common,
            lambda: f"{{for $i=0;$i<{self.expression(1)};$i++}}{inner}{{/for}}",
            lambda: f"{{for $i={self.expression(1)} to {self.expression(1)} step {self.expression(1)}}}{inner}{{/for}}",
            lambda: f"{{while {self.condition()}}}{inner}{{/while}}",
            lambda: f"{{while $n++ < 5}}{inner}{{if $n is odd}}{{continue}}{{/if}}{{break}}{{/while}}",
            lambda: f"{{foreach {expression} as $item}}{inner}{{/foreach}}",
            lambda: (
                f"{{section name=s loop={expression} step={self.expression(1)} max={self.expression(1)}}}{inner}{{/section}}"
            ),
            lambda: f"{{block name={name}}}{inner}{{$smarty.block.child}}{{/block}}",
            lambda: f"{{include file={self.one_of(('part', 'self', 'none', expression))} p={expression}}}",
            lambda: f"{{setfilter {self.one_of(ALL_MODIFIERS)}}}{inner}{{/setfilter}}",
            lambda: (
                f"{{function name=f d=0}}{inner}{{if $d < {self.expression(0)}}}{{f d=$d+1}}{{f d=$d+1}}{{/if}}{{/function}}{{f}}"
            ),
            lambda: f"{{eval var={expression}}}",
            lambda: f"{{nocache}}{inner}{{/nocache}}",
            lambda: f"{{append var={name} value={expression} index={self.expression(1)}}}",
            lambda: f"{{counter start={expression} skip={self.expression(1)}}}{{cycle values={expression}}}",
            lambda: f"{{math equation={self.expression(1)} x={expression} format='%s'}}",
            lambda: f"{{html_options options={expression} values={self.expression(1)} selected={self.expression(1)}}}",
            lambda: f"{{html_table loop={expression} cols={self.expression(1)}}}",
            lambda: f"{{html_select_date time={expression}}}",
            lambda: f"{{textformat indent={self.expression(0)} wrap={self.expression(0)}}}{inner}{{/textformat}}",
            lambda: f"{{mailto address={expression} encode={self.expression(0)}}}",
            lambda: f"{{literal}}{inner}{{/literal}}{{* {inner} *}}",
            lambda: f"{{config_load file='c.conf' section={expression}}}{{#v#}}{{$smarty.config.w}}",
        )
        return wild[self.choices.randrange(len(wild))]()

    def condition(self) -> str:
        text = self.expression(2)
        if self.chance(3):
            text = f"{self.value(1)} {self.one_of(TESTS)}"
        return f"!({text})" if self.chance(2) else text

    def expression(self, depth: int) -> str:
        kind = self.choices.randrange(10)
        if depth == 0 or kind < 4:
            return self.modified(depth)
        if kind < 8:
            left, right = self.value(depth - 1), self.value(depth - 1)
            return f"{left} {self.one_of(PORTABLE_BINARY if self.portable else BINARY)} {right}"
        if kind == 8:
            return f"({self.expression(depth - 1)})"
        return f"{self.value(0)} ? {self.value(0)} : {self.value(0)}"

    def modified(self, depth: int) -> str:
        text = self.value(depth)
        for _ in range(self.choices.randrange(3)):
            text += f"|{self.one_of(PORTABLE_MODIFIERS)}" if self.portable else self.modifier()
        return text

    def modifier(self) -> str:
        name = self.one_of(ALL_MODIFIERS)
        spec = MODIFIERS[name]
        most = 3 if spec.most is None else spec.most
        count = self.choices.randrange(spec.least, max(spec.least, most) + 1)
        return f"|{name}" + "".join(f":{self.argument()}" for _ in range(count))

    def argument(self) -> str:
        kind = self.choices.randrange(8)
        if kind == 0:
            return self.one_of(PATTERNS)
        if kind == 1:
            return self.one_of(SIZES)
        return self.value(0)

    def value(self, depth: int) -> str:
        kind = self.choices.randrange(12)
        if kind < 4 or (depth == 0 and kind > 8):
            return self.variable(depth)
        if kind < 6:
            return self.one_of(NUMBERS[:7] if self.portable else NUMBERS)
        if kind < 8:
            return "'" + self.one_of(TEXTS).replace("\\", "\\\\").replace("'", "\\'") + "'"
        if kind == 8:
            return f'"t{self.quoted(depth)}"'
        if kind == 9:
            return f"[{self.value(depth - 1)}, 'x' => {self.value(depth - 1)}]"
        if kind == 10 and not self.portable:
            return f"{self.one_of(('-', '!', '+', '(int)', '(bool)', '(string)', '(array)', '(float)'))}{self.value(depth - 1)}"
        return f"({self.expression(depth - 1)})"

    def quoted(self, depth: int) -> str:
        kind = self.choices.randrange(4)
        if kind == 0:
            return f"${self.one_of(('a', 'n', 't'))}"
        if kind == 1 and depth > 0:
            return f"{{{self.modified(depth - 1)}}}"
        if kind == 2:
            return "`$map.x`"
        return "\\n\\x41\\$"

    def variable(self, depth: int) -> str:
        if self.live and self.chance(4):
            return self.live_variable()
        text = f"${self.one_of(NAMES)}"
        for _ in range(self.choices.randrange(3)):
            kind = self.choices.randrange(5)
            if kind < 2:
                text += f".{self.one_of(KEYS)}"
            elif kind == 2 and depth > 0:
                text += f"[{self.value(0)}]"
            elif kind == 3 and not self.portable:
                text += f"->{self.one_of(('x', 'title', '__class__'))}"
            elif not self.portable:
                text += f"[{self.one_of(KEYS[:2])}]"
        return text

    def live_variable(self) -> str:
        return self.one_of(
            (
                "$myshop.product.1.title", "$myshop.product.$n.price", "$myshop.product[$item].maker.name", "$myshop.motto",
                "$myshop.products|limit:2|count", "$myshop.customer.$a.name", "$myshop.products|first", "$myshop",
                "$myshop.product.5", "$myshop.customer[$myshop.product.2.price].name",
            )
        )  # fmt: skip

    def data(self) -> dict[str, object]:
        """Values for the names."""
        return {
            "a": self.scalar(),
            "b": self.scalar(),
            "n": self.choices.randrange(-3, 9),
            "t": self.one_of(TEXTS),
            "list": [self.scalar() for _ in range(self.choices.randrange(4))],
            "map": {key: self.scalar() for key in ("x", "y", "title")[: self.choices.randrange(4)]},
            "deep": [{"x": self.scalar(), "title": self.one_of(TEXTS)} for _ in range(self.choices.randrange(3))],
            "none": None,
        }

    def scalar(self) -> object:
        kind = self.choices.randrange(7)
        plain: tuple[object, ...] = (self.choices.randrange(-5, 100), self.one_of(TEXTS), 1.5, True, False, None, "7")
        if self.portable or not self.chance(1):
            return plain[kind]
        odd: tuple[object, ...] = (
            float("nan"),
            float("inf"),
            10**40,
            "\x00\ud800",
            "x" * 5000,
            [[]],
            {"1": {"x": [1]}},
        )
        return odd[kind]


class Bytes(random.Random):
    """A source of choices that a fuzzer steers: each takes the next bytes; zeros when there are no more."""

    def __init__(self, given: bytes) -> None:
        super().__init__(0)
        self._given = given
        self._at = 0

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        low, high = (0, start) if stop is None else (start, stop)
        byte = self._given[self._at] if self._at < len(self._given) else 0
        self._at += 1
        return low + byte % (high - low)
