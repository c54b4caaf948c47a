"""The canonical form of one tag, by example."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dovetail.errors import TemplateSyntaxError
from dovetail.grammar.format import format_source
from dovetail.grammar.parse import parse, parse_tolerant
from dovetail.grammar.scanner import Delimiters
from dovetail.grammar.shape import tree_shape
from dovetail.source import Source


def formatted(text: str, delimiters: Delimiters = Delimiters()) -> str:
    return format_source(Source("t", text), delimiters)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        # blanks
        ("{$a   }", "{$a}"),
        ("{$a+$b*2}", "{$a + $b * 2}"),
        ("{- $a - - $b}", "{-$a - -$b}"),
        ("{- -$a}", "{- -$a}"),
        ("{! $a&&$b||!$c}", "{!$a && $b || !$c}"),
        ("{$a?$b:$c}", "{$a ? $b : $c}"),
        ("{$a?:$b}", "{$a ?: $b}"),
        ("{$a??$b}", "{$a ?? $b}"),
        ("{( $a+1 )*2}", "{($a + 1) * 2}"),
        ("{( INT ) $a}", "{(int)$a}"),
        ("{$a|truncate : 10 : '…'|@count}", "{$a|truncate:10:'…'|@count}"),
        ("{$a|round : - 1}", "{$a|round:-1}"),
        ("{$a [ 'x' ] -> b .c}", "{$a['x']->b.c}"),
        ("{$a[$i+1]}", "{$a[$i + 1]}"),
        ("{count( $a ,2 )}", "{count($a, 2)}"),
        ("{$x=[1,'k'=>2 , 3,]}", "{$x = [1, 'k' => 2, 3,]}"),
        ("{$x=array( 1,2 )}", "{$x = array(1, 2)}"),
        ("{$x[]=[ ]   scope = global}", "{$x[] = [] scope=global}"),
        ("{include   file = 'a.tpl'   x=$a+1   nocache}", "{include file='a.tpl' x=$a + 1 nocache}"),
        ("{foreach $l  as  $k=>$v}{/foreach}", "{foreach $l as $k => $v}{/foreach}"),
        ("{foreach $v  in  $l}{/foreach}", "{foreach $v in $l}{/foreach}"),
        ("{foreach from = $l   item=v}{/foreach}", "{foreach from=$l item=v}{/foreach}"),
        ("{for $i=1  to 10 step 2 max = 3}{/for}", "{for $i = 1 to 10 step 2 max=3}{/for}"),
        ("{for $i=0,$j=1 ;$i<3;$i++}{/for}", "{for $i = 0, $j = 1; $i < 3; $i++}{/for}"),
        ("{assign  $x|upper  to  $y}", "{assign $x|upper to $y}"),
        ("{setfilter   upper|replace : 'a':'b'}{/setfilter}", "{setfilter upper|replace:'a':'b'}{/setfilter}"),
        ("{if $a}{ELSE }{/ IF }", "{if $a}{else}{/if}"),
        ("{if $a}{else   if   $b}{/if}", "{if $a}{else if $b}{/if}"),
        ("{$x = {counter   start=1}}", "{$x = {counter   start=1}}"),
        # words
        ("{If $a EQ 1 AND NOT $b}{ElseIf $c Is Not Div By 3}{Else}{/If}",
         "{if $a eq 1 and not $b}{elseif $c is not div by 3}{else}{/if}"),
        ("{if $a eq 1 || $b == 2}{/if}", "{if $a eq 1 || $b == 2}{/if}"),
        ("{ForEach $l AS $v}{ForEachElse}{/ForEach}", "{foreach $l as $v}{foreachelse}{/foreach}"),
        # for plug-ins, case means something
        ("{myTag  A=1}", "{myTag A=1}"),
        ("{$a|myModifier}{TRUE}{$B}", "{$a|myModifier}{TRUE}{$B}"),
        # quotes
        ('{include file="a.tpl"}', "{include file='a.tpl'}"),
        ('{$a|default:""}', "{$a|default:''}"),
        ('{$a["k"]}', "{$a['k']}"),
        ('{"it\'s"}{"a\\n"}{"$a"}{"{$a}"}{"`$a`"}{"a$"}', '{"it\'s"}{"a\\n"}{"$a"}{"{$a}"}{"`$a`"}{"a$"}'),
        ("{'say \"x\"'}{'a\\'b'}", "{'say \"x\"'}{'a\\'b'}"),
        ('{"  two  blanks | and : marks "}', "{'  two  blanks | and : marks '}"),
    ],
)  # fmt: skip
def test_the_canonical_form(written: str, canonical: str) -> None:
    assert formatted(written) == canonical
    assert formatted(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("{include   file='a.tpl'   \n    x = 1\n    y=2\n}", "{include file='a.tpl'\n    x=1\n    y=2\n}"),
        ("{if $a==1   \r\n    &&$b}x{/if}", "{if $a == 1\r\n    && $b}x{/if}"),
        ("{$x=[\n  'a'=>1,\n  'b'=>2,\n]}", "{$x = [\n  'a' => 1,\n  'b' => 2,\n]}"),
    ],
)
def test_a_line_break_inside_a_tag_is_the_writers(written: str, canonical: str) -> None:
    assert formatted(written) == canonical
    assert formatted(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "{literal}{ $a+1 }{/literal}",
        "{* {$a+1}   *}",
        "{ldelim}{rdelim}",
        "body { color:red }",
        "{[1, 2][0]}",
        "{$a{$i}b.c}",
        "{#title#}",
        "{$l[i.index_prev]}",
        "{0x1F}{.5}{5.}{1}",
        "{$v@iteration}",
    ],
)
def test_what_is_left_as_it_is(text: str) -> None:
    assert formatted(text) == text


def test_other_delimiters() -> None:
    assert formatted('<%if $a=="x"%>{$b+1}<%/IF%>', Delimiters("<%", "%>")) == "<%if $a == 'x'%>{$b+1}<%/if%>"
    assert formatted("{ if $a>1 }x{ / if }", Delimiters(auto_literal=False)) == "{if $a > 1}x{/if}"


@pytest.mark.parametrize("text", ["{if $a+1}", "{$a+1}{$b|}", "{$a+1}{/if}", "{$a+1}{* "])
def test_a_template_with_mistakes_is_not_formatted(text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        formatted(text)


_ATOMS = [
    "$a", "$a.b", "$a [ $i ]", "$a->b", "1", "-2", "1.5", "'s  t'", '"plain"', '"a {$b+1} c"', "word", "TRUE", "[ ]",
    "#c#",
]  # fmt: skip
_OPERATORS = [
    "+", " - ", "*", "  /", "% ", "**", "==", " EQ ", "<", ">=", "&&", " or ", " XOR ", "??", "?:", "&", " mod ",
]  # fmt: skip
_MODIFIERS = ["|upper", "|truncate : 3", "|default:\"x\" :'y'", "|@count", "|round:-1"]
_PREFIXES = ["!", "not ", "- ", "(INT)", "( bool ) "]
_SUFFIXES = [" is even", " IS  NOT odd", " is not div  by 3", " is in $l"]


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(_OPERATORS), inner).map("".join),
        st.tuples(st.sampled_from(_PREFIXES), inner).map("".join),
        st.tuples(inner, st.sampled_from(_MODIFIERS)).map("".join),
        st.tuples(inner, st.sampled_from(_SUFFIXES)).map("".join),
        inner.map("( {})".format),
        st.tuples(inner, inner, inner).map(lambda three: f"{three[0]}?{three[1]}:{three[2]}"),
        st.tuples(inner, inner).map(lambda two: f"[{two[0]},k=>{two[1]} ]"),
        st.tuples(inner, inner).map(lambda two: f"max({two[0]} ,{two[1]})"),
    )


_SIMPLE = st.sampled_from(_ATOMS)
_FLAT = _SIMPLE | _combined(_SIMPLE)
_VALUES = _FLAT | _combined(_FLAT)
_TAGS = st.one_of(
    _VALUES.map(lambda value: f"{{{value}}}"),
    _VALUES.map(lambda value: f"{{$x={value} }}"),
    _VALUES.map(lambda value: f"{{If {value}}}a{{ElseIf {value}\n}}{{ELSE}}{{/IF}}"),
    _VALUES.map(lambda value: f"{{foreach {value}  as $k=>$v}}{{/foreach}}"),
    _VALUES.map(lambda value: f"{{for $i={value} to {value} step 2}}{{/for}}"),
    st.tuples(_VALUES, _VALUES).map(lambda two: f"{{include file = {two[0]}  x={two[1]}\n y  =1 }}"),
    _VALUES.map(lambda value: f"{{assign {value}   to $y}}"),
)


@settings(deadline=None)
@given(_TAGS)
def test_any_tag_keeps_its_meaning_and_is_formatted_once(text: str) -> None:
    before, findings = parse_tolerant(Source("t", text))
    assume(not findings)
    once = formatted(text)
    assert tree_shape(parse(Source("t", once))) == tree_shape(before)
    assert formatted(once) == once
    # Blanks, case and quotes are all that may change.
    assert bare(once) == bare(text)


def bare(text: str) -> str:
    return "".join(text.split()).lower().replace('"', "'")
