"""Values, loops and calls that grow without end meet a limit, in bounded time and memory."""

from __future__ import annotations

import math

import pytest

from dovetail.engine.ports import Answer, Ask
from dovetail.engine.rounds import Snapshot
from dovetail.errors import OddAnswerError
from tests.engine.attacks import frugal_outcome, outcome

GROWTH = [
    "{for $i=1 to 99}{$x=$x|cat:$x}{/for}{$x}",
    "{for $i=1 to 99}{$x=\"$x$x\"}{/for}{$x}",
    "{for $i=1 to 99}{$x=\"{$x}{$x}{$x}\"}{/for}{$x}",
    "{for $i=1 to 99}{capture assign=x}{$x}{$x}{/capture}{/for}{$x}",
    "{for $i=1 to 99}{capture name=x}{$smarty.capture.x}{$smarty.capture.x}ab{/capture}{/for}",
    "{for $i=1 to 99}{$x=[$x,$x]|join:'-'}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|replace:'a':$x}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|regex_replace:'/a/':$x}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|spacify:$x}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|indent:5:$x}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|str_repeat:2}{/for}{$x}",
    "{$x='&'}{for $i=1 to 99}{$x=$x|escape:'htmlall'|cat:$x}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|escape:'hexentity'}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|json_encode|json_encode}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|wordwrap:1:$x:true}{/for}{$x}",
    "{for $i=1 to 99}{$x=$x|base64_encode}{/for}{$x}",
    "{for $i=1 to 1000000}{$q[]=1}{/for}",
    "{for $i=1 to 1000000}{append var=q value=1}{/for}",
    "{for $i=1 to 100000}{$q[$i]='a'|str_repeat:1000000}{/for}",
    "{for $i=1 to 100000}{'a'|str_repeat:1000000}{/for}",
    "{$x='a'|str_repeat:1000000}{for $i=1 to 100000}{$x}{/for}",
    "{foreach $many as $m}{foreach $many as $k}{$long}{/foreach}{/foreach}",
    "{$long}" * 5000,
    "{$q=[" + "$long|upper," * 1500 + "1]}",
    "{for $i=1 to 1000}{$q=','|str_repeat:1000000|split:','}{$w[]=$q}{/for}",
    "{function name=f}{capture assign=x}{f}{f}{/capture}{$x}{/function}{f}",
    "{block name=b}{for $i=1 to 99}{$x=$x|cat:$x}{/for}{$x}{/block}",
    "{while true}text{/while}",
    "{foreach $many as $a}{foreach $many as $b}{foreach $many as $c}{/foreach}{/foreach}{/foreach}",
    "{section name=s loop=1000000000}{/section}",
    "{section name=s loop=9999999999999 step=-1}x{/section}",
    "{for $i=1 to 1000000000}{/for}",
    "{for $i=0;$i<1;$i=$i}{/for}",
    "{function name=f d=0}{if $d > 0}{f d=$d-1}{f d=$d-1}{/if}{/function}{f d=38}",
    "{function name=f}{f}{/function}{f}",
    "{function name=f}{call name=f}{/function}{call name=f}",
    "{include file='self'}{include file='self'}",
    "{extends file='self'}",
    "{block name=a}{include file='self'}{/block}",
]  # fmt: skip


@pytest.mark.parametrize("text", GROWTH)
def test_what_grows_meets_a_limit(text: str) -> None:
    found = frugal_outcome(text, x="aaab", long='a&"<' * 50_000, many=list(range(1000)))
    assert "more than" in found or "longer than" in found


TANGLED = [
    "{$x|json_encode}", "{$x|count:1}", "{if $x == $y}{/if}", "{if $x === $y}{/if}", "{$x|debug_print_var:45}", "{$x|http_build_query}",
    "{[$y]|orderby:0|count}", "{if $x in [$y]}{/if}", "{$x|json_encode:128}",
]  # fmt: skip


@pytest.mark.parametrize("text", TANGLED)
def test_lists_that_hold_each_other_twice_are_not_walked_forever(text: str) -> None:
    made = "{$x=1}{$y=1}{for $i=1 to 45}{$x=[$x,$x]}{$y=[$y,$y]}{/for}"
    outcome(made + text)
    holds_itself: dict[str, object] = {"a": 1}
    holds_itself.update(me=holds_itself, again=holds_itself)
    endless: list[object] = []
    endless += [endless, endless]
    for value in (holds_itself, endless):
        outcome(text, x=value, y=value)


