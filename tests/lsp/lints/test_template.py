"""Lints of the template: each finds what it says it finds, and nothing in a template that has it right."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dovetail.engine.compiler.options import Options
from dovetail.lsp.features.lints import findings
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.view import Preferences
from tests.lsp.looking import ANNS, view


def codes(text: str, beside: Mapping[str, str] | None = None, name: str = "mail.tpl", **more: object) -> list[str]:
    seen, _ = view(text, beside=beside, name=name, samples=[ANNS], **more)  # type: ignore[arg-type]
    return [item.code for item in findings(seen)]


@pytest.mark.parametrize(
    ("code", "wrong", "right"),
    [
        ("unused-assign", "{assign var=total value=3}", "{assign var=total value=3}{$total}"),
        ("unused-assign", "{$total = 3}", "{$total = 3}{if $total}x{/if}"),
        ("unused-capture", "{capture assign=intro}Hi{/capture}", "{capture assign=intro}Hi{/capture}{$intro}"),
        ("unknown-variable", "{$zzz}", "{$zzz = 1}{$zzz}"),
        ("missing-default", "{$profile.firstname}", "{$profile.firstname|default:'you'}"),
        ("missing-default", "{$profile.firstname|upper}", "{if $profile.firstname}{$profile.firstname|upper}{/if}"),
        (
            "unescaped",
            "<p>{$mywebshop.product.123456.name|raw}</p>",
            "<p>{$mywebshop.product.123456.name}</p>",
        ),
        (
            "unescaped",
            "<p>{$mywebshop.product.123456.name nofilter}</p>",
            "<p>{$mywebshop.product.123456.name|escape nofilter}</p>",
        ),
        (
            "unescaped",
            "{foreach $mywebshop.products|limit:3 as $p}<p>{$p.name|raw}</p>{/foreach}",
            "{foreach $mywebshop.products|limit:3 as $p}<p>{$p.name}{$p.price|raw}</p>{/foreach}",
        ),
        ("dead-branch", "{if false}a{/if}", "{if $profile.firstname}a{/if}"),
        ("dead-branch", "{if 1}a{else}b{/if}", "{if 1}a{/if}"),
        (
            "dead-branch",
            "{foreach [1] as $x}{break}{$x}{/foreach}",
            "{foreach [1] as $x}{if $x}{break}{/if}{$x}{/foreach}",
        ),
        (
            "duplicate-block",
            "{block name=a}{/block}{block name=a}{/block}",
            "{block name=a}{/block}{block name=b}{/block}",
        ),
        ("unbalanced-html", "<body><div><p>a</p></body>", "<body><div><p>a</p></div></body>"),
        (
            "unbalanced-html",
            "<body>{if $profile.firstname}<div>{/if}a</body>",
            "<body>{if $profile.firstname}<div>{/if}a{if $profile.firstname}</div>{/if}</body>",
        ),
        ("not-found", "{include file='gone.tpl'}", "{include file='part.tpl'}"),
        ("unknown-modifier", "{$profile.email|uper}", "{$profile.email|upper}"),
        ("unknown-name", "{$mywebshop.prodct.1.name}", "{$mywebshop.product.1.name}"),
    ],
)
def test_each_lint_finds_what_is_wrong_and_leaves_what_is_right(code: str, wrong: str, right: str) -> None:
    beside = {"part.tpl": "part"}
    assert code in codes(wrong, beside)
    assert code not in codes(right, beside)


def test_live_text_is_unescaped_where_the_account_does_not_escape() -> None:
    text = "<p>{$mywebshop.product.123456.name}</p>"
    seen, _ = view(text, options=Options(escape_html=False))
    (found,) = [item for item in findings(seen) if item.code == "unescaped"]
    (fix,) = found.fixes
    assert text[: fix.span.start] + fix.text + text[fix.span.end :] == "<p>{$mywebshop.product.123456.name|escape}</p>"
    assert "unescaped" not in codes("{$mywebshop.product.123456.name}", options=Options(escape_html=False))


def test_includes_that_go_in_a_circle_are_errors_where_they_begin() -> None:
    beside = {"b.tpl": "{include file='mail.tpl'}"}
    seen, _ = view("{include file='b.tpl'}", beside=beside)
    (found,) = [item for item in findings(seen) if item.code == "include-cycle"]
    assert found.severity == "error"
    assert "include-cycle" in codes("{include file='mail.tpl'}")


def test_parameters_of_includes_are_held_against_what_the_part_reads() -> None:
    beside = {"price.tpl": "{$product.price} {$currency|default:'EUR'}"}
    seen, _ = view("{include file='price.tpl' prodcut=1}", beside=beside)
    found = {item.code: item for item in findings(seen)}
    assert found["unused-parameter"].help == "did you mean `product`?"
    assert "`$product`" in found["missing-parameter"].message
    assert codes("{include file='price.tpl' product=1 currency='USD'}", beside) == []


def test_what_an_included_template_reads_is_not_unused() -> None:
    beside = {"part.tpl": "{$total}"}
    assert "unused-assign" not in codes("{$total = 3}{include file='part.tpl'}", beside)
    assert "unused-assign" not in codes("{$total = 3}{include file=$any}", beside)


def test_a_misspelt_variable_is_told_what_is_likely_meant() -> None:
    seen, _ = view("{$greeting = 1}{$greeting}{$greetign}", samples=[ANNS])
    (found,) = findings(seen)
    assert (found.code, found.help) == ("unknown-variable", "did you mean `greeting`?")


def test_many_findings_take_no_longer_for_being_alike() -> None:
    text = "".join(f"{{$unused{number} = 1}}{{$unknown{number}}}" for number in range(400))
    seen, _ = view(text, samples=[ANNS])
    found = [item.help for item in findings(seen) if item.code == "unknown-variable"]
    assert len(found) == 400
    assert sum(advice.startswith("did you mean") for advice in found) < 30


def test_a_part_may_read_what_others_give_it() -> None:
    assert "unknown-variable" not in codes("{$product}", {"other.tpl": "{include file='mail.tpl' product=1}"})
    assert "unknown-variable" not in codes("{$product}", name="parts/price.tpl")


def test_severities_are_as_set_but_what_forbids_rendering_stays() -> None:
    off = Preferences(severities={"missing-default": "off", "unknown-modifier": "off", "unused-assign": "error"})
    assert codes("{$profile.firstname}", preferences=off) == []
    assert codes("{$profile.firstname|uper|default:''}", preferences=off) == ["unknown-modifier"]
    seen, _ = view("{$x = 1}", preferences=off)
    assert [item.severity for item in findings(seen)] == ["error"]


@pytest.mark.parametrize(
    "text",
    [
        "{* dovetail-ignore missing-default *}\n{$profile.firstname}",
        "{$profile.firstname} {* dovetail-ignore missing-default *}",
        "{* dovetail-ignore *}{$profile.firstname}",
        "a\n\n{$profile.firstname}\n\n{* dovetail-ignore-file missing-default *}",
    ],
)
def test_a_comment_says_that_a_finding_is_meant(text: str) -> None:
    assert codes(text) == []


def test_a_comment_for_another_line_or_code_suppresses_nothing_and_is_told() -> None:
    assert sorted(codes("{* dovetail-ignore missing-default *}\n\n\n{$profile.firstname}")) == [
        "missing-default",
        "unused-suppression",
    ]
    assert sorted(codes("{* dovetail-ignore no-alt *}{$profile.firstname}")) == [
        "missing-default",
        "unused-suppression",
    ]


def test_errors_cannot_be_wished_away() -> None:
    assert "unknown-modifier" in codes("{* dovetail-ignore *}{$profile.email|uper}")


def test_the_registry_knows_every_lint_that_is_raised_here_and_grades_it() -> None:
    text = (
        "<html><body>{* dovetail-ignore no-such *}<table><tr><td><img src='http://shop.example/a.jpg'></td></tr></table>"
        "<a href='https://shop.example'>click here</a><a href='https://shop.example'></a>"
        "<h1>a</h1><h3 style='font-size:9px;display:flex'>b</h3><p style='color:#ccc;background:#fff'>c</p>"
        "<script>x</script><form></form>{$profile.firstname}{$x = 1}{if false}a{/if}</body></html>"
    )
    seen, _ = view(text)
    found = [item for item in findings(seen) if item.code not in {"not-found", "unknown-name"}]
    assert len({item.code for item in found}) >= 15
    for item in found:
        assert LINTS[item.code].severity == item.severity, item.code


EXAMPLES = [
    lint.code
    for lint in LINTS.values()
    # The others need a shop, a rendered mail, a whole mail around them, or templates beside them.
    if lint.group == "template" and not lint.code.startswith(("include-", "missing-parameter", "unused-parameter"))
]


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_example_of_a_lint_in_the_documentation_gives_it(code: str) -> None:
    assert len(EXAMPLES) >= 8
    assert code in codes(LINTS[code].example)
