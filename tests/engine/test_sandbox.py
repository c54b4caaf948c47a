"""Templates are untrusted: what they must not reach, and what they must not compile."""

from __future__ import annotations

import sys

import pytest

from dovetail.engine.compiler.options import Options
from dovetail.engine.environment import Engine
from dovetail.engine.limits import Limits
from dovetail.engine.modifiers import MODIFIERS
from dovetail.errors import DovetailError, LimitError
from tests.engine.attacks import Trap, outcome

WALKS = [
    "{$o.secret}", "{$o->secret}", "{$o['secret']}", "{$o.__class__}", "{$o->__class__->__mro__}", "{$o.__dict__.secret}",
    "{$list.0.secret}", "{$map.o->secret}", "{$map['o']['secret']}", "{$o[0]}", "{$o.$name}", "{$o[$name]}", "{$o.{$name}}",
    "{$kind.secret}", "{$kind->secret}", "{$text.__class__.__mro__|default:''}", "{$text->__class__->__mro__}",
    "{foreach $o as $x}{$x}{/foreach}", "{foreach $kind as $x}{$x}{/foreach}", "{$call.__globals__}{$call->__globals__}",
    "{${'__class__'}}", "{$__builtins__}{$rt}{$f}{$v}{$get}{$settle}{$o1}{$SKIPPED}", "{$number.real}{$number->real}",
    "{'%s'|string_format:$o}", "{$o|string_format:'%s'}", "{$o|string_format:'{0.secret}'}", "{\"$o\"}", "{\"{$o}\"}", "{$o}",
    "{$o|json_encode}", "{$map|json_encode}", "{$o|debug_print_var}", "{[$o]|join}", "{$smarty.template_object.secret}",
    "{section name=s loop=$o}{$o[s]}{/section}", "{if $o == $o}{/if}{if $o == 'S3CRET'}{/if}{if $o < 1}{/if}{if $o}{/if}",
    "{if $o === $kind}{/if}{if $o in $list}{/if}{if $list == [1]}{/if}", "{cycle values=$o}{cycle values=$kind}",
    "{$o instanceof Trap}", "{$x[$o] = 1}", "{$o.secret = 1}{$o.secret|truncate:0}", "{$o++}", "{include file=$o}", "{eval var=$o}",
]  # fmt: skip


@pytest.mark.parametrize("text", WALKS)
def test_no_expression_reaches_into_a_python_object(text: str) -> None:
    data = {
        "o": Trap(), "kind": Trap, "list": [Trap(), Trap()], "map": {"o": Trap()}, "name": "secret", "text": "abc", "number": 7,
        "call": outcome,
    }  # fmt: skip
    found = outcome(text, data)
    assert "S3CRET" not in found
    assert "class" not in found or "{0" in found or "classes" in found
    assert "0x" not in found


@pytest.mark.parametrize("name", sorted(MODIFIERS))
def test_no_modifier_reaches_into_a_python_object(name: str) -> None:
    spec = MODIFIERS[name]
    most = 3 if spec.most is None else spec.most
    for base in ("$o", "[$o, 'k' => $o]", "'abc'"):
        for count in range(spec.least, most + 1):
            for argument in ("$o", "'secret'"):
                text = f"{{{base}|{name}{(':' + argument) * count}}}"
                assert "S3CRET" not in outcome(text, o=Trap())


@pytest.mark.parametrize(
    "text", ["{$o->secret()}", "{Trap::secret}", "{Trap::secret()}", "{$o->$name()}", "{new Trap}"]
)
def test_methods_and_classes_are_refused_before_anything_runs(text: str) -> None:
    with pytest.raises(DovetailError):
        Engine().from_string(text)


@pytest.mark.parametrize("name", ["fetch", "php", "include_php", "insert"])
def test_tags_that_reach_outside_do_not_exist(name: str) -> None:
    with pytest.raises(DovetailError):
        Engine().from_string(f"{{{name} file='/etc/passwd'}}")


HOSTILE = "{$secret}{include file='self'}{if 1}yes{/if}`$secret`\"'"


