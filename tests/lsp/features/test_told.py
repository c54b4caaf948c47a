"""What templates know that a follow-up sends: `$trigger` by the data of its events, completed, told and checked."""

from __future__ import annotations

import pytest

from dovetail.lsp.features.actions import actions
from dovetail.lsp.features.completion import complete, resolve
from dovetail.lsp.features.hover import hover
from dovetail.lsp.features.lints import findings
from dovetail.lsp.features.results import Completion
from dovetail.lsp.features.tokens import tokens
from tests.lsp.looking import Known, view

CART, ORDERS = ("cart-abandoned",), ("order-create", "order-paid")


def offered(text: str, *events: str) -> dict[str, Completion]:
    looked, offset = view(text, events=events)
    return {item.label: item for item in complete(looked, offset).items}


def codes(text: str, *events: str) -> list[tuple[str, str, str]]:
    looked, _ = view(text, events=events, samples=())
    return [(item.code, item.severity, item.message) for item in findings(looked) if item.code == "unknown-name"]


def test_the_fields_of_the_event_are_offered_with_what_they_mean() -> None:
    found = offered("{$trigger.▮}", *CART)
    assert {"id", "email", "customer", "items", "status", "timestamp", "profile", "source"} <= found.keys()
    assert "grand_total" not in found
    assert found["status"].detail == "open, closed, checked-out (became an order)"
    assert found["customer"].again


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{$trigger.customer.▮}", {"id", "name", "email"}),
        ("{$trigger.trigger.▮}", {"type", "timestamp", "source", "subject", "event"}),
        ("{$profile.▮}", {"firstname", "email", "customer_id"}),
        ("{$event.customer.na▮}", {"name"}),
        ("{foreach $trigger.items as $item}{$item.▮}{/foreach}", {"item_id", "name", "price", "product_type", "qty", "sku"}),
    ],
)  # fmt: skip
def test_what_is_nested_is_offered_too(text: str, wanted: set[str]) -> None:
    assert offered(text, *CART).keys() == wanted


def test_of_several_events_it_is_said_which_have_a_field() -> None:
    found = offered("{$trigger.grand▮}", *ORDERS, *CART)
    assert found["grand_total"].detail == "only order-create, order-paid: what is to be paid"
    assert offered("{$trigger.custom▮}", *ORDERS, *CART)["customer"].detail.startswith("who ordered")
    looked, _ = view("", events=(*ORDERS, *CART))
    told = resolve(looked, found["grand_total"].key)
    assert told is not None
    assert "an amount of money" in told.plain
    assert "Of order-create, order-paid" in told.plain


def test_the_variables_are_offered() -> None:
    found = offered("{$t▮}", *CART)
    assert [found[name].insert for name in ("$trigger", "$timestamp")] == ["trigger.", "timestamp"]
    assert found["$trigger"].detail == "The event that started the follow-up"
    assert offered("$▮", *CART)["$trigger"].insert == "{$trigger."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{$trig▮ger}", ["event", "The event that started", "Of cart-abandoned"]),
        ("{$trigger.customer.na▮me}", ["text", "first, middle and last name", "Of cart-abandoned"]),
        ("{$trigger.cust▮omer.name}", ["person", "whose cart it is"]),
        ("{$trigger.items.0.q▮ty|escape}", ["a number", "how many"]),
        ("{$times▮tamp}", ["a number", "Unix seconds"]),
    ],
)
def test_hover_says_what_it_means_and_by_which_events(text: str, words: list[str]) -> None:
    looked, offset = view(text, events=CART)
    found = hover(looked, offset)
    assert found is not None
    for each in words:
        assert each in found.prose.plain
    # Nobody knows its value before there is an event.
    assert "Now" not in found.prose.plain


def test_a_field_that_no_event_has_is_told_with_the_near_one_and_mended() -> None:
    text = "{$trigger.custmer.name}{$trigger.customer.nmae}{foreach $trigger.items as $i}{$i.prize}{/foreach}{$trigger.zzz}"
    assert codes(text, *CART) == [
        ("unknown-name", "warning", "`$trigger` has no `custmer`"),
        ("unknown-name", "warning", "`$trigger.customer` has no `nmae`"),
        ("unknown-name", "warning", "`$i` has no `prize`"),
        ("unknown-name", "warning", "`$trigger` has no `zzz`"),
    ]
    looked, _ = view(text, events=CART, samples=())
    near = [item for item in findings(looked) if item.code == "unknown-name"]
    assert [item.help for item in near][:2] == ["did you mean `customer`?", "did you mean `name`?"]
    assert text[near[1].span.start : near[1].span.end] == "$trigger.customer.nmae"
    edits = [edit for action in actions(looked, near[0].span) for edit in action.change.edits["mail.tpl"]]
    assert any(edit.text == "customer" and text[edit.span.start : edit.span.end] == "custmer" for edit in edits)


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("{$trigger.anything.at.all}", ("reminded",)),
        ("{$trigger.custmer}", ("reminded", "cart-abandoned")),
        ("{$trigger.custmer}", ()),
        ("{$trigger.attributes.what.ever}{$trigger[$x]}{$trigger.customer.name|upper}", CART),
        ("{assign var=trigger value=['custmer' => 1]}{$trigger.custmer}", CART),
        # Customers may be told of by programs, with fields of their own.
        ("{$trigger.loyalty}", ("user-register",)),
    ],
)
def test_what_may_be_there_is_not_told(text: str, events: tuple[str, ...]) -> None:
    assert [each for each in codes(text, *events) if each[1] != "info"] == []


def test_what_is_nearly_a_field_of_open_data_is_a_note() -> None:
    assert codes("{$trigger.fristname}", "user-register") == [
        ("unknown-name", "info", "`$trigger` has no documented field `fristname`")
    ]


def test_nothing_is_asked_of_a_shop_for_it() -> None:
    data = Known()
    looked, offset = view("{$trigger.customer.name}{$trigger.▮", events=CART, live=data)
    complete(looked, offset)
    findings(looked)
    hover(looked, 12)
    assert data.wanted == []


def test_what_is_unknown_is_coloured_so() -> None:
    looked, _ = view("{$trigger.custmer}{$trigger.id}", events=CART)
    marks = {looked.reading.text[each.span.start : each.span.end]: each.marks for each in tokens(looked, None)}
    assert "unknown" in marks["custmer"]
    assert not marks["id"]
