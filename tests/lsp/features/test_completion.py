"""What is offered, what it writes, and what it never does."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Suggestion
from dovetail.lsp.features.completion import complete, resolve
from dovetail.lsp.features.results import Completion
from dovetail.lsp.features.signature import signature
from dovetail.lsp.features.types import type_of_value
from tests.lsp.looking import Known, known, view


def offered(text: str, label: str, **more: object) -> tuple[Completion, str]:
    """An offer by its label, and the text with it."""
    looked, offset = view(text, **more)  # type: ignore[arg-type]
    item = next(each for each in complete(looked, offset).items if each.label == label)
    whole = looked.reading.text
    edits = sorted([(item.span, item.insert), *((each.span, each.text) for each in item.also)], reverse=True)
    for span, insert in edits:
        whole = whole[: span.start] + insert + whole[span.end :]
    return item, whole


@pytest.mark.parametrize(
    ("text", "label", "written"),
    [
        ("{$mywebshop.product.mug▮}", "Blue mug", "{$mywebshop.product.123456}"),
        ("{$mywebshop.product.blue mug▮}", "Blue mug", "{$mywebshop.product.123456}"),
        ("{$mywebshop.product.▮", "Blue mug", "{$mywebshop.product.123456"),
        ("{$mywebshop.order.0000▮}", "000000031", "{$mywebshop.order.31}"),
        ('{$mywebshop.product["mug▮"]}', "Blue mug", '{$mywebshop.product["123456"]}'),
        ("{$my▮}", "$mywebshop", "{$mywebshop.}"),
        ("{if my▮}", "$mywebshop", "{if $mywebshop.}"),
        ("{i▮", "if", "{if ${1:condition}\\}$0{/if\\}"),
        ("{i▮}", "if", "{if ${1:condition}}{/if}"),
        ("{if $a}x{/▮", "if", "{if $a}x{/if}"),
        ("{if $a}x{/▮}", "if", "{if $a}x{/if}"),
        ("{include file=par▮}", "parts/footer.tpl", '{include file="parts/footer.tpl"}'),
        ("{include file='par▮'}", "parts/footer.tpl", "{include file='parts/footer.tpl'}"),
        ("{$x|def▮}", "default", "{$x|default}"),
        ("{$x|replace▮}", "replace", "{$x|replace:'${1:search}':'${2:replacement}'}"),
    ],
)
def test_what_is_written(text: str, label: str, written: str) -> None:
    assert offered(text, label, beside={"parts/footer.tpl": ""})[1] == written


@pytest.mark.parametrize("key", ["24-MB01", "a b", 'x"y', "x'y", "$5", "007", "{x}", "ü"])
def test_a_key_that_is_no_word_stands_in_brackets_and_reads_the_same(key: str) -> None:
    from dovetail import Environment

    live = known()
    live.found = {"product": [Suggestion(key, "Odd thing", "")]}
    item, whole = offered("{$mywebshop.product.odd▮}", "Odd thing", live=live)
    assert whole.startswith("{$mywebshop.product[")
    assert item.matched
    # Written so, a template finds exactly this key.
    with Environment(cache_folder=None) as environment:
        text = whole.replace("$mywebshop", "$shop")
        assert environment.from_string(text).render(shop={"product": {key: "found"}}) == "found"


@pytest.mark.parametrize(
    "title", ["${1:evil}", "a}b", "back\\slash", "**bold** <b>", "two\nlines", "\u202eright to left"]
)
def test_a_hostile_title_is_shown_and_never_written(title: str) -> None:
    live = known()
    live.found = {"product": [Suggestion("5", title, title)]}
    looked, offset = view("{$mywebshop.product.▮}", live=live)
    (item,) = complete(looked, offset).items
    assert item.insert == "5"
    assert not item.snippet
    assert not set("\n\u202e") & set(item.label + item.description)


def test_a_shop_that_is_down_is_an_item_with_the_age_of_what_is_known() -> None:
    live = known()
    live.failures = {"mywebshop": "refused"}
    looked, offset = view("{$mywebshop.product.mug▮}", live=live)
    items = complete(looked, offset).items
    assert [item.kind for item in items].count("notice") == 1
    assert items[-1].label == "mywebshop cannot be asked now"
    assert "refused; what is shown is 3 min old" in items[-1].detail
    assert items[0].label in ("Blue mug", "Red mug")


def test_a_list_is_asked_again_while_the_shop_may_have_more() -> None:
    live = known()
    live.complete = False
    looked, offset = view("{$mywebshop.product.mug▮}", live=live)
    assert not complete(looked, offset).complete


def test_no_more_than_a_hundred() -> None:
    live = Known(found={"product": [Suggestion(str(n), f"Mug {n}", "") for n in range(1, 500)]})
    looked, offset = view("{$mywebshop.product.▮}", live=live)
    assert len(complete(looked, offset).items) == 100


def test_fields_show_their_value_of_now_and_personal_ones_do_not() -> None:
    assert offered("{$mywebshop.product.123456.▮}", "price")[0].detail == "12.5"
    assert offered("{$mywebshop.customer.7.▮}", "email")[0].detail == "•••"


def test_documentation_comes_when_it_is_looked_at() -> None:
    looked, offset = view("{$mywebshop.product.blue▮}")
    item = complete(looked, offset).items[0]
    assert item.documentation is None
    told = resolve(looked, item.key)
    assert told is not None
    assert "![picture](https://shop.example/media/mug.jpg)" in told.markdown
    assert "price: 12.5" in told.plain
    assert "as of 3 min ago" in told.plain


@pytest.mark.parametrize("text", ["Hello ▮", "a/▮", "<style>$▮</style>", "{literal}${/literal}$x▮", "{* $▮ *}", "<p/▮"])
def test_nothing_is_offered_where_nobody_asked(text: str) -> None:
    looked, offset = view(text)
    assert complete(looked, offset).items == ()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{foreach $mywebshop.products|limit:3 as $p}{$p.▮}{/foreach}", "price"),
        ("{assign var=p value=$mywebshop.product.5}{$p.▮}", "price"),
        ("{$p = $mywebshop.products|first}{$p.▮}", "price"),
        ("{foreach $mywebshop.order.31.items as $item}{$item.▮}{/foreach}", "name"),
        ("{function f p=$mywebshop.product.5}{$p.▮}{/function}", "price"),
        ("{$list = [['a' => 1]]}{$list[0].▮}", "a"),
        ("{$mywebshop.store.▮}", "name"),
        ("{$profile.▮}", "firstname"),
    ],
)
def test_types_flow_through_the_template(text: str, field: str) -> None:
    looked, offset = view(text)
    assert field in [item.label for item in complete(looked, offset).items]


def test_types_flow_into_what_is_included() -> None:
    beside = {"mail2.tpl": '{include file="card.tpl" p=$mywebshop.product.5}'}
    looked, offset = view("{$p.▮}", name="card.tpl", beside=beside)
    assert "price" in [item.label for item in complete(looked, offset).items]


@pytest.mark.parametrize(
    ("value", "words"), [(True, "true or false"), ([{"a": 1}], "a list of named values"), ("x", "text")]
)
def test_types_of_sample_values(value: object, words: str) -> None:
    assert type_of_value(value).words == words


@pytest.mark.parametrize(
    ("text", "label", "active"),
    [
        ("{$x|truncate:▮}", "|truncate:[length]:[etc]:[break_words]:[middle]", "[length]"),
        ("{$x|truncate:10:▮}", "|truncate:[length]:[etc]:[break_words]:[middle]", "[etc]"),
        ("{$x|default:'a':'b':▮}", "|default:[stand_ins…]", "[stand_ins]…"),
        ("{function name=card p=1 q=2}{/function}{card q=▮}", "card [p=…] [q=…]", "[q=…]"),
    ],
)
def test_signatures(text: str, label: str, active: str) -> None:
    looked, offset = view(text)
    found = signature(looked, offset)
    assert found is not None
    assert found.active is not None
    span = found.parameters[found.active].label_span
    assert found.label[span.start : span.end] == active
    assert found.label.startswith(label.split(":")[0].split(" ")[0])
