"""searchCriteria as URLs, and lists of values cut into what one URL and Magento's limits allow."""

from __future__ import annotations

from typing import get_args
from urllib.parse import parse_qsl

from dovetail.providers.magento2.search import (
    Comparison,
    Condition,
    Criteria,
    Sort,
    escaped,
    halves,
    like,
    one_of,
    size_of,
)


def test_a_search_always_says_direction_and_size() -> None:
    criteria = Criteria(
        ((Condition("price", "lt", "15"),), (Condition("sku", "eq", "A"), Condition("sku", "eq", "B"))),
        (Sort("price", True), Sort("entity_id")),
        size=5,
    )
    assert dict(parse_qsl(criteria.query())) == {
        "searchCriteria[filter_groups][0][filters][0][field]": "price",
        "searchCriteria[filter_groups][0][filters][0][value]": "15",
        "searchCriteria[filter_groups][0][filters][0][condition_type]": "lt",
        "searchCriteria[filter_groups][1][filters][0][field]": "sku",
        "searchCriteria[filter_groups][1][filters][0][value]": "A",
        "searchCriteria[filter_groups][1][filters][0][condition_type]": "eq",
        "searchCriteria[filter_groups][1][filters][1][field]": "sku",
        "searchCriteria[filter_groups][1][filters][1][value]": "B",
        "searchCriteria[filter_groups][1][filters][1][condition_type]": "eq",
        "searchCriteria[sortOrders][0][field]": "price",
        "searchCriteria[sortOrders][0][direction]": "DESC",
        "searchCriteria[sortOrders][1][field]": "entity_id",
        "searchCriteria[sortOrders][1][direction]": "ASC",
        "searchCriteria[pageSize]": "5",
        "searchCriteria[currentPage]": "1",
    }


def test_everything_is_percent_encoded_and_no_plus_stands_for_a_space() -> None:
    query = Criteria(((Condition("sku", "eq", "a b+c&d=e/f%é"),),)).query()
    assert "=a%20b%2Bc%26d%3De%2Ff%25%C3%A9&" in query
    assert "[" not in query
    assert "+" not in query


def test_values_are_cut_into_lists_that_fit_an_address() -> None:
    groups = one_of("sku", [f"SKU-{'x' * 40}-{at}" for at in range(300)], most=100)
    assert sum(size_of(group) for group in groups) == 300
    assert all(size_of(group) <= 100 for group in groups)
    assert max(len(Criteria((group,)).query()) for group in groups) < 5000


def test_values_with_a_comma_are_alternatives_of_at_most_twenty() -> None:
    groups = one_of("sku", ["A", *(f"B,{at}" for at in range(45)), "C", "A"])
    assert [group[0].condition for group in groups] == ["in", "eq", "eq", "eq"]
    assert groups[0][0].value == "A,C"
    assert [size_of(group) for group in groups] == [2, 20, 20, 5]


def test_a_group_is_halved_down_to_single_values() -> None:
    (group,) = one_of("customer_id", ["1", "2", "3"])
    first, second = halves(group)
    assert (first[0].value, second[0].value) == ("1", "2,3")
    assert halves(first) == ()
    (odd,) = one_of("sku", ["a,b", "c,d"])
    assert [part[0].value for part in halves(odd)] == ["a,b", "c,d"]


def test_like_means_contains_unless_it_has_a_wildcard() -> None:
    assert like("blanket") == "%blanket%"
    assert like("blan%") == "blan%"
    assert escaped("50%_a\\") == "50\\%\\_a\\\\"


def test_only_conditions_that_magento_knows_are_ever_sent() -> None:
    """An unknown one (`moreq`, `lte`) means equality there, without a word about it."""
    known = [
        "eq",
        "neq",
        "gt",
        "gteq",
        "lt",
        "lteq",
        "from",
        "to",
        "in",
        "nin",
        "like",
        "nlike",
        "null",
        "notnull",
        "finset",
        "nfinset",
        "seq",
        "sneq",
        "regexp",
    ]
    assert set(get_args(Comparison)) <= set(known)
