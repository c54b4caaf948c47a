"""What is offered at a place, and what it makes of the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from dovetail.engine.compiler.options import Options
from dovetail.lsp.features.actions import actions
from dovetail.lsp.features.lints import findings
from dovetail.lsp.features.results import Action, Edit
from dovetail.source import Span
from tests.lsp.looking import MARK, view


def offered(text: str, **more: object) -> tuple[str, Sequence[Action]]:
    """The text without its marks, and the actions at the mark, or between two."""
    start = text.index(MARK)
    rest = text.replace(MARK, "", 1)
    end = rest.find(MARK)
    whole = rest.replace(MARK, "")
    seen, _ = view(whole, **more)  # type: ignore[arg-type]
    return whole, actions(seen, Span(start, end if end >= 0 else start))


def applied(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def after(text: str, title: str, **more: object) -> str:
    whole, found = offered(text, **more)
    action = next(each for each in found if each.change.title == title)
    return applied(whole, action.change.edits["mail.tpl"])


def titles(text: str, **more: object) -> Sequence[str]:
    return [each.change.title for each in offered(text, **more)[1]]


@pytest.mark.parametrize(
    ("text", "title", "result"),
    [
        ("{$profile.email|up▮er|default:''}", "replace `uper` by `upper`", ""),
        ("{$mywebshop.prod▮ct.123456.name}", "Use `product`", "{$mywebshop.product.123456.name}"),
        ("{$▮profile.firstname|upper}", "Add |default:''", "{$profile.firstname|default:''|upper}"),
        (
            "a {$▮profile.firstname|upper}",
            "Show it only {if $profile.firstname}",
            "a {if $profile.firstname}{$profile.firstname|upper}{/if}",
        ),
        (
            "{$mywebshop.product.123▮456.name} {$mywebshop.product.123456.sku} {$mywebshop.product.2.sku}",
            "Let others choose: $product_id in place of 123456",
            "{$product_id = $product_id|default:123456}{$mywebshop.product[$product_id].name} "
            "{$mywebshop.product[$product_id].sku} {$mywebshop.product.2.sku}",
        ),
        (
            "{$p = $mywebshop.product.123456}a{$▮p.name}{if $p.sku}b{/if}",
            "Write $mywebshop.product.123456 in place of $p",
            "a{$mywebshop.product.123456.name}{if $mywebshop.product.123456.sku}b{/if}",
        ),
        (
            "<p>\n  Dear {$profile.first▮name},",
            "Leave `missing-default` out in this line",
            "<p>\n  {* dovetail-ignore missing-default *}Dear {$profile.firstname},",
        ),
    ],
)
def test_what_an_action_makes(text: str, title: str, result: str) -> None:
    if not result:
        # The parser's own fix, under its own title.
        whole, found = offered(text)
        fix = next(each for each in found if "unknown-modifier" in each.codes and each.preferred)
        assert applied(whole, fix.change.edits["mail.tpl"]) == "{$profile.email|upper|default:''}"
        return
    assert after(text, title) == result


def test_what_a_fix_mends_is_not_found_again() -> None:
    text = after("<p>{$profile.first▮name}</p>", "Leave `missing-default` out in this line")
    seen, _ = view(text)
    assert "missing-default" not in [item.code for item in findings(seen)]


def test_escaping_is_offered_where_the_account_does_not_escape() -> None:
    text = "<p>{$▮profile.email}</p>"
    assert after(text, "Add |escape", options=Options(escape_html=False)) == "<p>{$profile.email|escape}</p>"
    assert "Add |escape" not in titles(text)


def test_a_selection_becomes_a_template_of_its_own() -> None:
    whole, found = offered("<p>a</p>▮<p>{$profile.email|default:''}</p>▮", beside={"parts/part.tpl": ""})
    (action,) = [each for each in found if each.kind == "refactor.extract"]
    edits: Mapping[str, Sequence[Edit]] = action.change.edits
    assert applied(whole, edits["mail.tpl"]) == "<p>a</p>{include file='parts/part-2.tpl'}"
    assert applied("", edits["parts/part-2.tpl"]) == "<p>{$profile.email|default:''}</p>"


@pytest.mark.parametrize(
    "text",
    [
        "{if $x}▮a{/if}b▮",  # half a block
        "▮{$x = 1}▮{$x}",  # others read what it sets
        "{block name=a}▮{block name=b}c{/block}▮{/block}",  # blocks are found by the templates that extend this
        "a▮ ▮b",
    ],
)
def test_a_selection_that_cannot_stand_alone_is_left(text: str) -> None:
    assert not [each for each in offered(text)[1] if each.kind == "refactor.extract"]


@pytest.mark.parametrize(
    "text",
    [
        "{$x = 1}{$x = 2}{$▮x}",  # which one?
        '{$x = 1}{$▮x}{"a $x"}',  # a text in quotes is written otherwise
        "{$x = $y}{$y = 2}{$▮x}",  # another value by then
        "{foreach [1,2] as $i}{$▮x}{$x = $i}{/foreach}",  # read before
        "{if $a}{$x = 1}{/if}{$▮x}",  # not always set
        "{$x = 'a'}{$▮x.b}",
    ],
)
def test_a_variable_that_means_something_else_elsewhere_is_not_inlined(text: str) -> None:
    assert not [each for each in offered(text)[1] if each.kind == "refactor.inline"]


def test_everything_certain_is_mended_at_once() -> None:
    text = "▮{$profile.email|uper|default:''}{$profile.email|lowr|default:''}"
    whole, found = offered(text)
    (action,) = [each for each in found if each.kind == "source.fixAll"]
    mended = applied(whole, action.change.edits["mail.tpl"])
    assert mended == "{$profile.email|upper|default:''}{$profile.email|lower|default:''}"


def test_a_comment_is_not_put_where_it_would_be_none() -> None:
    assert not [each for each in titles("{literal}\n</p>▮ {\n{/literal}") if each.startswith("Leave")]
    inside = "{include file='gone.tpl'\n  a=$profile.first▮name b='{$profile.email}'}"
    assert not [each for each in titles(inside) if each.startswith("Leave")]


def test_the_list_is_short_however_much_is_wrong() -> None:
    assert len(offered("▮" + "{$profile.firstname}" * 500 + "▮")[1]) <= 41
