"""White space between tags: tidied where HTML hides it, left alone wherever it may show."""

from __future__ import annotations

from textwrap import dedent

import pytest

from dovetail.grammar.format import format_source
from dovetail.source import Source


def formatted(text: str) -> str:
    return format_source(Source("t", text))


def test_branches_and_closing_tags_go_under_their_opening_tag() -> None:
    written = """\
        <table>
          {foreach $products as $p}
            <tr>
              {if $p.stock}
                <td>{$p.title}</td>
            {elseif $p.soon}
                <td>soon</td>
                  {else}
                <td>sold out</td>
          {/if}
            </tr>
        {foreachelse}
            <tr><td>nothing</td></tr>
              {/foreach}
        </table>
        """
    canonical = """\
        <table>
          {foreach $products as $p}
            <tr>
              {if $p.stock}
                <td>{$p.title}</td>
              {elseif $p.soon}
                <td>soon</td>
              {else}
                <td>sold out</td>
              {/if}
            </tr>
          {foreachelse}
            <tr><td>nothing</td></tr>
          {/foreach}
        </table>
        """
    assert formatted(dedent(written)) == dedent(canonical)
    assert formatted(dedent(canonical)) == dedent(canonical)


@pytest.mark.parametrize(
    "text",
    [
        # white space beside words
        "<p>Hi\n  {if $a}\n  there\n{/if}\n</p>",
        "<td>\n  {if $a}\n  <b>x</b>\n{/if}\n</td>",
        "<div>\n  {if $a}\n  {$a}\n{/if}\n</div>",
        "<div>\n  {foreach $l as $v}\n  {$v}<p></p>\n{/foreach}\n</div>",
        # what comes after the block on another way through it
        "<div>\n  {if $a}\n  <p></p>\n{/if}\n  text</div>",
        "<p></p>\n  {if $a}\n{if $b}x{/if}\n{/if}\n{if $b}y{/if}<p></p>",
        "<div>\n  {foreach $l as $v}\n{if $v}<p></p>{/if}\n{foreachelse}\n<p></p>\n{/foreach}\n{$a}</div>",
        # elements in which all white space shows, or none of ours is
        "<div><pre>\n  {if $a}\n  <p></p>\n{/if}\n</pre></div>",
        "<div><textarea>\n  {if $a}\n  <p></p>\n{/if}\n</textarea></div>",
        "<body><script>\n  {if $a}\n  '<p></p>'\n{/if}\n</script></body>",
        "<body><style>\n  {if $a}\n  td{literal}{ }{/literal}\n{/if}   \n</style></body>",
        # conditional comments, hidden and revealed
        "<table>\n<!--[if mso]>\n  {if $a}\n<tr>   \n{/if}\n<![endif]-->\n</table>",
        "<table>\n<!--[if !mso]><!-->\n  {if $a}\n<tr>   \n{/if}\n<!--<![endif]-->\n</table>",
        "<table>\n<![if !mso]>\n  {if $a}\n<tr>   \n{/if}\n<![endif]>\n</table>",
        # inside an HTML tag
        "<div>\n<table\n  {if $a}\n  class='b'   \n{/if}\n></table></div>",
        "<div>\n<table title='   \n  {if $a}\n  class=b\n{/if}\n'></table></div>",
        # content that is shown elsewhere
        "<div>\n{capture name=c}\n  {if $a}\n  <p>a   \n</p>\n{/if}\n{/capture}\n</div>",
        "<div>\n{function f}\n  {if $a}\n  <p></p>\n{/if}\n{/function}\n</div>",
        "{extends 'a.tpl'}\n{block name=b}\n<div>\n  {if $a}\n  <p>a   \n</p>\n{/if}\n</div>{/block}",
        # ways that end in different places of HTML: nothing is certain behind them
        "{if $a}<pre>{/if}<div>\n  {if $a}\n  <p>a   \n</p>\n{/if}\n</div>",
        "{foreach $l as $v}<div>\n  {if $a}\n  <p>a   \n</p>\n{/if}\n</div><pre>{/foreach}",
        # styles that let white space show
        "<div style='white-space: pre-wrap'>\n  {if $a}\n  <p>a   \n</p>\n{/if}\n</div>",
        "<div style='display:inline-block'>\n  {if $a}\n  <p></p>\n{/if}\n</div>",
        # a literal region
        "<div>{literal}a   \n  <p></p>   \n{/literal}</div>",
        # plain text: a signature's blank, flowed lines
        "Hi {$a},   \n  {if $a}\n  x\n{/if}   \n-- \nAnn   \n",
        # a tag that is not alone on its line, and one whose opening tag is not
        "<div>\n  {if $a}\n  <p></p>\n{/if}x\n</div>",
        "<div><p></p>{if $a}\n  <p></p>\n      {/if}\n</div>",
    ],
)
def test_white_space_that_may_show_is_left_alone(text: str) -> None:
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("<p>Hi   \nthere \t\n</p>  \n", "<p>Hi\nthere\n</p>\n"),
        ("<p>Hi {$a}   \nthere</p>", "<p>Hi {$a}\nthere</p>"),
        ("<p>a  \r\nb</p>  \r\n", "<p>a\r\nb</p>\r\n"),
        ("<p>a</p>\n   \n<p>b</p>", "<p>a</p>\n\n<p>b</p>"),
        ("<div>\n{if $a}  \n<p></p>\n{/if}  \n</div>", "<div>\n{if $a}\n<p></p>\n{/if}\n</div>"),
        ("<pre>a  \n</pre><p>b  \n</p>", "<pre>a  \n</pre><p>b\n</p>"),
    ],
)
def test_blanks_at_line_ends_go(written: str, tidy: str) -> None:
    assert formatted(written) == tidy


@pytest.mark.parametrize(
    "text",
    [
        # The blank keeps the line end, which {if}, {/if}, assignments and comments would take.
        "<p>a{if $x}  \nb{/if}  \nc{$x = 1}  \nd{* *}  \ne</p>",
        "<p>a{include file='a.tpl'}  \nb</p>",
        "<p>{if $x}{* *}\n   \nb{/if}</p>",
        # Nothing follows that could hide the blank.
        "<p>a   ",
    ],
)
def test_blanks_at_line_ends_behind_tags_stay(text: str) -> None:
    assert formatted(text) == text


def test_line_ends_and_tabs_are_the_writers() -> None:
    written = "<ul>\r\n\t{foreach $l as $v}\r\n\t\t<li>{$v}</li>\r\n{/foreach}\r\n</ul>"
    assert formatted(written) == "<ul>\r\n\t{foreach $l as $v}\r\n\t\t<li>{$v}</li>\r\n\t{/foreach}\r\n</ul>"


def test_a_mail_of_some_hundred_kilobytes_and_a_deep_one_take_a_moment() -> None:
    row = "{foreach $a as $b}\n<tr>{if $b==1}\n<td>{$b.c|escape}</td>\n  {/if}</tr>  \n{/foreach}\n"
    assert formatted("<table>\n" + row * 2000).count("{if $b == 1}") == 2000
    deep = "<div>\n" + "{if $a}\n" * 30 + " {/if}\n" * 30 + "</div>"
    assert formatted(deep) == deep.replace(" {/if}", "{/if}")
