"""Entities by key: one address for each, or many in one request."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Answer, Ask, Record, Ref
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from tests.providers.rest import double
from tests.providers.rest.conftest import Describe
from tests.providers.rest.double import JsonApi

CUSTOMER = """
[integrations.crm.collections.customer]
one = "customers/{key}"
entity = "/data"
title = "{/name/first} {/name/last}"
personal = true
"""
BATCH = CUSTOMER + 'batch = { path = "customers", parameter = "ids", items = "/data", most = 10 }\n'


def test_a_template_reads_an_entity_by_its_key(crm: Describe) -> None:
    shown = crm(CUSTOMER).render("{$crm.customer.7}: {$crm.customer.7.email}, {$crm.customer.7.name.last}")
    assert shown == "First7 Last7: c7@example.org, Last7"


def test_an_id_that_the_api_does_not_know_is_not_found(crm: Describe) -> None:
    found = crm(CUSTOMER).answer("customer", 999)
    assert (found.value, found.found) == (None, False)


def test_a_key_is_one_encoded_part_of_the_address(crm: Describe, api: JsonApi) -> None:
    described = crm(CUSTOMER)
    for key in ("7/../8", "7?x=1", "a b", "7#x", "é"):
        assert described.answer("customer", key).found is False
    assert api.paths() == [
        "/customers/7%2F..%2F8",
        "/customers/7%3Fx%3D1",
        "/customers/a%20b",
        "/customers/7%23x",
        "/customers/%C3%A9",
    ]
    assert all(call.query == [] for call in api.calls)


@pytest.mark.parametrize("key", ["", " ", ".", "..", "7\n", "x" * 400])
def test_a_key_that_would_lead_elsewhere_is_never_asked(crm: Describe, api: JsonApi, key: str) -> None:
    assert crm(CUSTOMER).answer("customer", key).found is False
    assert api.calls == []


def test_many_keys_are_few_requests_where_the_api_takes_many(crm: Describe, api: JsonApi) -> None:
    asks = [Ask("crm", "customer", key) for key in range(1, 26)]
    answers = crm(BATCH).answers(*asks)
    assert [each.value.key for each in answers if isinstance(each, Answer) and isinstance(each.value, Record)] == list(
        range(1, 26)
    )
    assert sorted(call.value("ids") or "" for call in api.calls) == [
        "1,2,3,4,5,6,7,8,9,10",
        "11,12,13,14,15,16,17,18,19,20",
        "21,22,23,24,25",
    ]


def test_keys_may_be_repeated_instead(crm: Describe, api: JsonApi) -> None:
    described = crm(CUSTOMER + 'batch = { path = "customers", parameter = "id", style = "repeat", items = "/data" }\n')
    described.answers(Ask("crm", "customer", 1), Ask("crm", "customer", 2))
    assert [call.query for call in api.calls] == [[("id", "1"), ("id", "2")]]


def test_what_a_batch_leaves_out_is_asked_by_itself(crm: Describe, api: JsonApi) -> None:
    api.most = 2
    described = crm(BATCH)
    answers = described.answers(*(Ask("crm", "customer", key) for key in (1, 2, 3, 999)))
    found = [each.found for each in answers if isinstance(each, Answer)]
    assert found == [True, True, True, False]
    # The two that were left out are asked at the same time.
    assert (api.paths()[0], sorted(api.paths()[1:])) == ("/customers", ["/customers/3", "/customers/999"])


def test_keys_that_differ_in_case_are_different_people(crm: Describe, api: JsonApi) -> None:
    api.answers["/people"] = double.Answer([{"id": "aB", "name": "right"}, {"id": "Ab", "name": "other"}])
    described = crm('[integrations.crm.collections.person]\nbatch = { path = "people", parameter = "ids" }\n')
    names = [
        each.value.fields["name"]
        for each in described.answers(Ask("crm", "person", "aB"), Ask("crm", "person", "Ab"))
        if isinstance(each, Answer) and isinstance(each.value, Record)
    ]
    assert names == ["right", "other"]


def test_an_answer_about_somebody_else_is_an_error(crm: Describe, api: JsonApi) -> None:
    api.answers["/customers/7"] = double.Answer({"data": {"id": 8, "email": "c8@example.org"}})
    error = crm(CUSTOMER).error("customer", 7)
    assert isinstance(error, OddAnswerError)
    assert "asked for one customer and answered with another" in error.message
    assert "c8@example.org" not in f"{error.message}{error.help}"


def test_an_address_may_take_something_else_than_the_key(crm: Describe, api: JsonApi) -> None:
    api.answers["/by-mail"] = double.Answer([{"id": 8}])
    described = crm(
        '[integrations.crm.collections.customer]\none = "by-mail?email={key}"\nentity = "/0"\nverify_key = false\n'
    )
    assert described.one("customer", "c8@example.org").key == 8
    assert api.calls[0].query == [("email", "c8@example.org")]
    api.answers["/by-mail"] = double.Answer([])
    assert described.answer("customer", "nobody@example.org").found is False


def test_relations_lead_to_other_collections(crm: Describe, api: JsonApi) -> None:
    described = crm(
        CUSTOMER
        + 'relations = { orders = { collection = "order", where = "customer_id" } }\n'
        + '[integrations.crm.collections.order]\none = "orders/{key}"\nentity = "/data"\nlist = "orders"\nkey = "number"\n'
        + 'relations = { customer_id = "customer" }\nfilters = { customer_id = "customer_id={value}" }\n'
    )
    order = described.one("order", "A-030")
    assert order.fields["customer"] == Ref("customer", 6)
    assert order.fields["customer_id"] == 6
    assert described.render("{$crm.order['A-030'].customer.email}") == "c6@example.org"
    shown = described.render("{foreach $crm.customer.6.orders as $order}{$order.number} {/foreach}")
    assert shown == "A-005 A-030 A-055 A-080 "


def test_a_collection_with_nothing_but_a_list_is_looked_through(crm: Describe, api: JsonApi) -> None:
    described = crm('[integrations.crm.collections.customer]\nlist = "customers"\nitems = "/data"\n')
    assert described.one("customer", 7).fields["email"] == "c7@example.org"
    assert described.answer("customer", 999).found is False


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (double.Answer(raw=b"<!doctype html><title>Log in</title>"), OddAnswerError, "sent a web page instead of data"),
        (double.Answer(raw=b'{"data": {"id": '), OddAnswerError, "is not JSON, or only a part of it"),
        (
            double.Answer({"customer": {"id": 7}}),
            OddAnswerError,
            "has nothing at /data in its answer for customer; at the top there is an object with customer",
        ),
        (double.Answer({"data": [1, 2]}), OddAnswerError, "has an array of 2 where one customer should be"),
        (double.Answer({"data": "7"}), OddAnswerError, "has a text where one customer should be"),
        (double.Answer({}, 401), AccessError, "refuses these credentials"),
        (double.Answer({}, 403), AccessError, "refuses these credentials"),
        (double.Answer({}, 302, {"location": "https://evil.example"}), OddAnswerError, "redirect"),
        (double.Answer({}, 400), OddAnswerError, "refuses the question (status 400)"),
        (double.Answer({}, 500), UnreachableError, "status 500"),
    ],
)
def test_what_is_no_answer_names_the_collection_and_what_to_check(
    crm: Describe, api: JsonApi, reply: double.Answer, kind: type[ProviderError], words: str
) -> None:
    api.answers["/customers/7"] = reply
    error = crm(CUSTOMER).error("customer", 7)
    assert type(error) is kind
    assert words in error.message
    assert "customer" in error.message
    assert error.help


def test_the_title_of_a_page_tells_where_the_address_leads(crm: Describe, api: JsonApi) -> None:
    api.answers["/customers/7"] = double.Answer(raw=b"<!doctype html><title> Log\n in </title>")
    assert "it is the page “Log in”" in crm(CUSTOMER).error("customer", 7).help


def test_one_entity_that_fails_does_not_take_the_others_down(crm: Describe, api: JsonApi) -> None:
    api.answers["/customers/7"] = double.Answer({}, 403)
    first, second = crm(CUSTOMER).answers(Ask("crm", "customer", 7), Ask("crm", "customer", 8))
    assert isinstance(first, AccessError)
    assert isinstance(second, Answer)


def test_what_is_about_persons_is_marked_so(crm: Describe) -> None:
    provider = crm(CUSTOMER + '[integrations.crm.collections.city]\none = "cities/{key}"\n').provider
    assert provider.lifetime(Ask("crm", "customer", 1)).personal
    assert not provider.lifetime(Ask("crm", "city", 1)).personal
    assert provider.schema().records["customer"].personal


def test_two_descriptions_never_share_answers(crm: Describe) -> None:
    first = crm(CUSTOMER).provider.fingerprint
    assert crm(CUSTOMER.replace("/data", "/data/0")).provider.fingerprint != first
    assert crm(CUSTOMER).provider.fingerprint == first
