"""Bad templates and bad data: the message names the place and the remedy, and nothing else is harmed."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from dovetail.engine.environment import Engine
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.errors import LimitError, RenderError, TemplateNotFound, TemplateSyntaxError
from tests.engine.shop import engine

COMPILE = [
    "{zzz}",
    "{foreech $l as $v}x{/foreech}",
    "{$x|uppr}",
    "{$x|regex_replace}",
    "{if false}{$x|nosuch}{/if}",
    "{nosuchfunc(1)}",
    "{break}",
    "{foreach $l as $v}{break 2}{/foreach}",
    "{assign var=x}",
    "{include}",
    "{foreach from=$l}x{/foreach}",
    "{$smarty.nosuch}",
    "{$o->method()}",
    "{Foo::bar()}",
    "{capture nme=x}x{/capture}",
    "{$x nofiltre}",
    "{assign var=x value=1 scope=nowhere}",
]


@pytest.mark.parametrize("text", COMPILE)
def test_a_template_that_cannot_be_compiled_says_why(text: str, snapshot: SnapshotAssertion) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        engine().from_string(text, "mail.tpl")
    assert str(caught.value) == snapshot


def test_all_errors_come_at_once() -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        engine().from_string("{zzz}\n{$x|uppr}\n{if $a}")
    assert [item.code for item in caught.value.diagnostics] == ["unknown-tag", "unknown-modifier", "unclosed-block"]


@pytest.mark.parametrize(
    "text",
    [
        "Hello\n  {'abc' * 2}!",
        "{1/$zero}",
        "{if true}\n{foreach [1] as $v}\n{$name.first}\n{/foreach}{/if}",
        "{''|number_format}",
        "{'x'|string_format:'%d %d'}",
        "{$l|filter:'a':'~':1|count}",
    ],
)
def test_a_step_that_fails_points_to_its_line(text: str, snapshot: SnapshotAssertion) -> None:
    with pytest.raises(RenderError) as caught:
        engine().from_string(text, "mail.tpl").render({"zero": 0, "name": "Ada", "l": [{"a": 1}]})
    assert str(caught.value) == snapshot


def test_an_error_in_an_included_template_names_that_template() -> None:
    with pytest.raises(RenderError) as caught:
        engine(part="\n\n{1/0}").from_string("{include file='part.tpl'}").render()
    assert caught.value.diagnostic.headline().startswith("part.tpl:3:1: error: ")


def test_a_missing_include_is_an_error_only_when_it_is_reached() -> None:
    template = engine(footer="x").from_string("{if $x}{include file='foter.tpl'}{/if}ok")
    assert template.render({"x": False}) == "ok"
    with pytest.raises(TemplateNotFound) as caught:
        template.render({"x": True})
    finding = caught.value.diagnostic
    assert finding.headline() == "template:1:8: error: there is no template `foter.tpl` [not-found]"
    assert finding.help == "did you mean `footer.tpl`?"


@pytest.mark.parametrize("name", ["../secret.tpl", "/etc/passwd", "a/../../b.tpl", "file:../x", "C:\\x", "\0"])
def test_a_name_never_leaves_the_store(name: str) -> None:
    with pytest.raises(TemplateNotFound, match="not allowed"):
        engine().from_string("{include file=$name}").render({"name": name})


def test_text_is_never_a_template_unless_the_embedder_says_so() -> None:
    with pytest.raises(RenderError, match="renders no text as template"):
        engine().from_string("{include file=$name}").render({"name": "string:{$myshop.product.1}"})
    with pytest.raises(RenderError, match="renders no text as template"):
        engine().from_string("{eval var=$name}").render({"name": "{$x}"})


def limited(text: str, **limits: int) -> str:
    made = Engine(loader=DictLoader({"self.tpl": "{include file='self.tpl'}"}), limits=Limits(**limits))
    return str(made.from_string(text).render({"l": list(range(100))}))


@pytest.mark.parametrize(
    ("text", "limits", "message"),
    [
        ("{while true}{/while}", {"steps": 1000}, "more than 1,000 rounds"),
        ("{for $i=1 to 1e3 step 0.0001}{/for}", {"steps": 1000}, ""),
        ("{for $i=0; true; $i++}x{/for}", {"steps": 1000}, "more than 1,000 rounds"),
        ("{foreach $l as $a}{foreach $l as $b}{/foreach}{/foreach}", {"steps": 1000}, "more than 1,000 rounds"),
        ("{include file='self.tpl'}", {}, "nested more than 40 deep"),
        ("{$x = 'aaaaaaaa'}{while true}{$x = \"{$x}{$x}\"}{/while}", {"value": 10_000}, "longer than 10,000"),
        (
            "{$x = 'aaaaaaaa'}{while true}{capture assign=x}{$x}{$x}{/capture}{/while}",
            {"value": 10_000},
            "longer than 10,000",
        ),
        (
            "{foreach $l as $a}{foreach $l as $b}0123456789{/foreach}{/foreach}",
            {"output": 10_000},
            "longer than 10,000",
        ),
    ],
)
def test_no_template_runs_away(text: str, limits: dict[str, int], message: str) -> None:
    if "1e3" in text:
        text = text.replace("1e3", "1000")
        message = "more than 1,000 rounds"
    with pytest.raises(LimitError, match=message):
        limited(text, **limits)


def test_strict_environments_refuse_undefined_variables() -> None:
    strict = Engine(strict=True)
    with pytest.raises(RenderError, match=r"`\$nme` is not defined"):
        strict.from_string("{$nme}").render({"name": 1})
    assert strict.from_string("{$nme|default:'x'}{$nme ?? 'y'}{if isset($nme)}z{/if}").render() == "xy"


CHECKED = [
    "{$myshop.produkt.1.title}",
    "{$myshop.product.1.titel}",
    "{$myshop.product.1}",
    "{$myshop}",
    "{$myshop.products}",
    "{$mishop.product.1.title}",
    "{$profle.name}",
    "{include file='foter.tpl'}",
    "{$x|upper:1:2:3}",
]


@pytest.mark.parametrize("text", CHECKED)
def test_check_warns_of_what_renders_but_is_not_meant(text: str, snapshot: SnapshotAssertion) -> None:
    findings = engine(mail=text, footer="x").check("mail.tpl")
    assert findings
    assert {item.severity for item in findings} == {"warning"}
    assert "\n\n".join(item.render() for item in findings) == snapshot


def test_each_finding_is_said_once() -> None:
    findings = engine(mail="{$myshop.produkt.1.title}{$profle.a.b.c}").check("mail.tpl")
    assert [item.message for item in findings] == ["`$myshop` has no `produkt`", "`$profle` is not defined"]


def test_check_is_content_with_a_good_template() -> None:
    text = (
        "{foreach $myshop.products|limit:3 as $p}{$p.title}{/foreach}{$myshop.product.1.title}{include file='part.tpl'}"
    )
    assert engine(mail=text, part="x").check("mail.tpl") == []
