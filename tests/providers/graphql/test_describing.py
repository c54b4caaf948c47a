"""Descriptions: faults at their place, types of fields, the connection test."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from graphql import build_schema, introspection_from_schema

from dovetail.errors import SettingsError
from dovetail.providers.graphql.settings import KIND
from dovetail.testing.kit import ProviderKit
from tests.providers.graphql.conftest import Describe
from tests.providers.graphql.shop import SDL, GraphQLShop
from tests.providers.graphql.test_entities import PRODUCT
from tests.providers.graphql.test_lists import CONNECTION

ONE = '[integrations.shop.collections.product]\nkey = "sku"\none = {{ {} }}\n'


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (ONE.format('at = "/product"'), "lacks `query`"),
        (ONE.format('query = "{ product { sku }", at = "/product"'), "it ends where a name should be"),
        (ONE.format('query = "mutation { x }", at = "/x"'), "only queries are sent"),
        (ONE.format('query = "{ product { sku } }", at = "/product"'), "declares no variable $key"),
        (ONE.format('query = "query($key: ID!) { p(k: $key) { sku } }", at = "/q"'), "begins with one of /p"),
        (ONE.format('query = "query($key: ID!) { p(k: $key) { name } }", at = "/p"'), "does not select sku"),
        (
            ONE.format('query = "query($key: ID!) { p(k: $key) { sku } q }", at = "/p", most = 5'),
            "cannot be repeated for several keys: it selects more than one field",
        ),
        (
            '[integrations.shop.collections.product]\nkey = "sku"\n'
            'many = { query = "query($keys: ID!) { p(k: $keys) { sku } }", at = "/p" }\n',
            "is declared as ID!",
        ),
        ("[integrations.shop.collections.product]\n", "has no query"),
        (CONNECTION.replace('"/filter/sku"', '"/filtre/sku"'), "declares no variable $filtre"),
        (CONNECTION.replace(', info = "/products/pageInfo"', ""), "needs `info`"),
        (CONNECTION.replace('style = "cursor"', 'style = "curser"'), "one of"),
        (CONNECTION.replace("search", "seerch"), "means nothing here"),
        ('types = "none.graphql"\n', "cannot be read"),
        ('auth = "bearer"\n', "needs secret"),
        ('auth = "oauth9"\n', "not a way to prove who asks"),
        ('method = "PUT"\n', '"POST" or "GET"'),
        ('headers = { Authorization = "x" }\n', "is not for here"),
    ],
)
def test_faults_are_said_with_what_to_do(shop: Describe, lines: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        shop(lines).provider.schema()
    assert words in str(caught.value)


@pytest.mark.parametrize("form", ["introspect", "schema.json", "schema.graphql"])
def test_types_of_the_api(shop: Describe, api: GraphQLShop, tmp_path: Path, form: str) -> None:
    (tmp_path / "schema.graphql").write_text(SDL, encoding="utf-8")
    schema = dict(introspection_from_schema(build_schema(SDL)))
    (tmp_path / "schema.json").write_text(json.dumps({"data": schema}), encoding="utf-8")
    query = "query($key: String!) { product(sku: $key) { sku called: name ...More } } fragment More on Product { price stock tags made maker { name } }"
    described = shop(
        f'types = "{form}"\n[integrations.shop.collections.product]\nkey = "sku"\ntypes = {{ price = "money" }}\n'
        f"one = {{ query = '{query}', at = \"/product\" }}\n"
    )
    provider = described.provider
    findings = described.connections.talk("shop", provider.check())
    assert [each.ok for each in findings] == [True, True]
    assert "7 fields are known" in findings[-1].what
    fields = provider.schema().records["product"].fields
    assert {name: (each.type, each.many) for name, each in fields.items()} == {
        "sku": ("text", False),
        "called": ("text", False),
        "price": ("money", False),
        "stock": ("integer", False),
        "tags": ("text", True),
        "made": ("date", False),
        "maker": ("map", False),
    }
    assert fields["called"].summary == "What customers see"
    asked = [call for call in api.calls if "__schema" in call.query]
    described.connections.talk("shop", provider.suggest([], "", 5))
    assert len(asked) == (form == "introspect")


def test_a_schema_that_cannot_be_used_is_said(shop: Describe, tmp_path: Path) -> None:
    (tmp_path / "schema.graphql").write_text("type Query {", encoding="utf-8")
    with pytest.raises(SettingsError, match="it is no schema: Syntax Error"):
        shop('types = "schema.graphql"\n').provider.schema()


def test_an_api_without_introspection_is_no_trouble(shop: Describe, api: GraphQLShop) -> None:
    api.raw = (400, b'{"errors": [{"message": "introspection is not allowed"}]}')
    described = shop('types = "introspect"\n' + PRODUCT)
    findings = described.connections.talk("shop", described.provider.check())
    assert "introspection is not allowed" in findings[-1].what
    assert "product" in described.provider.schema().members


def test_the_connection_test_tries_every_collection(shop: Describe, api: GraphQLShop) -> None:
    both = CONNECTION + PRODUCT.split("\n", 4)[4]
    described = shop(both)
    findings = described.connections.talk("shop", described.provider.check())
    assert [each.what for each in findings] == ["product: its list can be read", "product by key: can be read"]
    api.raw = (200, b'{"errors": [{"message": "no", "extensions": {"code": "UNAUTHENTICATED"}}]}')
    (failed,) = described.connections.talk("shop", described.provider.check())
    assert not failed.ok
    assert "does not allow to read product" in failed.what


def test_nothing_described_is_said(shop: Describe) -> None:
    described = shop("")
    (finding,) = described.connections.talk("shop", described.provider.check())
    assert "no collections are described yet" in finding.what


SETTINGS: Mapping[str, object] = {
    "url": "",
    "auth": "bearer",
    "secret": "made-up",
    "collections": {
        "product": {
            "key": "sku",
            "title": "name",
            "types": {"sku": "text", "name": "text", "price": "money", "maker": "map"},
            "one": {
                "query": "query($key: String!) { product(sku: $key) { sku name price maker { name } } }",
                "at": "/product",
            },
            "list": {
                "query": "query($first: Int, $after: String) { products(first: $first, after: $after) "
                "{ nodes { sku name price maker { name } } pageInfo { hasNextPage endCursor } } }",
                "at": "/products/nodes",
                "paging": {"style": "cursor", "size": "first", "info": "/products/pageInfo"},
            },
        }
    },
}
OTHER_SETTINGS: Mapping[str, object] = {
    "auth": "none",
    "method": "GET",
    "headers": {"Store": "nl"},
    "types": "introspect",
    "collections": {"product": {"list": {"query": "{ shelf { sku } }", "at": "/shelf"}, "key": "sku"}},
}
KNOWN: Mapping[str, Sequence[str]] = {"product": ["P-01", "P-02", "P-03"]}


@pytest.fixture(scope="class", autouse=True)
def _server(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.cls is not TestKit:
        yield
        return
    running = GraphQLShop()
    running.wants = "Bearer made-up"
    TestKit.settings = {**TestKit.settings, "url": running.url}
    yield
    running.close()


class TestKit(ProviderKit):
    """What every provider has to keep."""

    kind = KIND
    settings = SETTINGS
    other_settings = OTHER_SETTINGS
    same_answers = ("header", "username", "method", "types")
    known = KNOWN
