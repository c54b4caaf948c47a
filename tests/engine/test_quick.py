"""The quick form: what the plain form prints, sooner; and how it gives up where it must."""

from __future__ import annotations

import random
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dovetail.engine import native
from dovetail.engine.compiler.quick.form import QuickForm
from dovetail.engine.environment import Engine, Template
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.engine.rendered import Rendered
from dovetail.engine.rounds import Snapshot
from dovetail.errors import DovetailError, LimitError, RenderError
from tests.engine.shop import SCHEMA, Shop, product
from tests.fuzz.templates import Maker

CHOICES = st.randoms(use_true_random=False)
LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FAULTS: list[Exception] = []
"""What made quick forms give up."""


@contextmanager
def plain_only() -> Generator[None]:
    with patch.object(QuickForm, "body", lambda _form: None):
        yield


@pytest.fixture(autouse=True)
def faults() -> Generator[list[Exception]]:
    """What made quick forms give up: never a slip of the generator."""
    told = QuickForm.failed

    def failed(form: QuickForm, error: Exception) -> None:
        FAULTS.append(error)
        told(form, error)

    FAULTS.clear()
    with patch.object(QuickForm, "failed", failed):
        yield FAULTS
    assert not [error for error in FAULTS if isinstance(error, NameError | AttributeError | SyntaxError)]


def engine(text: str, **parts: str) -> Engine:
    return Engine(
        loader=DictLoader(
            {"main": text, "self": text, "part": "[{$p}{$a}]", "c.conf": "v = 1\n[x]\nw = 'two'\n", **parts}
        ),
        schemas={"myshop": SCHEMA},
        driver=Shop(),
        limits=Limits(steps=5_000, seconds=60),
        clock=lambda: 1_700_000_000.0,
    )


def fresh(text: str, **parts: str) -> Template:
    return engine(text, **parts).get_template("main")


def ending(template: Template, data: Mapping[str, object]) -> tuple[object, ...]:
    """All that a render says."""
    try:
        text = template.render(data)
    except DovetailError as error:
        return type(error).__name__, str(error)
    return str(text), text.report.undefined, text.report.notes, text.report.asks


def encoded(template: Template, data: Mapping[str, object]) -> list[bytes | DovetailError]:
    def finish(text: str | bytes, _report: object) -> bytes:
        assert isinstance(text, bytes)
        return text

    return template.engine.driver.run(template.rendering([data], Snapshot(), finish, encoded=True))


@LAW
@given(CHOICES, st.booleans())
def test_it_says_what_the_plain_form_says(choices: random.Random, live: bool) -> None:
    maker = Maker(choices, live=live)
    text = maker.template()
    rows = [maker.data() for _ in range(3)]
    try:
        fresh(text)
    except DovetailError:
        return
    with plain_only():
        expected = [ending(fresh(text), data) for data in rows]
    template = fresh(text)
    # Often enough that it is written anew with what was learnt.
    for _ in range(4):
        assert [ending(template, data) for data in rows] == expected
    for data, (first, *_) in zip(rows, expected, strict=True):
        (mail,) = encoded(template, data)
        try:
            text_in_utf8 = str(first).encode()
        except UnicodeEncodeError:
            assert isinstance(mail, RenderError)
            continue
        assert mail == text_in_utf8 if isinstance(mail, bytes) else type(mail).__name__ == first


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("{$p.title}", {"p": {}}),
        ("{$p.title}{$p.price}", {"p": {"title": "a"}}),
        ("{$p.title}", {"p": product(3)}),
        ("{$p.nothing}", {"p": product(3)}),
        ("{foreach $list as $p}{$p.title}={$p.price|number_format:2};{/foreach}", {"list": [product(1), product(2)]}),
        ("{$p}", {"p": product(3)}),
        ("{$p}", {"p": [1]}),
        ("{$p.title|upper}", {"p": {"title": ["a"]}}),
        ("{if $p.title == 'x'}y{/if}", {"p": {"title": 1.5}}),
        ("{if $p.title > $p.price}y{else}n{/if}", {"p": {"title": "10", "price": "9"}}),
        ("{$p.a + $p.b}", {"p": {"a": "3", "b": None}}),
        ("{$nothing}", {}),
        ("{$nothing.title|default:'x'}", {}),
        ("{$p.n}{$p.m}", {"p": {"n": 2**70, "m": -(2**63)}}),
        ("{$p['5']}{$p[5]}", {"p": {"5": "five"}}),
        ("{$p.t}{$p.f}{$p.n}", {"p": {"t": True, "f": False, "n": None}}),
    ],
)
def test_what_it_does_not_expect_is_learnt(text: str, data: dict[str, object], faults: list[Exception]) -> None:
    with plain_only():
        expected = ending(fresh(text), data)
    template = fresh(text)
    for _ in range(60):
        assert ending(template, data) == expected
    faults.clear()
    for _ in range(5):
        assert ending(template, data) == expected
    assert not faults, "the form gives up for what it has met many times"