WIDTHS = [
    "{'a'|str_repeat:999999999999}", "{'a'|str_repeat:-5}", "{'a'|str_repeat:$inf}", "{'a'|str_repeat:$nan}", "{'a'|indent:9999999999}",
    "{'a b'|wordwrap:-1:'xx':true}", "{'ab'|wordwrap:0:$long:true}", "{$x|string_format:'%999999999999s'}", "{$x|string_format:'%n'}",
    "{$x|string_format:'%-99999999d'}", "{1|string_format:'%.999999999f'}", "{$x|string_format:'%2147483647$s'}", "{$x|string_format:'%*d'}",
    "{$long|spacify:$long}", "{$long|truncate:99999999999:$long}", "{1|number_format:999999999}", "{1.5|round:99999999}", "{1.5|round:-99999999}",
    "{$x|substr:-99999999999:99999999999}", "{$many|limit:99999999999|count}", "{1|range:1:1000000000|count}", "{$many|range:0:1000000000|count}",
    "{$x|trim:$wide}", "{$long|replace:$many:'b'|count_characters}", "{'<'|str_repeat:100000|strip_tags}", "{'<!--'|str_repeat:99999|strip_tags:false}",
    "{$f='%c'|str_repeat:400000}{0|date_format:$f}", "{html_table loop=$many cols=999999999}", "{html_table loop=$many rows=999999999}",
    "{html_select_date start_year=1 end_year=999999999}", "{html_select_time minute_interval=0}", "{textformat indent=99999999}a{/textformat}",
    "{math equation='9**9**9**9'}", "{math equation='pow(10,99999999)'}", "{math equation='exp(99999)'}", "{math equation='x' x=$huge}",
]  # fmt: skip


@pytest.mark.parametrize("text", WIDTHS)
def test_huge_widths_and_counts_are_refused_or_harmless(text: str) -> None:
    found = frugal_outcome(
        text,
        x="abc",
        long='a&"<' * 50_000,
        many=list(range(1000)),
        inf=math.inf,
        nan=math.nan,
        huge=10**5000,
        wide="\0..\U0010ffff",
    )
    assert len(found) < 3_000_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{9**9**9}", "INF"), ("{-9**99999}", "-INF"), ("{$huge}", "INF"), ("{$huge*$huge}", "INF"), ("{$huge-$huge}", "0"), ("{-$huge}", "-INF"),
        ("{$huge|intval}", "0"), ("{9223372036854775807+1}", "9.2233720368548E+18"), ("{$text+1}", "INF"), ("{if $text == '1'}y{else}n{/if}", "n"),
        ("{" + "9" * 20_000 + "}", "INF"), ("{0x" + "f" * 20_000 + "}", "INF"), ("{$inf % 7}", "0"), ("{$nan|number_format:2}", "nan"),
    ],
)  # fmt: skip
def test_numbers_past_all_bounds_are_infinite_as_in_php(text: str, shown: str) -> None:
    assert outcome(text, huge=10**5000, text="9" * 1_000_000, inf=math.inf, nan=math.nan) == shown


@pytest.mark.parametrize(
    "text",
    ["{for $i=1 to $nan}x{/for}", "{for $i=1 to $inf}x{/for}", "{for $i=$inf to 3}x{/for}", "{for $i=1 to 2 step $nan}x{/for}", "{for $i=1 to 2 step 0}x{/for}"],
)  # fmt: skip
def test_a_count_without_an_end_is_refused(text: str) -> None:
    found = outcome(text, inf=math.inf, nan=math.nan)
    assert "finite" in found or "never ends" in found


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 10**5000, "x" * 100], ids=["nan", "inf", "-inf", "huge", "text"]
)
@pytest.mark.parametrize("which", ["loop", "start", "step", "max"])
def test_sections_count_with_anything(which: str, value: object) -> None:
    given = {"loop": "3", which: "$v"}
    outcome(f"{{section name=s {' '.join(f'{name}={text}' for name, text in given.items())}}}x{{/section}}", v=value)


PATTERNS = [
    "/^(a+)+$/", "/(a|aa)+$/", "/(a|a?)+$/", "/(.*a){20}/", "/(?:a?){30}a{30}/", "/((((((a*)*)*)*)*)*)*b/", "/a*a*a*a*a*b/", "/(.*)(.*)(.*)\\1\\2z/",
    "/(x+x+)+y/", "/^(([a-z])+.)+[A-Z]([a-z])+$/", "/a{1000}{1000}/", "/(a{1,999}){1,999}b/", "/" + "(" * 500 + "a" + ")" * 500 + "/",
    "/" + "a?" * 500 + "/", "/" + "[a-z]+" * 300 + "!/", "/(?=(a+))+b/", "/(?<=a+)b/", "/(a+)\\1+b/", "/\\p{L}+\\p{L}+\\p{L}+1/", "/(?i)(A|a)*b/",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_regular_expression_takes_forever(pattern: str) -> None:
    text = "{$x|regex_replace:$p:''|strlen}{if $x matches $p}m{/if}"
    for subject in ("a" * 30 + "!", "a" * 5_000 + "!", "a" * 1_000_000, "ab" * 2_000):
        outcome(text, x=subject, p=pattern)
        outcome("{$x|regex_replace:$p:''}", x=subject, p=pattern)


def test_answers_that_are_nested_without_end_are_an_error_of_the_integration() -> None:
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    snapshot = Snapshot()
    ask = Ask("myshop", "motto", "")
    snapshot.add({ask: Answer(deep)}, [ask])
    answer = snapshot.answers[ask]
    assert isinstance(answer, OddAnswerError)
    assert "nested too deeply" in str(answer)
