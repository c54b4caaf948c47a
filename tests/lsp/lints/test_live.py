"""Lints of live data: what is known is said, what is not is wished for, and nothing waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dovetail.engine.ports import Answer, Ask, Record, Ref
from dovetail.errors import Diagnostic, UnreachableError
from dovetail.lsp.features.lints import findings
from tests.lsp.looking import MUG, NOW, Known, known, view

ASK = Ask("mywebshop", "product", 123456)
TEXT = "{$mywebshop.product.123456.name}"


def live(**fields: object) -> Known:
    """The blue mug with other fields."""
    made = known()
    made.answers[ASK] = Answer(replace(MUG, fields={**MUG.fields, **fields}), fetched_at=NOW - 60)
    return made


def found(data: Known, text: str = TEXT) -> list[Diagnostic]:
    seen, _ = view(text, live=data)
    return list(findings(seen))


def test_nothing_is_said_of_a_product_that_is_well() -> None:
    assert found(live(status=1)) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"status": 2}, "disabled"), ({"price": None}, "no-price"), ({"is_salable": 0}, "out-of-stock")],
)
def test_what_is_wrong_with_a_product_is_said_where_it_stands(fields: dict[str, object], code: str) -> None:
    (item,) = found(live(**fields))
    assert (item.code, item.severity) == (code, "warning")
    assert TEXT[item.span.start : item.span.end] == "$mywebshop.product.123456"


def test_stock_is_looked_up_where_the_product_refers_to_it() -> None:
    data = known()
    stock = Record("stock", "MUG-BLUE", "MUG-BLUE", {"quantity": 0, "in_stock": False})
    data.answers[Ask("mywebshop", "stock", "MUG-BLUE")] = Answer(stock, fetched_at=NOW)
    assert [item.code for item in found(data)] == ["out-of-stock"]
    assert isinstance(MUG.fields["stock"], Ref)


def test_an_id_that_the_shop_does_not_have_is_an_error() -> None:
    data = known()
    data.answers[ASK] = Answer(None, found=False, fetched_at=NOW, notes=("no such product",))
    (item,) = found(data)
    assert (item.code, item.severity) == ("unknown-id", "error")


def test_what_is_old_is_a_hint_with_its_age_and_never_an_error() -> None:
    data = known()
    data.answers[ASK] = Answer(None, found=False, fetched_at=NOW - 3 * 3600)
    (item,) = found(data)
    assert (item.code, item.severity) == ("unknown-id", "info")
    assert "3 hours" in item.message


def test_what_is_not_known_is_asked_for_and_not_guessed() -> None:
    data = Known()
    assert found(data) == []
    assert ASK in data.wanted


def test_a_shop_that_cannot_be_asked_is_said_once() -> None:
    data = known()
    data.answers.clear()
    data.answers[ASK] = UnreachableError("the shop does not answer", identifier="mywebshop", retryable=True)
    data.failures = {"mywebshop": "the shop does not answer"}
    (item,) = found(data, TEXT * 3 + "{$mywebshop.product.2.name}")
    assert (item.code, item.severity, item.span.start) == ("unreachable", "info", 1)


def test_values_that_some_recipients_lack_are_counted() -> None:
    items = found(known(), "{$profile.firstname}")
    assert "`$profile.firstname` is empty for 1 of 2 sample recipients" in [item.message for item in items]
    assert found(known(), "{$profile.firstname|default:'you'}") == []


def test_recipients_whose_record_is_not_known_are_not_counted() -> None:
    text = "{$mywebshop.customer[$profile.customer_id].firstname}"
    data = known()
    assert [item.code for item in found(data, text)] == []
    assert Ask("mywebshop", "customer", 8) in data.wanted
    data.answers[Ask("mywebshop", "customer", 8)] = Answer(Record("customer", 8, "", {"firstname": ""}), fetched_at=NOW)
    assert [item.message.split(" is ")[1] for item in found(data, text)] == ["empty for 1 of 2 sample recipients"]


def test_a_title_from_the_shop_is_shown_and_never_obeyed() -> None:
    data = known()
    data.answers[ASK] = Answer(replace(MUG, title="Mug\x1b[31m\n‮", fields={**MUG.fields, "status": 2}), fetched_at=NOW)
    (item,) = found(data)
    assert not any(each in item.message for each in "\x1b\n‮")