def test_a_form_that_nothing_can_be_learnt_for_is_dropped(faults: list[Exception]) -> None:
    template = engine("{$x / 0}").get_template("main")
    for _ in range(50):
        with pytest.raises(RenderError):
            template.render(x=1)
    assert len(faults) < 10


def test_variables_keep_their_values_across_tags_that_are_not_followed() -> None:
    text = (
        "{$x = 1}{for $i = 1 to 2}{$x = $x + $i}{/for}{$x}"
        "{function f}{$x}{$y}{/function}{f y=5}{$x}{capture assign=z}{$x}{/capture}{$z}"
        "{section s loop=2}{$x = $x + 1}{/section}{$x}{include 'part' p=$x}"
        "{foreach [1,2] as $x}{$x}{/foreach}{$x}{append var=l value=$x}{append var=l value=9}{$l|join:','}"
    )
    with plain_only():
        expected = ending(fresh(text), {})
    assert ending(fresh(text), {}) == expected
    assert expected[0] == "445446[6]1266,9"


@pytest.mark.parametrize(
    "text",
    [
        "{$a = 'x'}{capture append=a}y{/capture}{$a|join:','}",
        "{capture append=a}y{/capture}{capture append=a}z{/capture}{$a|join:','}",
        "{foreach [1, 2] as $x}{$x@index}{foreach [3, 4, 5] as $x}{$x@index}{/foreach}{$x@index};{/foreach}{$x@index}",
        "{foreach [1, 2] as $x}{foreach [3] as $y}{$x@index}{$y@last}{/foreach}{$x@first}{/foreach}",
    ],
)
def test_it_keeps_the_state_that_others_read(text: str) -> None:
    with plain_only():
        expected = ending(fresh(text), {})
    assert ending(fresh(text), {}) == expected


def test_what_has_fields_inside_a_text_is_not_mistaken_for_what_has_them_outside(faults: list[Exception]) -> None:
    # The text in quotes with a tag in it is a Python function of its own, with locals of its own.
    text = '{$p.a.b}{$x = "{if 1}{$p.a.c|default:0}{/if}"}{$x}{$p.a.d|default:2}'
    assert fresh(text).render(p={"a": {"b": 1, "c": 3}}) == "132"
    assert not faults


def test_a_value_printed_again_is_shown_anew_when_it_changed() -> None:
    text = "{$p.a}{$p.a}{foreach $list as $p}{$p.a}{$p.a}{$q.a}{/foreach}{$p.a}{$p = ['a' => '<']}{$p.a}{$p.a}"
    data = {"p": {"a": 1}, "q": {"a": "&"}, "list": [{"a": 2}, {"a": 3}]}
    assert fresh(text).render(data) == "1122&amp;33&amp;1&lt;&lt;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{foreach $list as $p}{$p.a}{if $p.a}{$p.a}{/if}{/foreach}{$p.a}", "1122&lt;"),
        ("{foreach $list as $p}{$p.a}{foreach $more as $p}{$p.a}{$p.a}{/foreach}{$p.a}{/foreach}", "188991288992"),
        ("{foreach $list as $p}{$p.a}{if $p.a == 2}{$p = ['a' => '&']}{/if}{$p.a}{/foreach}", "112&amp;"),
        ("{foreach $list as $p}{$p.a}{$p.a}{include 'set'}{$p.a}{/foreach}", "115225"),
        (
            "{foreach $list as $p}{$p.a}{foreach $more as $q}{$p.a}{$q.a}{$q.a}{/foreach}{/foreach}",
            "1188199" + "2288299",
        ),
        ("{foreach $list as $p}{foreach $more as $q}{$p.a}{/foreach}{/foreach}", "1122"),
        ("{foreach $list as $p}{if $p.a == 2}{$p.a}{/if}{if $p.a == 1}{$p.a}{/if}{$p.a}{/foreach}", "1122"),
    ],
)
def test_what_a_round_prints_again_of_its_item_is_shown_once(text: str, shown: str, faults: list[Exception]) -> None:
    template = fresh(text, set="{assign var=p value=['a' => 5] scope=parent}")
    data = {"p": {"a": "<"}, "list": [{"a": 1}, {"a": 2}], "more": [{"a": 8}, {"a": 9}]}
    assert template.render(data) == shown
    assert not faults
    with plain_only():
        assert template.render(data) == shown


@pytest.mark.parametrize(
    "text", ["{if $x}{$a.b.c}{/if}" * 5, "{foreach $list as $y}{if $x}{$a.b.c}{/if}{$y}{/foreach}" * 2]
)
def test_what_is_shown_before_its_condition_is_asked_for_only_where_it_is_there(text: str) -> None:
    template = fresh(text)
    without: list[dict[str, object]] = [{}, {"a": None}, {"a": {}}, {"a": {"b": 1}}, {"a": {"b": {}}}]
    for odd in without:
        for data in ({"x": 0, "list": [7], **odd}, {"x": 1, "list": [7], "a": {"b": {"c": "<"}}}):
            # Again and again, until the form has learnt.
            for _ in range(4):
                with plain_only():
                    expected = ending(fresh(text), data)
                assert ending(template, data) == expected


