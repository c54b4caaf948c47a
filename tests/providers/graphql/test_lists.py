"""Lists: pages, what is pushed into variables, and what is left to do here."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query, Record
from tests.providers.graphql.conftest import Describe
from tests.providers.graphql.shop import PRODUCTS, GraphQLShop

ALL = [each["sku"] for each in PRODUCTS]

HEAD = """
[integrations.shop.collections.product]
key = "sku"
title = "name"
[integrations.shop.collections.product.list]
"""

CONNECTION = (
    HEAD
    + """
query = '''query($first: Int, $after: String, $filter: ProductFilter, $sort: ProductSort) {
  products(first: $first, after: $after, filter: $filter, sort: $sort) {
    edges { node { sku name price } } pageInfo { hasNextPage endCursor }
  }
}'''
at = "/products/edges"
node = "/node"
paging = { style = "cursor", size = "first", info = "/products/pageInfo" }
search = "/filter/name"
order = { asc = { "/sort/{field}" = "ASC" }, desc = { "/sort/{field}" = "DESC" }, fields = ["price"] }
[integrations.shop.collections.product.list.filters]
sku = { in = "/filter/sku" }
price = { ">=" = "/filter/price/from", "<=" = "/filter/price/to" }
"""
)


def shelf(variables: str, paging: str) -> str:
    declared = ", ".join(f"${name}: Int" for name in variables.split())
    given = ", ".join(f"{name}: ${name}" for name in variables.split())
    query = f"query = '''query({declared}) {{ shelf({given}) {{ sku name price }} }}'''\n"
    return f'{HEAD}{query}at = "/shelf"\npaging = {{ {paging} }}\n'


PAGINGS = {
    "cursor": CONNECTION,
    "offset": shelf("limit offset", 'style = "offset", size = "limit", most = 10'),
    "page": shelf("limit page", 'style = "page", size = "limit", most = 10'),
}


@pytest.mark.parametrize("style", PAGINGS)
def test_a_list_is_read_to_its_end(shop: Describe, api: GraphQLShop, style: str) -> None:
    assert shop(PAGINGS[style]).keys("product") == ALL
    assert len(api.calls) == 3


@pytest.mark.parametrize("style", PAGINGS)
def test_no_more_pages_are_read_than_wanted(shop: Describe, api: GraphQLShop, style: str) -> None:
    assert shop(PAGINGS[style]).keys("product", Query(limit=12)) == ALL[:12]
    assert len(api.calls) == 2


def test_an_api_with_smaller_pages_than_wanted_loses_no_records(shop: Describe) -> None:
    assert shop(shelf("limit offset", 'style = "offset", size = "limit"')).keys("product") == ALL


def test_a_template_s_filters_orders_and_limits_become_variables(shop: Describe, api: GraphQLShop) -> None:
    shown = shop(CONNECTION).render(
        "{foreach $shop.products|filter:'price':'>=':10|filter:'price':'<=':50|orderby:'price':'desc'|limit:3 as $p}"
        "{$p.sku} {/foreach}"
    )
    assert shown == "P-20 P-19 P-18 "
    assert [call.variables for call in api.calls] == [
        {"first": 3, "filter": {"price": {"from": 10, "to": 50}}, "sort": {"price": "DESC"}}
    ]


def test_what_cannot_be_pushed_is_done_here_and_said(shop: Describe) -> None:
    query = Query((Filter("name", "==", "Thing 7"),), (Order("name"),))
    answer = shop(CONNECTION).answer("product", query)
    assert isinstance(answer.value, list)
    assert [each.key for each in answer.value] == ["P-07"]
    assert answer.notes == (
        "the list of product is filtered by name here, after reading it whole",
        "the list of product is put in order of name here, after reading it whole",
    )


def test_several_values(shop: Describe, api: GraphQLShop) -> None:
    query = Query((Filter("sku", "in", ("P-02", "P-05", "")),))
    assert shop(CONNECTION).keys("product", query) == ["P-02", "P-05"]
    assert api.calls[0].variables["filter"] == {"sku": ["P-02", "P-05"]}


def test_lists_that_differ_in_one_value_are_fetched_together(shop: Describe, api: GraphQLShop) -> None:
    asks = [Ask("shop", "product", Query((Filter("sku", "==", f"P-0{number}"),), (), 1)) for number in range(1, 10)]
    answers = shop(CONNECTION).answers(*asks)
    found = [each.value[0] for each in answers if isinstance(each, Answer) and isinstance(each.value, list)]
    assert [each.key for each in found if isinstance(each, Record)] == [f"P-0{number}" for number in range(1, 10)]
    assert len(api.calls) == 1
    assert api.calls[0].variables["filter"] == {"sku": [f"P-0{number}" for number in range(1, 10)]}


def test_one_value_where_the_api_takes_several(shop: Describe, api: GraphQLShop) -> None:
    assert shop(CONNECTION).keys("product", Query((Filter("sku", "==", "P-03"),))) == ["P-03"]
    assert api.calls[0].variables["filter"] == {"sku": ["P-03"]}


def test_values_that_only_differ_in_case_are_fetched_apart(shop: Describe, api: GraphQLShop) -> None:
    asks = [Ask("shop", "product", Query((Filter("sku", "==", value),))) for value in ("P-01", "p-01")]
    described = shop(CONNECTION)
    assert [
        len(each.value)
        for each in described.answers(*asks)
        if isinstance(each, Answer) and isinstance(each.value, list)
    ] == [1, 0]
    assert [call.variables["filter"] for call in api.calls[1:]] == [{"sku": ["P-01"]}, {"sku": ["p-01"]}]


def test_two_conditions_for_one_variable_are_not_both_pushed(shop: Describe, api: GraphQLShop) -> None:
    query = Query((Filter("price", ">=", 10), Filter("price", ">=", 60)))
    assert shop(CONNECTION).keys("product", query) == ["P-24", "P-25"]
    assert api.calls[0].variables["filter"] == {"price": {"from": 10}}


def test_an_api_that_ignores_a_filter_shows_nothing_that_was_not_asked_for(shop: Describe, api: GraphQLShop) -> None:
    api.raw = (
        200,
        b'{"data": {"products": {"edges": [{"node": {"sku": "A"}}, {"node": {"sku": "B"}}],'
        b' "pageInfo": {"hasNextPage": false, "endCursor": null}}}}',
    )
    answer = shop(CONNECTION).answer("product", Query((Filter("sku", "in", ("B",)),)))
    assert isinstance(answer.value, list)
    assert [each.key for each in answer.value] == ["B"]
    assert answer.notes == ("`shop` does not filter its list of product by sku",)


PAGE = '{{"data": {{"products": {{"edges": {edges}, "pageInfo": {info}}}}}{errors}}}'
INFO = '{"hasNextPage": false, "endCursor": null}'


@pytest.mark.parametrize(
    ("edges", "info", "errors", "words"),
    [
        ("null", INFO, ', "errors": [{"message": "x", "path": ["products", "edges"]}]', "reports an error"),
        ('[{"node": null}]', INFO, ', "errors": [{"message": "x", "path": ["products", "edges", 0, "node"]}]', "error"),
        (
            '[{"node": {"sku": "A", "price": null}}]',
            INFO,
            ', "errors": [{"message": "x", "path": ["products", "edges", 0, "node", "price"]}]',
            "at products.edges.node.price",
        ),
        ("[]", "null", ', "errors": [{"message": "x", "path": ["products", "pageInfo"]}]', "at products.pageInfo"),
        ('[{"node": 1}]', INFO, "", "a number where a product should be"),
        ('[{"x": 1}]', INFO, "", "has nothing at /node"),
        ('{"a": 1}', INFO, "", "an object with a where the list of product should be"),
        ('[{"node": {"name": "x"}}]', INFO, "", "has no sku"),
        ("[]", "{}", "", "hasNextPage"),
        ("[]", '{"hasNextPage": true, "endCursor": null}', "", "not where they begin"),
        ('[{"node": {"sku": "A"}}]', '{"hasNextPage": true, "endCursor": "x"}', "", "again and again"),
    ],
)
def test_a_list_with_a_hole_is_no_list(
    shop: Describe, api: GraphQLShop, edges: str, info: str, errors: str, words: str
) -> None:
    api.raw = (200, PAGE.format(edges=edges, info=info, errors=errors).encode())
    error = shop(CONNECTION).error("product", Query())
    assert words in error.message
    assert error.help


def test_null_in_place_of_a_list_is_an_empty_one(shop: Describe, api: GraphQLShop) -> None:
    api.raw = (200, PAGE.format(edges="null", info=INFO, errors="").encode())
    assert shop(CONNECTION).keys("product") == []


def test_an_entity_out_of_its_list(shop: Describe, api: GraphQLShop) -> None:
    described = shop(CONNECTION)
    assert described.one("product", "P-21").title == "Thing 21"
    assert not described.answer("product", "nope").found


@pytest.mark.parametrize("value", [None, "", " ", False])
def test_a_recipient_without_an_id_sees_nothing_of_others(
    shop: Describe, api: GraphQLShop, value: str | bool | None
) -> None:
    assert shop(CONNECTION).keys("product", Query((Filter("sku", "==", value),))) == []
    assert api.calls == []


def test_suggestions(shop: Describe, api: GraphQLShop) -> None:
    described = shop(CONNECTION)
    found = described.connections.talk("shop", described.provider.suggest(["product"], "", 2))
    assert [each.insert for each in found] == ["P-01", "P-02"]
    below = described.connections.talk("shop", described.provider.suggest(["product", "P-01"], "n", 5))
    assert [each.insert for each in below] == ["name"]
    described.connections.talk("shop", described.provider.suggest(["product"], "x", 2))
    assert api.calls[-1].variables == {"first": 2, "filter": {"name": "x"}}