@pytest.mark.parametrize(
    "text",
    [
        "{$a}", '{"$a"}', '{"{$a}"}', "{$a|upper}", "{$a|default:$a}", "{$a|escape}", "{[$a]|join}", "{capture name=c}{$a}{/capture}{$smarty.capture.c}",
        "{$map.$a}", "{$$a}", "{${$a}}", "{assign var=$a value=1}", "{function name=f}{$p}{/function}{f p=$a}", "{call name=$a}", "{cycle values=$a}",
        "{counter name=$a}", "{$a|regex_replace:$a:$a}", "{if $a matches $a}{/if}", "{$a|replace:'$':$a}", "{html_options options=[$a => $a]}",
        "{mailto address=$a}", "{math equation=$a}", "{$a|string_format:$a}", "{$a|date_format:$a}", "{'x'|cat:$a|unescape}",
        "{setfilter upper}{$a}{/setfilter}", "{textformat}{$a}{/textformat}", "{strip}{$a}{/strip}", "{#a#}", "{$smarty.config.$a}",
    ],
)  # fmt: skip
def test_data_are_never_a_template(text: str) -> None:
    found = outcome(text, a=HOSTILE, secret="S3CRET", map={HOSTILE: "m"})
    assert "S3CRET" not in found
    assert "s3cret" not in found.lower()


@pytest.mark.parametrize(
    "text", ["{eval var=$a}", '{include file="string:$a"}', '{include file="eval:$a"}', '{extends file="string:$a"}']
)
def test_evaluation_needs_the_embedders_word(text: str) -> None:
    assert "renders no text as template" in outcome(text, a="{$secret}", secret="S3CRET")
    assert "S3CRET" in outcome(text, options=Options(evaluate=True), a="{$secret}", secret="S3CRET")


ODD = ["\x00", "\ud800", "a\udfffb", "\ufeff", "\u2028", "\U0010ffff", "\x7f\x1b[2J"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_characters_pass_through_text_and_data(odd: str) -> None:
    kept = odd.replace("\r\n", "\n").replace("\r", "\n")
    assert outcome(f"a{odd}b") == f"a{kept}b"
    assert outcome("{$x}", x=odd) == odd
    assert outcome(f"{{'{odd}'|cat:'c'}}") == f"{kept}c"
    assert outcome(f"{{literal}}{odd}{{/literal}}") == kept


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "text", ["{$%s}", "{%s}", "{$x.%s}", "{include file='%s'}", "{assign var='%s' value=1}", "{$x|%s}", '{"\\u{%s}"}']
)
def test_odd_characters_in_names_end_in_our_errors_or_in_nothing(text: str, odd: str) -> None:
    outcome(text.replace("%s", odd), x={"a": odd})


@pytest.mark.parametrize("name", sorted(MODIFIERS))
@pytest.mark.parametrize("odd", ["\ud800\x00", "\udcff", "9" * 5000])
def test_every_modifier_takes_odd_text(name: str, odd: str) -> None:
    spec = MODIFIERS[name]
    most = 3 if spec.most is None else spec.most
    for count in range(spec.least, most + 1):
        outcome(f"{{$x|{name}{':$x' * count}}}", x=odd)
        outcome(f"{{$x|{name}{':2' * count}}}", x=odd)


def test_a_template_of_a_hundred_megabytes_is_refused_at_once() -> None:
    assert "longer than 10,000,000 characters" in outcome("{$x} text\n" * 10_000_000)


def test_the_largest_source_is_the_embedders_choice() -> None:
    with pytest.raises(LimitError, match="longer than 10 characters"):
        Engine(limits=Limits(source=10)).from_string("12345678901")
    assert str(Engine(limits=Limits(source=10)).from_string("1234567890").render()) == "1234567890"


def test_a_very_long_line_is_no_trouble() -> None:
    assert outcome("x" * 5_000_000) == "x" * 5_000_000 or sys.maxsize < 2**32
    assert "does not end" in outcome("y" * 3_000_000 + "{$x" + "z" * 1_000_000)
