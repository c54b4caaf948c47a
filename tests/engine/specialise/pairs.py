"""Templates and data made at random, and what a render of them comes to, plain and specialised.

`python -m tests.engine.specialise.pairs 10000 [SEED] [--quick]` compares so many pairs, and names the seeds that
differ; with `--quick` by the quick forms.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from dovetail.engine.compiler.program import Program
from dovetail.engine.compiler.quick.form import QuickForm
from dovetail.engine.environment import Engine, Template
from dovetail.engine.frames import Body
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.engine.ports import Record
from dovetail.engine.specialise import Bounds, specialise
from dovetail.errors import DovetailError, LimitError, TemplateError, TemplateSyntaxError
from tests.engine.shop import SCHEMA, Shop
from tests.fuzz.templates import Maker

LIMITS = Limits(steps=3_000, seconds=60)
NOW = 1_700_000_000.0


def specialised(engine: Engine, program: Program, shared: Mapping[str, object], bounds: Bounds = Bounds()) -> Program:
    """The residual of a program."""
    return specialise(program, shared, engine.setting(program), bounds)


@dataclass(frozen=True)
class Ending:
    """What a render comes to: its text and what it reports, or its error and the place that it names."""

    text: str = ""
    undefined: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    asks: int = 0
    error: str = ""
    place: tuple[str, int, int] = ("", 0, 0)
    limit: bool = False


class NoQuickForm(QuickForm):
    """In place of a quick form: only the plain form is run."""

    def body(self) -> Body | None:
        return None


def ending(engine: Engine, program: Program, variables: Mapping[str, object], *, quick: bool = False) -> Ending:
    """Render a program once. `quick`: by its quick form where that can."""
    if not quick:
        program.quick = NoQuickForm(program)
    try:
        result = Template(engine, program, (), engine.setting(program)).render(variables)
    except TemplateError as error:
        found = error.diagnostic
        line, column = found.source.place(found.span.start)
        message = f"{type(error).__name__}: {found.message} ({found.help})"
        return Ending(error=message, place=(found.source.name, line, column), limit=isinstance(error, LimitError))
    except DovetailError as error:
        return Ending(error=f"{type(error).__name__}: {error}")
    report = result.report
    return Ending(str(result), report.undefined, report.notes, report.asks)


SET = ("a", "b", "x", "z", "item")
"""Few names, so that what is set in one place is read in another."""


class Mixed(Maker):
    """Makes templates in which what is set and what is shown hang together. Errors are rare: they hide what follows."""

    def wild(self) -> bool:
        return self.choices.randrange(25) == 0

    def piece(self, depth: int) -> str:
        kind = self.choices.randrange(10)
        if kind < 3:
            return self.one_of(("text ", "\n", " &amp; ", "<p>", "</p>\n", "{$a}", "{$x}\n", "{$z|escape}", "{$item}"))
        if kind < 5 or depth == 0:
            return f"{{{self.output(1)}}}"
        return self.block(depth - 1)

    def expression(self, depth: int) -> str:
        if self.wild():
            return super().expression(depth)
        simple = (
            lambda: f"${self.one_of(SET)}",
            lambda: f"${self.one_of(SET)}|default:${self.one_of(SET)}",
            lambda: f"${self.one_of(SET)}|cat:${self.one_of(SET)}",
            lambda: f"${self.one_of(SET)}|{self.one_of(('upper', 'escape', 'raw', 'truncate:3', 'count', 'nl2br'))}",
            lambda: f"${self.one_of(SET)}|escape:'{self.one_of(('url', 'html', 'quotes'))}'|cat:$t",
            lambda: f"(int)${self.one_of(SET)} + $n",
            lambda: f'"<{{${self.one_of(SET)}}}-$t>"',
            lambda: f"$n > {self.one_of(('1', '3', '$list.0'))} ? ${self.one_of(SET)} : ${self.one_of(SET)}|raw",
            lambda: f"[${self.one_of(SET)}, $n]",
            lambda: self.one_of(
                ("1", "'<t>'", "$n", "$t", "$map.x", "$map.title", "$list.0", "$list[$n]", "$deep.0.x", "$map")
            ),
            lambda: self.one_of(
                ("$item@index", "$smarty.capture.c", "$smarty.template", "$x@last", "$deep[1]['title']")
            ),
        )
        if self.live and self.chance(2):
            return self.live_variable()
        if self.chance(1):
            return self.odd()
        return simple[self.choices.randrange(len(simple))]()

    def odd(self) -> str:
        """What makes a difference only with its surroundings."""
        name, other = self.one_of(SET), self.one_of(SET)
        return self.one_of(
            (
                f"$t|escape:'url'|default:${name}", f"$n + $list.0|cat:${name}", f"'<'|cat:$n + 1|cat:${name}", "$rec.nothing",
                f"-$n|cat:${name}", f"$n + ${name} is div by 2", "$rec.a", f"$rec|default:${name}", "$rec", "$map[$rec.a]",
                f"(${name}) ?: ${other}", f"${name} ?? $none ?? ${other}", f"$t|escape|cat:${name}", "$n|date_format:'%Y'",
                f"isset($rec.nothing, ${name})", f"$map.{{$t}}|default:${name}",
            )
        )  # fmt: skip

    def modified(self, depth: int) -> str:
        return super().modified(depth) if self.wild() else self.expression(depth)

    def condition(self) -> str:
        if self.wild():
            return super().condition()
        name = self.one_of(SET)
        return self.one_of(
            (
                f"${name}", f"!${name}", f"isset(${name})", f"${name} == $t", f"$n > 2 && ${name}", f"$n > 3 || ${name}",
                "$n is even", "$map.x", f"empty(${name}) and $list", "$none", f"${name} == ${self.one_of(SET)}", "$item@first",
                f"$n is not in [1, 2, ${name}]", f"!isset(${name}) && $n",
            )
        )  # fmt: skip

    def block(self, depth: int) -> str:
        if self.wild():
            return super().block(depth)
        inner, expression, condition = self.body(depth), self.expression(1), self.condition()
        name, other, show = self.one_of(SET), self.one_of(SET), self.body(0)
        options = (
            lambda: f"{{assign var={name} value={expression}}}",
            lambda: f"{{${name} = {expression}}}{inner}{{${name}}}",
            lambda: f"{{if {condition}}}{{assign var={name} value={expression}}}{{/if}}{{${name}}}",
            lambda: f"{{if {condition}}}{inner}{{${name} = 1}}{{else}}{self.body(depth)}{{/if}}{{${name}}}",
            lambda: (
                f"{{if {condition}}}{inner}{{elseif {self.condition()}}}{{${name} = $n}}{{else}}{show}{{/if}}{{${name}}}"
            ),
            lambda: f"{{assign var={name} value={expression} scope={self.one_of(('parent', 'root', 'global'))}}}",
            lambda: f"{{append var={name} value={expression}}}{{${name}|count}}",
            lambda: f"{{capture name=c assign={name}}}{inner}{{/capture}}{{${name}}}{{$smarty.capture.c}}",
            lambda: f"{{capture append={name}}}{inner}{{/capture}}{{${name}|count}}",
            lambda: f"{{capture name=c}}{inner}{{/capture}}{show}",
            lambda: f"{{foreach $list as ${name}}}{inner}{{${name}}}{{/foreach}}{{${name}}}",
            lambda: (
                f"{{foreach $list as ${name}}}{{if {condition}}}{{${other} = ${name}}}{{/if}}{{/foreach}}{{${other}}}{{${name}}}"
            ),
            lambda: f"{{foreach $deep as $k => ${name} name=l}}{{$smarty.foreach.l.index}}{inner}{{$k}}{{/foreach}}",
            lambda: f"{{foreach $map as ${name} => $x}}{inner}{{$x}}{{foreachelse}}{show}{{/foreach}}{{$x}}",
            lambda: (
                f"{{foreach $list as $item}}{{if {condition}}}{self.jump()}{{/if}}{inner}{{$item@last}}{{/foreach}}"
            ),
            lambda: (
                f"{{foreach $list as $item}}{{foreach $map as $m}}{{if {condition}}}{self.jump()}{{/if}}"
                f"{inner}{{/foreach}}+{{/foreach}}{{$m}}{{$item@index}}"
            ),
            lambda: (
                f"{{section name=s loop=$list}}{{if $list[s] == {expression}}}{self.jump()}{{/if}}"
                f"{inner}{{/section}}{{$smarty.section.s.index}}"
            ),
            lambda: (
                f"{{for $i=1 to {self.one_of(('3', '$n'))}}}{inner}{{if $i == {expression}}}{self.jump()}{{/if}}{{/for}}{{$i}}"
            ),
            lambda: f"{{for $i=1 to 3}}{{if {condition}}}{{$i = $i + 1}}{{/if}}{{$i}}{show}{{/for}}",
            lambda: "{rawcapture name=r}{include file='tile' item=$t}{$a}{/rawcapture}{$smarty.capture.r}",
            lambda: (
                f"{{section name=s loop=$list}}{{if {condition}}}{{section name=s loop=2}}{show}{{/section}}{{/if}}{{$list[s]}}"
                f"{{/section}}{{$smarty.section.s.index}}"
            ),
            lambda: (
                f"{{foreach $list as $m name=l}}{{if {condition}}}{{foreach $map as $q name=l}}{show}{{/foreach}}{{/if}}"
                f"{{$smarty.foreach.l.index}}{{/foreach}}{{$smarty.foreach.l.last}}"
            ),
            lambda: f"{{if {condition}}}{{${name} = 1}}{{/if}}{{foreach $list as ${name}}}{{/foreach}}{{${name}}}",
            lambda: f"{{while $n < 3}}{{$n = $n + 1}}{inner}{{/while}}{{$n}}",
            lambda: f"{{counter}}{{counter assign={name}}}{inner}{{counter}}{{${name}}}",
            lambda: f"{{cycle values='x,y,z'}}{inner}{{cycle}}",
            lambda: f"{{include file='tile' {name}={expression}}}{{${name}}}",
            lambda: f"{{include file='tile' item={self.one_of(('$a', '$map', '1'))} assign=z}}{{$z}}",
            lambda: f"{{include file='part' p={expression}}}",
            lambda: f"{{include file={self.one_of(('part', 'tile', '$none', '$t'))} p=1}}" if self.chance(2) else inner,
            lambda: f"{{include file='setter' p={expression}}}{{$a}}{{$z}}{{$smarty.capture.c}}",
            lambda: f"{{include file='setter' scope={self.one_of(('parent', 'root'))} p={expression}}}{{$z}}{{$p}}",
            lambda: f"{{function name=g p=1}}{inner}{{$p}}{{${name}}}{{/function}}{{g p={expression}}}{{$p}}{{call g}}",
            lambda: f"{{function name=h}}{{$z = {expression} scope=parent}}{inner}{{/function}}{{h}}{{$z}}",
            lambda: f"{{rawcapture name=r}}{inner}{{/rawcapture}}{{$smarty.capture.r}}",
            # Content that waits for an answer crashes {mailonly}: dovetail/engine/tags/functions.py.
            lambda: (
                inner if self.live else f"{{mailonly}}{inner}{{/mailonly}}{{textformat wrap=10}}{inner}{{/textformat}}"
            ),
            lambda: f"{{$n++}}{{if ${name} = {expression}}}{inner}{{/if}}{{--$n}}{{${name}}}",
            lambda: f"{{strip}}\n <b> \n {inner} {{* c *}}\n </b>\n{{/strip}}\n",
            lambda: f"{{* c *}}\n{{ldelim}}\n{{literal}}\n{{}}{{/literal}}\n{inner}\r\n",
            lambda: f"{{setfilter upper}}{inner}\n{{$a}}\n{{/setfilter}}\n{{nocache}}\n{inner}{{/nocache}}",
            lambda: "{$smarty.template}{$smarty.now|date_format:'%Y'}{#v#}{config_load file='c.conf'}{#v#}",
            lambda: f'{{"{{if {condition}}}y{{${name}}}{{else}}{{${other} = 3}}{{/if}}"}}{{${other}}}',
            lambda: f"{{$list[] = {expression}}}{{$map.y = {expression}}}{{$map.y}}{{$list|count}}",
            lambda: "{$mailing.subject}{$mailing.trigger.x}{$mailing|count}{$trigger.x}",
            lambda: (
                f"{{math equation='x + y' x=$n y={self.one_of(('1', '$list.0|default:1'))} assign={name}}}{{${name}}}"
            ),
            lambda: f"{{html_options values=$list output=$list selected={expression}}}",
            lambda: f"{{$p{{$n}} = {expression}}}{{$p{{$n}}}}" if self.chance(2) else show,
        )
        return options[self.choices.randrange(len(options))]()

    def simple(self) -> str:
        """A few outputs, conditions and assignments."""
        name = self.one_of(SET)
        options = (
            lambda: self.piece(0),
            lambda: f"{{${self.one_of(('map', 'rec', 'list'))}.{self.one_of(('x', 'title', 'nothing', '0'))}.y}}",
            lambda: (
                f"{{if {self.condition()}}}{self.piece(0)}{{else}}{{${name} = {self.expression(1)}}}{{/if}}{{${name}}}"
            ),
            lambda: f"{{capture name=c}}{self.piece(0)}{{/capture}}{{$smarty.capture.c}}",
            lambda: f"{{foreach $deep as ${name}}}{self.piece(0)}{{/foreach}}" if self.chance(3) else "\n",
            lambda: f"{{include file='part' p={self.expression(1)}}}{{include file='tile' item=1}}",
            lambda: f"{{$smarty.template}}{{${name}}}",
        )
        return "".join(options[self.choices.randrange(len(options))]() for _ in range(self.choices.randrange(1, 4)))

    def chain(self) -> tuple[str, str, str]:
        """A child, a template between, and the parent, with blocks that replace each other."""

        def blocks(names: tuple[str, ...], around: bool) -> str:
            between = (
                self.piece(1) if around else self.one_of(("\n", "", "{$a = 5}", "{if $n}{$x = $t}{/if}", "{$me}", "t"))
            )
            option = self.one_of((" append", " hide")) if self.wild() else ""
            inner = self.simple() + ("{block name=d}D{$a}{/block}" if self.chance(1) else "")
            inner += "{$smarty.block.child}" if self.wild() else ""
            return "".join(f"{between}{{block name={name}{option}}}{inner}{{/block}}" for name in names)

        child = "{extends file='middle'}" + blocks(("b", "c"), self.chance(1))
        middle = "{extends file='layout'}" + blocks(("b",), self.chance(1))
        layout = (
            blocks(("b",), True) + f"{{foreach $list as $q}}{{$q}}{self.body(1)}{{/foreach}}" + blocks(("c", "d"), True)
        )
        return child, middle, layout

    def jump(self) -> str:
        return self.one_of(("{break}", "{continue}", "{break 2}", "{continue 2}", "{break}"))


FILES = {
    "part": "[{$p}{$a}]",
    "none": "{$x = 5}{if $b}{$x}{/if}{foreach $list as $item}{$item}{$a}{/foreach}",
    "tile": "\n<i>{$item}{$a|escape}{if $b}{$b.x}{/if}</i>\n{$smarty.template}",
    "setter": "{$z = $p scope=parent}{capture name=c}{$a}{/capture}{foreach $list as $x}{$x@index}{$x}{/foreach}{$a = 7}{$a}",
    "c.conf": "v = 1\n[x]\nw = 'two'\n",
}


@dataclass(frozen=True)
class Pair:
    """A template with its data, some of which are shared."""

    text: str
    shared: Mapping[str, object]
    own: Mapping[str, object]
    files: Mapping[str, str]

    def engine(self) -> Engine:
        files = {**FILES, **self.files, "main": self.text, "self": self.text}
        return Engine(
            loader=DictLoader(files),
            schemas={"myshop": SCHEMA},
            driver=Shop(),
            limits=LIMITS,
            clock=lambda: NOW,
        )

    def endings(self, *, quick: bool = False) -> tuple[Ending, Ending] | None:
        """The usual and the specialised render; None when the text is no template."""
        engine = self.engine()
        try:
            program = engine.get_template("main").program
        except TemplateSyntaxError:
            return None
        variables = {**self.shared, **self.own}
        usual = ending(engine, program, variables, quick=quick)
        return usual, ending(engine, specialised(engine, program, self.shared), variables, quick=quick)


def pair(choices: random.Random) -> Pair:
    """One pair from a source of choices."""
    live = choices.randrange(4) == 0
    maker = Mixed(choices, live=live)
    text, data, files = maker.template(), maker.data(), dict[str, str]()
    if choices.randrange(5) == 0:
        text, files["middle"], files["layout"] = maker.chain()
    data["rec"] = Record("product", 1, "R<1>", {"a": "x", "list": [1]})
    data["mailing"] = {"subject": "Hi & welcome", "webversion": False}
    if choices.randrange(3) == 0:
        data["trigger"] = {"x": 3}
    share = choices.randrange(1, 11)
    shared = {name: value for name, value in data.items() if choices.randrange(10) < share}
    return Pair(text, shared, {name: value for name, value in data.items() if name not in shared}, files)


def agree(one: Ending, other: Ending) -> bool:
    """Whether two renders come to the same. Limits count work, and a specialised render does less of it."""
    return one.limit or other.limit or one == other


def main(arguments: list[str]) -> int:
    """Compare many pairs."""
    quick = "--quick" in arguments
    count, seed = (*(int(argument) for argument in arguments if argument != "--quick"), 0)[:2]
    compared = failed = erred = limits = 0
    number = seed
    while compared < count:
        try:
            found = pair(random.Random(number)).endings(quick=quick)
        except Exception as error:  # noqa: BLE001  # a crash of the engine is a result here
            failed += 1
            print(f"seed {number} crashes: {type(error).__name__}: {error}")
            found = None
        if found is not None:
            compared += 1
            usual, special = found
            erred += bool(usual.error)
            limits += usual.limit or special.limit
            if not agree(usual, special):
                failed += 1
                print(f"seed {number} differs")
        number += 1
    print(f"{compared} pairs compared, {erred} of them end in an error ({limits} at a limit), {failed} differ")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
