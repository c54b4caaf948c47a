"""Entities by key: lists of keys, aliases, and errors that are about some of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Record
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from tests.providers.graphql.conftest import Describe
from tests.providers.graphql.shop import GraphQLShop

PRODUCT = """
[integrations.shop.collections.product]
key = "sku"
title = "name"
[integrations.shop.collections.product.one]
query = '''query($key: String!) { product(sku: $key) { sku name price maker { name } } }'''
at = "/product"
"""

MANY = """
[integrations.shop.collections.product]
key = "sku"
title = "name"
[integrations.shop.collections.product.many]
query = '''query($keys: [String!]!) { bySku(skus: $keys) { sku name price } }'''
at = "/bySku"
most = 3
"""

USER = """
[integrations.shop.collections.user]
personal = true
title = "email"
[integrations.shop.collections.user.one]
query = '''
# $key in a comment is none
query One($key: Int!) @cached { u: FIELD(id: $key) { ...Fields } }
fragment Fields on User { id email points }
'''
at = "/u"
"""


def user(field: str = "user") -> str:
    return USER.replace("FIELD", field).replace(" @cached", "")


def titles(found: object) -> object:
    if isinstance(found, Answer):
        return found.value.title if isinstance(found.value, Record) else None
    return type(found).__name__


def test_an_entity_with_what_its_query_selects(shop: Describe, api: GraphQLShop) -> None:
    shown = shop(PRODUCT).render(
        '{$shop.product["P-03"]}: {$shop.product["P-03"].price} by {$shop.product["P-03"].maker.name}'
    )
    assert shown == "Thing 3: 7.5 by Ada"
    assert len(api.calls) == 1
    assert api.calls[0].variables == {"key": "P-03"}


def test_an_unknown_key_is_nobody(shop: Describe) -> None:
    assert not shop(PRODUCT).answer("product", "nope").found
    assert not shop(PRODUCT).answer("product", "GONE").found


def test_many_keys_are_one_request_under_aliases(shop: Describe, api: GraphQLShop) -> None:
    found = shop(PRODUCT).entities("product", "P-01", "nope", "P-02")
    assert [titles(each) for each in found] == ["Thing 1", None, "Thing 2"]
    assert len(api.calls) == 1
    assert api.calls[0].variables == {"key_0": "P-01", "key_1": "nope", "key_2": "P-02"}


def test_a_key_never_becomes_a_part_of_the_document(shop: Describe, api: GraphQLShop) -> None:
    evil = '"){ sku } other: product(sku: "P-01'
    found = shop(PRODUCT).entities("product", evil, "$key", "P-01")
    assert [titles(each) for each in found] == [None, None, "Thing 1"]
    assert all(evil not in call.query for call in api.calls)


def test_an_error_about_one_entity_leaves_the_others(shop: Describe, api: GraphQLShop) -> None:
    found = shop(PRODUCT).entities("product", "P-01", "BROKEN", "PRICELESS", "P-02")
    assert [titles(each) for each in found] == ["Thing 1", "UnreachableError", "ProviderError", "Thing 2"]
    assert isinstance(found[2], ProviderError)
    assert "for product at k2.price" in found[2].message


def test_what_is_null_because_of_an_error_is_a_failure_and_no_hole(shop: Describe) -> None:
    described = shop(PRODUCT)
    assert isinstance(described.error("product", "BROKEN"), UnreachableError)
    assert "price" in described.error("product", "PRICELESS").message
    for key in ("BROKEN", "PRICELESS"):
        assert "jan@" not in described.error("product", key).message


def test_a_query_that_one_entity_takes_down_is_asked_again_for_each(shop: Describe, api: GraphQLShop) -> None:
    found = shop(user("strictUser")).entities("user", 1, 99, 2)
    assert [titles(each) for each in found] == ["u1@example.org", "ProviderError", "u2@example.org"]
    assert len(api.calls) == 4


def test_keys_take_the_type_of_their_variable(shop: Describe, api: GraphQLShop) -> None:
    described = shop(user())
    assert described.one("user", "7").key == 7
    assert described.one("user", 8).key == 8
    assert [titles(each) for each in described.entities("user", "jan", 2**40, "")] == [None, None, None]
    assert [call.variables for call in api.calls] == [{"key": 7}, {"key": 8}]


def test_no_access_to_one_is_an_error_of_that_one(shop: Describe) -> None:
    found = shop(user()).entities("user", 12, 13)
    assert titles(found[0]) == "u12@example.org"
    assert isinstance(found[1], AccessError)


def test_a_query_of_its_own_for_many_keys(shop: Describe, api: GraphQLShop) -> None:
    found = shop(MANY).entities("product", "P-01", "P-02", "nope", "P-03")
    assert [titles(each) for each in found] == ["Thing 1", "Thing 2", None, "Thing 3"]
    # The two go out side by side, so either may come first.
    asked = sorted((call.variables for call in api.calls), key=repr)
    assert asked == [{"keys": ["P-01", "P-02", "nope"]}, {"keys": ["P-03"]}]


def test_an_element_that_is_null_with_an_error_may_be_anybody_s_who_is_missing(shop: Describe) -> None:
    found = shop(MANY).entities("product", "P-01", "BROKEN", "nope")
    assert [titles(each) for each in found] == ["Thing 1", "ProviderError", "ProviderError"]


def test_a_list_that_one_key_takes_down_is_asked_again_for_each(shop: Describe, api: GraphQLShop) -> None:
    found = shop(MANY.replace("bySku", "strictBySku")).entities("product", "P-01", "BROKEN", "P-02")
    assert [titles(each) for each in found] == ["Thing 1", "ProviderError", "Thing 2"]
    assert len(api.calls) == 1 + 3


def test_a_request_that_is_refused_as_a_whole_is_not_asked_again_for_each(shop: Describe, api: GraphQLShop) -> None:
    api.raw = (200, b'{"errors": [{"message": "slow down", "extensions": {"code": "THROTTLED"}}]}')
    for described in (PRODUCT, MANY):
        found = shop(described).entities("product", "P-01", "P-02", "P-03")
        assert [titles(each) for each in found] == ["UnreachableError"] * 3
    assert len(api.calls) == 2


def test_who_is_missing_among_many_is_asked_for_alone(shop: Describe, api: GraphQLShop) -> None:
    one = PRODUCT[PRODUCT.index("[integrations.shop.collections.product.one]") :]
    found = shop(MANY + one).entities("product", "P-01", "p-02", "nope")
    assert [titles(each) for each in found] == ["Thing 1", None, None]
    assert [call.variables for call in api.calls] == [
        {"keys": ["P-01", "p-02", "nope"]},
        {"key_0": "p-02", "key_1": "nope"},
    ]


def test_an_element_with_an_error_in_it_is_that_element_s(shop: Describe) -> None:
    found = shop(MANY).entities("product", "P-01", "PRICELESS", "nope")
    assert [titles(each) for each in found] == ["Thing 1", "ProviderError", None]


def test_an_answer_with_another_entity_is_refused(shop: Describe, api: GraphQLShop) -> None:
    api.raw = (200, b'{"data": {"product": {"sku": "P-02", "name": "x", "price": 1, "maker": null}}}')
    assert "answered with another" in shop(PRODUCT).error("product", "P-01").message


def test_an_entity_without_its_key_in_the_reply_is_refused(shop: Describe, api: GraphQLShop) -> None:
    api.raw = (200, b'{"data": {"product": {"name": "x"}}}')
    assert "has no sku" in shop(PRODUCT).error("product", "P-01").message


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (200, b"<html>", OddAnswerError, "a web page"),
        (200, b"", OddAnswerError, "empty"),
        (200, b"[]", OddAnswerError, "no answer of a GraphQL API"),
        (200, b"{}", OddAnswerError, "no answer of a GraphQL API"),
        (200, b'{"data": null}', OddAnswerError, "neither data nor errors"),
        (200, b'{"data": {"other": 1}}', OddAnswerError, "has nothing at /product"),
        (200, b'{"data": {"product": [1]}}', OddAnswerError, "an array of 1 where one product"),
        (200, b'{"errors": [{"message": "slow", "extensions": {"code": "THROTTLED"}}]}', UnreachableError, "THROTTLED"),
        (200, b'{"data": {"product": null}, "errors": ["odd"]}', ProviderError, "reports an error for product"),
        (400, b'{"errors": [{"message": "Cannot query field x"}]}', OddAnswerError, "Cannot query field x"),
        (400, b'{"errors": [{"message": "Variable P-01 is odd"}]}', ProviderError, "reports an error"),
        (401, b"{}", AccessError, "refuses these credentials"),
        (403, b"", AccessError, "refuses these credentials"),
        (404, b"", OddAnswerError, "nothing at its address"),
        (301, b"", OddAnswerError, "redirect"),
        (429, b"", UnreachableError, "too many requests"),
        (503, b"", UnreachableError, "overloaded"),
    ],
)
def test_what_is_no_answer_is_the_right_error(
    shop: Describe, api: GraphQLShop, status: int, body: bytes, kind: type[ProviderError], words: str
) -> None:
    api.raw = (status, body)
    error = shop(PRODUCT).error("product", "P-01")
    assert isinstance(error, kind)
    assert words in error.message
    assert "P-01" not in error.message
    assert error.help


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ('auth = "bearer"\nsecret = { file = "token" }\n', "Bearer s3cret"),
        ('auth = "header"\nheader = "X-Api-Key"\nsecret = { file = "token" }\n', "s3cret"),
        ('auth = "basic"\nusername = "me"\nsecret = { file = "token" }\n', "Basic bWU6czNjcmV0"),
    ],
)
def test_credentials(shop: Describe, api: GraphQLShop, tmp_path: Path, lines: str, wanted: str) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret", encoding="utf-8")
    secret.chmod(0o600)
    api.wants = wanted
    assert shop(lines + PRODUCT).one("product", "P-01").title == "Thing 1"
    assert isinstance(shop(PRODUCT).error("product", "P-01"), AccessError)


def test_queries_in_the_address_are_asked_again_after_a_passing_fault(shop: Describe, api: GraphQLShop) -> None:
    described = shop('method = "GET"\n' + PRODUCT)
    assert described.one("product", "P-01").title == "Thing 1"
    assert [call.method for call in api.calls] == ["GET"]
    api.raw = (503, b"")
    assert isinstance(described.error("product", "P-02"), UnreachableError)
    assert len(api.calls) == 1 + 4


def test_queries_that_are_too_long_for_an_address_go_in_a_body(shop: Describe, api: GraphQLShop) -> None:
    keys = [f"P-{number}" + "x" * 290 for number in range(20)]
    found = shop('method = "GET"\n' + PRODUCT).entities("product", *keys, "P-01")
    assert titles(found[-1]) == "Thing 1"
    assert sorted(call.method for call in api.calls) == ["GET", "POST"]
