"""Lists: pages, what is pushed into parameters, and what is left to do here."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query, Record
from tests.providers.rest import double
from tests.providers.rest.conftest import Describe
from tests.providers.rest.double import CUSTOMERS, JsonApi

ALL = [each["id"] for each in CUSTOMERS]


def customers(style: str, paging: str, items: str = 'items = "/data"\n') -> str:
    return f'[integrations.crm.collections.customer]\nlist = "{style}/customers"\n{items}paging = {{ {paging} }}\n'


PAGINGS = {
    "page": customers("page", 'style = "page", size = "size", most = 10'),
    "page, total": customers("page", 'style = "page", size = "size", most = 10, total = "/meta/total"'),
    "page, no size": customers("page", 'style = "page"'),
    "offset": customers("offset", 'style = "offset", size = "size", most = 7'),
    "cursor": customers(
        "cursor", 'style = "cursor", size = "size", most = 10, next = "/meta/next", parameter = "cursor"'
    ),
    "next": customers("next", 'style = "cursor", size = "size", most = 10, next = "/links/next"'),
    "link": customers("link", 'style = "link", size = "size", most = 10', items=""),
}


@pytest.mark.parametrize("style", PAGINGS)
def test_a_list_is_read_to_its_end(crm: Describe, style: str) -> None:
    assert crm(PAGINGS[style]).keys("customer") == ALL


@pytest.mark.parametrize("style", PAGINGS)
def test_no_more_pages_are_read_than_wanted(crm: Describe, api: JsonApi, style: str) -> None:
    assert crm(PAGINGS[style]).keys("customer", Query(limit=12)) == ALL[:12]
    assert len(api.calls) == 2


def test_a_small_limit_asks_for_a_small_page(crm: Describe, api: JsonApi) -> None:
    assert crm(PAGINGS["page"]).keys("customer", Query(limit=3)) == [1, 2, 3]
    assert [call.value("size") for call in api.calls] == ["3"]


def test_an_api_with_a_smaller_page_than_wanted_loses_no_records(crm: Describe, api: JsonApi) -> None:
    api.most = 4
    assert crm(customers("offset", 'style = "offset", size = "size"')).keys("customer") == ALL


def test_a_total_ends_a_list_without_another_page(crm: Describe, api: JsonApi) -> None:
    crm(customers("page", 'style = "page", size = "size", total = "/meta/total"')).keys("customer")
    assert len(api.calls) == 1


def test_a_next_page_at_another_host_is_refused(crm: Describe, api: JsonApi) -> None:
    page = {"data": [{"id": 1}], "links": {"next": "https://evil.example/customers"}}
    api.answers["/next/customers"] = double.Answer(page)
    assert "is at another host" in crm(PAGINGS["next"]).error("customer", Query()).message
    page["links"] = {"next": "//evil.example/customers"}
    assert "is at another host" in crm(PAGINGS["next"]).error("customer", Query()).message


def test_pages_in_a_circle_end(crm: Describe, api: JsonApi) -> None:
    api.answers["/next/customers"] = double.Answer({"data": [{"id": 1}], "links": {"next": "/next/customers?size=10"}})
    assert "circle" in crm(PAGINGS["next"]).error("customer", Query()).message


def test_an_api_that_does_not_know_the_parameter_is_not_asked_for_ever(crm: Describe, api: JsonApi) -> None:
    api.answers["/page/customers"] = double.Answer({"data": [{"id": number} for number in range(10)]})
    error = crm(PAGINGS["page"]).error("customer", Query())
    assert "the same page of customer again and again" in error.message
    assert "`paging`" in error.help
    assert len(api.calls) == 2


@pytest.mark.parametrize(
    ("reply", "words", "advice"),
    [
        ({"rows": []}, "has nothing at /data in its answer for customer", "`items`"),
        ({"data": {"id": 1}}, "has an object with id where the list of customer should be", "`items`"),
        ({"data": [1]}, "lists a number where a customer should be", "`items`"),
        ({"data": [{"uid": 1}]}, "a customer of `crm` has no id: it is an object with uid", "`key`"),
    ],
)
def test_a_list_of_another_shape_says_what_to_check(
    crm: Describe, api: JsonApi, reply: object, words: str, advice: str
) -> None:
    api.answers["/page/customers"] = double.Answer(reply)
    error = crm(customers("page", 'style = "none"')).error("customer", Query())
    assert words in error.message
    assert advice in error.help


def test_a_list_that_is_not_there_is_an_error_and_not_empty(crm: Describe) -> None:
    described = crm('[integrations.crm.collections.thing]\nlist = "things"\n')
    assert "there is nothing at things" in described.error("thing", Query()).message


ORDERS = """
[integrations.crm.collections.order]
list = "orders"
key = "number"
personal = true
paging = { style = "none", size = "top", most = 1000 }
order = { asc = "sort={field}", desc = "sort=-{field}", fields = ["number", "created_at"] }
relations = { customer_id = "customer" }
[integrations.crm.collections.order.filters]
status = "status={value}"
customer_id = { "==" = "customer_id={value}", in = "customer_id={value}" }
total = { ">=" = "min_total={value}" }
[integrations.crm.collections.customer]
one = "customers/{key}"
"""


def test_a_template_s_filters_orders_and_limits_become_parameters(crm: Describe, api: JsonApi) -> None:
    shown = crm(ORDERS).render(
        "{foreach $crm.orders|filter:'status':'closed'|filter:'total':'>=':90|orderby:'number':'desc'|limit:3 as $o}{$o.number} {/foreach}"
    )
    assert shown == "A-100 A-096 A-092 "
    assert [call.query for call in api.calls] == [
        [("status", "closed"), ("min_total", "90"), ("sort", "-number"), ("top", "3")]
    ]


def test_what_cannot_be_pushed_is_done_here_and_said(crm: Describe, api: JsonApi) -> None:
    described = crm(ORDERS)
    answer = described.answer("order", Query((Filter("total", "<", 6),), (Order("total", True),), 2))
    assert isinstance(answer.value, list)
    assert [each.key for each in answer.value if isinstance(each, Record)] == ["A-003", "A-002"]
    assert answer.notes == (
        "the list of order is filtered by total here, after reading it whole",
        "the list of order is put in order of total here, after reading it whole",
    )
    assert api.calls[0].query == [("top", "1000")]


def test_two_conditions_on_one_parameter_are_not_both_pushed(crm: Describe, api: JsonApi) -> None:
    query = Query((Filter("total", ">=", 10), Filter("total", ">=", 148)))
    assert crm(ORDERS).keys("order", query) == ["A-099", "A-100"]
    assert api.calls[0].query == [("min_total", "10"), ("top", "1000")]


def test_an_api_that_ignores_a_filter_shows_nobody_else_s_records(crm: Describe, api: JsonApi) -> None:
    api.answers["/orders"] = double.Answer([{"number": "A-1", "customer_id": 1}, {"number": "A-2", "customer_id": 2}])
    answer = crm(ORDERS).answer("order", Query((Filter("customer_id", "==", 2),)))
    assert isinstance(answer.value, list)
    assert [each.key for each in answer.value if isinstance(each, Record)] == ["A-2"]
    assert answer.notes == ("`crm` does not filter its list of order by customer_id",)


@pytest.mark.parametrize("value", [None, "", " ", False])
def test_a_recipient_without_an_id_sees_no_orders(crm: Describe, api: JsonApi, value: str | bool | None) -> None:
    api.answers["/orders"] = double.Answer([{"number": "A-1", "customer_id": None}, {"number": "A-2"}])
    described = crm(ORDERS)
    assert described.keys("order", Query((Filter("customer_id", "==", value),))) == []
    assert described.keys("order", Query((Filter("customer_id", "in", (value,)),))) == []
    assert api.calls == []


def test_lists_that_differ_in_one_value_are_fetched_together(crm: Describe, api: JsonApi) -> None:
    asks = [
        Ask("crm", "order", Query((Filter("customer_id", "==", number),), (Order("number", True),), 1))
        for number in range(1, 26)
    ]
    answers = crm(ORDERS).answers(*asks)
    last = [each.value[0].key for each in answers if isinstance(each, Answer) and isinstance(each.value, list)]
    assert last == ["A-100", *(f"A-{number:03}" for number in range(76, 100))]
    assert len(api.calls) == 1
    assert api.calls[0].value("customer_id") == ",".join(map(str, range(1, 26)))


def test_values_that_only_differ_in_case_are_fetched_apart(crm: Describe, api: JsonApi) -> None:
    described = crm(ORDERS)
    api.answers["/orders"] = double.Answer([])
    described.answers(*(Ask("crm", "order", Query((Filter("customer_id", "==", value),))) for value in ("aB", "Ab")))
    assert [call.value("customer_id") for call in api.calls] == ["aB,Ab", "aB", "Ab"]


def test_a_value_cannot_end_what_stands_around_it(crm: Describe, api: JsonApi) -> None:
    described = crm(
        '[integrations.crm.collections.order]\nlist = "orders"\nkey = "number"\n'
        + "filters = { status = \"filter=status eq '{value}'\" }\n"
    )
    described.keys("order", Query((Filter("status", "==", "open"),)))
    described.keys("order", Query((Filter("status", "==", "x' or 1 eq 1 or 'x"),)))
    assert [call.query for call in api.calls] == [[("filter", "status eq 'open'")], []]


def test_the_parameters_of_the_description_go_with_every_request(crm: Describe, api: JsonApi) -> None:
    described = crm(
        'parameters = { tenant = "t 1" }\nheaders = { Accept-Language = "nl" }\n'
        + '[integrations.crm.collections.order]\nlist = "orders"\nkey = "number"\nparameters = { expand = true }\n'
    )
    described.keys("order", Query(limit=1))
    assert api.calls[0].query == [("tenant", "t 1"), ("expand", "true")]
    assert api.calls[0].headers["accept-language"] == "nl"


def test_a_list_of_a_collection_without_one_is_an_error(crm: Describe) -> None:
    described = crm(ORDERS)
    assert "has no list of customer" in described.error("customer", Query()).message
    assert "customers" not in described.provider.schema().members
