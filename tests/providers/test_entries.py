"""Names of kept answers, and whom they tell about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query, Record, Ref
from dovetail.providers.entries import Entry, entry_from, identifier_of, name_of


def test_names_tell_all_asks_apart() -> None:
    asks = [
        Ask("shop", "product", 1),
        Ask("shop", "product", "1"),
        Ask("shop", "order", 1),
        Ask("other", "product", 1),
        Ask("shop", "product", Query()),
        Ask("shop", "product", Query(limit=1)),
        Ask("shop", "product", Query((Filter("sku", "==", "1"),))),
        Ask("shop", "product", Query((Filter("sku", "==", 1),))),
        Ask("shop", "product", Query((), (Order("sku"),))),
        Ask("shop", "product", Query((), (Order("sku", descending=True),))),
    ]
    names = {name_of("default", "f", ask) for ask in asks} | {
        name_of("a", "f", asks[0]),
        name_of("default", "g", asks[0]),
    }
    assert len(names) == len(asks) + 2


TEXT = some.text(alphabet='ab",[]/ \\', max_size=6)


@given(some.tuples(TEXT, TEXT, TEXT, TEXT), some.tuples(TEXT, TEXT, TEXT, TEXT))
def test_two_names_are_equal_only_when_all_that_they_depend_on_is(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    names = [name_of(account, print_, Ask("shop", kind, key)) for account, print_, kind, key in (one, other)]
    assert (names[0] == names[1]) == (one == other)


def test_a_name_says_whose_answer_it_is() -> None:
    assert identifier_of(name_of("default", "f", Ask("mywebshop", "product", 1))) == "mywebshop"
    assert identifier_of("0123456789abcdef") == ""


@pytest.mark.parametrize(
    "value",
    [
        "ann@example.org",
        "Written to ANN@Example.ORG today",
        "https://shop.example/?email=ann%40example.org",
        ["x", {"a": ("y", "ann@example.org")}],
        {"ann@example.org": 1},
        Record("customer", "ann@example.org", "Ann", {}),
        Record("customer", 5, "Ann <ann@example.org>", {}),
        Record("order", 5, "5", {"customer": Record("customer", 7, "", {"email": "ann@example.org"})}),
        {"customer": Ref("customer", "ann@example.org")},
        {"orders": Ref("orders", Query((Filter("customer_email", "==", "ann@example.org"),)))},
    ],
)
def test_an_address_is_found_wherever_it_stands(value: object) -> None:
    entry = Entry(Answer(value), 10.0)
    assert entry.holds("Ann@example.org")
    assert not entry.holds("joanna@example.org")
    assert entry_from(entry.text()).holds("ann@example.org")


def test_an_address_in_the_question_counts_too() -> None:
    assert Entry(Answer(None, found=False), 10.0, about="ann@example.org").holds("ann@example.org")


def test_an_address_with_other_than_latin_letters_is_found_however_it_is_composed() -> None:
    assert Entry(Answer("Rene\u0301@example.org"), 10.0).holds("ren\u00e9@example.org")
    assert Entry(Answer("https://shop.example/ren%C3%A9%40example.org"), 10.0).holds("ren\u00e9@example.org")