def test_what_a_modifier_is_given_is_asked_for_though_it_is_of_no_use(faults: list[Exception]) -> None:
    template = fresh("{$t|truncate:100:$e.nd}{$t|truncate:100:'…'}")
    for data in ({"t": "x", "e": {"nd": "."}}, {"t": "x", "e": {}}, {"t": "x"}):
        for _ in range(4):
            with plain_only():
                expected = ending(fresh("{$t|truncate:100:$e.nd}{$t|truncate:100:'…'}"), data)
            assert ending(template, data) == expected
    assert faults  # of those who have no `$e`


def test_the_item_of_a_loop_is_looked_into_once_for_what_is_printed_again() -> None:
    with patch.object(native, "COMPILED", False):  # the compiled filler may take a whole loop
        program = fresh("{foreach $list as $p}{$p.a}{if $p.b}{$p.a}{/if}{$p.c}{/foreach}").program
        text = program.quick_form(encoded=False).text()
    assert text.count("['a']") == 1
    assert text.count("s3 = shown(s) if") == 1
    assert text.count("run = shown(s) if") == 1  # what is printed once has no local of its own


def test_the_output_is_bounded_while_it_grows() -> None:
    tight = Engine(limits=Limits(output=10_000))
    template = tight.from_string("{foreach $list as $x}{foreach $list as $y}{$long.text}{/foreach}{/foreach}")
    with pytest.raises(LimitError, match="the result is longer than 10,000 characters"):
        template.render(list=list(range(90)), long={"text": "x" * 5_000})


def test_a_lone_surrogate_is_an_error_of_its_mail() -> None:
    template = Engine().from_string("{$x.a}")
    assert isinstance(template.render(x={"a": "\ud800"}), Rendered)
    (mail,) = encoded(template, {"x": {"a": "\ud800"}})
    assert isinstance(mail, RenderError)
    assert "\\ud800" in str(mail)


VALUES = st.sampled_from(
    [None, True, False, 0, 1, 2.0, 2**53 + 1, -0.5, float("nan"), "", "0", "a", "b", "1", "1.0", [], ["a"], {"x": 1}]
)


@LAW
@given(VALUES, VALUES, VALUES, st.sampled_from(["a", "b", "0", "1"]))
def test_what_is_compared_again_and_again_may_be_of_any_type(
    first: object, second: object, third: object, word: str
) -> None:
    tests = "{if $p.v == '%s'}A{elseif $p.v == 'b'}B{elseif $p.v >= 1}C{elseif $p.v < 9007199254740992}D{else}E{/if}"
    text = f"{tests % word}{{foreach [1,2] as $n}}{{if $p.v != 'a' && $p.v != 2}}x{{/if}}{{/foreach}}"
    rows: list[dict[str, object]] = [{"p": {"v": first}}, {"p": {"v": second}}, {"p": {"v": third}}, {"p": {}}]
    with plain_only():
        expected = [ending(fresh(text), data) for data in rows]
    template = fresh(text)
    for _ in range(4):
        assert [ending(template, data) for data in rows] == expected


def test_the_type_of_what_is_compared_again_is_looked_at_once() -> None:
    program = fresh("{if $p.v == 'a'}A{elseif $p.v == 'b'}B{/if}{if $p.v == 'c'}C{/if}{if $p.w == 'd'}D{/if}").program
    text = program.quick_form(encoded=False).text()
    assert text.count("['v']") == 1
    assert text.count(" is str") == 2  # the one of `v`, and that of `w`
    changing = "{if $v == 'a'}A{/if}{$v = 'b'}{if $v == 'b'}B{/if}"
    assert fresh(changing).render(v="a") == "AB"


TEXTS = st.sampled_from(["", "a&b", "<é>", "€" * 3, "Łódź", "😀", "x" * 600, "x" * 70_000])
PARTS = st.lists(TEXTS | st.sampled_from(["{$a}", "{$b.c}", "{$b.c}", "{if $a}{$b.c}{/if}"]), max_size=12)


@LAW
@given(PARTS, TEXTS, TEXTS)
def test_utf8_is_that_of_the_text(parts: list[str], a: str, c: str) -> None:
    template = fresh("".join(parts))
    data = {"a": a, "b": {"c": c}}
    assert encoded(template, data) == [template.render(data).encode()]


def test_in_utf8_long_texts_and_wide_ones_are_encoded_before_they_are_needed() -> None:
    with patch.object(native, "COMPILED", False):  # the compiled filler encodes by itself
        program = fresh("<b>{$a}</b> € <i>{$b}</i> and {$c}" + "x" * 600 + "{$c}").program
        text = program.quick_form(encoded=True).text()
    # A value stands in a text with its neighbours, but for what is printed again and stands alone.
    assert "' € '" not in text
    assert "b'</b> \\xe2\\x82\\xac <i>'" in text
    assert "'</i> and '" in text
    assert text.count(".encode()") == 3
