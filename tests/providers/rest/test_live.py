"""Connection test, completions, and types from an OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.providers.rest.openapi import Document
from tests.providers.connected import Connected
from tests.providers.rest import double
from tests.providers.rest.conftest import Describe
from tests.providers.rest.double import JsonApi

BOTH = """
[integrations.crm.collections.customer]
one = "customers/{key}"
entity = "/data"
list = "page/customers"
items = "/data"
title = "email"
paging = { style = "page", size = "size", most = 10 }
[integrations.crm.collections.order]
one = "orders/{key}"
entity = "/data"
list = "orders"
key = "number"
plural = ""
"""


def findings(crm: Connected) -> list[tuple[bool, str]]:
    return [(each.ok, each.what) for each in crm.connections.talk("crm", crm.provider.check())]


def inserts(crm: Connected, *path: str, text: str = "", limit: int = 20) -> list[str]:
    return [each.insert for each in crm.connections.talk("crm", crm.provider.suggest(path, text, limit))]


def test_the_connection_test_tries_every_collection_with_one_record(crm: Describe, api: JsonApi) -> None:
    assert findings(crm(BOTH)) == [
        (True, "customer: its list can be read"),
        (True, "customer by key: can be read"),
        (True, "order: its list can be read"),
        (True, "order by key: can be read"),
    ]
    assert [call.value("size") for call in api.calls if call.path == "/page/customers"] == ["1"]


def test_the_connection_test_says_what_to_check(crm: Describe, api: JsonApi) -> None:
    api.answers["/orders"] = double.Answer({"orders": []})
    api.answers["/customers/1"] = double.Answer({}, 404)
    found = crm(BOTH.replace('title = "email"', 'title = "mail"\ntypes = { city = "text", age = "integer" }'))
    assert findings(found) == [
        (True, "customer: its list can be read"),
        (True, "customer: the first of its list has no age"),
        (False, "customer: the first of its list has no title"),
        (False, "customer by key: the API does not know one that it lists itself"),
        (False, "order: `crm` has an object with orders where the list of order should be"),
    ]


def test_a_collection_without_a_list_is_tried_with_a_sample(crm: Describe) -> None:
    lines = '[integrations.crm.collections.customer]\none = "customers/{key}"\nentity = "/data"\n'
    assert findings(crm(lines)) == [(True, "customer: not tried, since no key of one is known")]
    assert findings(crm(lines + 'sample = "7"\n')) == [(True, "customer by key: can be read")]


def test_an_api_without_collections_is_not_ready(crm: Describe) -> None:
    ((ok, what),) = findings(crm(""))
    assert not ok
    assert "no collections are described yet" in what


def test_completions_come_from_the_api(crm: Describe) -> None:
    described = crm(BOTH)
    assert inserts(described) == ["customer", "customers", "order"]
    assert inserts(described, "customer", text="c2", limit=3) == ["2", "20", "21"]
    assert inserts(described, "customer", "7") == ["id", "email", "name", "city", "points"]
    assert inserts(described, "customer", "7", "name", text="l") == ["last"]
    assert inserts(described, "customers", "0", text="e") == ["email", "name"]
    assert inserts(described, "order", "A-007", text="tot") == ["total"]
    assert inserts(described, "nothing") == []


def test_completions_use_the_api_s_search(crm: Describe, api: JsonApi) -> None:
    crm_ = crm('[integrations.crm.collections.order]\nlist = "orders"\nkey = "number"\nsearch = "status={value}"\n')
    assert inserts(crm_, "order", text="closed", limit=2) == ["A-004", "A-008"]


OPENAPI = {
    "openapi": "3.1.0",
    "paths": {
        "/customers/{id}": {
            "get": {
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reply"}}}}
                }
            }
        }
    },
    "components": {
        "schemas": {
            "Reply": {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Customer"}}},
            "Base": {"properties": {"id": {"type": "integer", "description": "The\n number"}}},
            "Customer": {
                "allOf": [{"$ref": "#/components/schemas/Base"}],
                "properties": {
                    "email": {"type": ["null", "string"], "example": "a@b.example"},
                    "since": {"type": "string", "format": "date-time"},
                    "page": {"type": "string", "format": "uri"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "name": {"type": "object"},
                    "self": {"$ref": "#/components/schemas/Customer"},
                    "away": {"$ref": "https://evil.example/x.json"},
                    "loop": {"$ref": "#/components/schemas/Loop"},
                },
            },
            "Loop": {"$ref": "#/components/schemas/Loop"},
        }
    },
}
TYPES = {
    "id": "integer", "email": "text", "since": "date", "page": "url", "tags": "text", "name": "map",
    "self": "map", "away": "any", "loop": "any",
}  # fmt: skip


def types(crm: Connected) -> dict[str, str]:
    return {name: field.type for name, field in crm.provider.schema().records["customer"].fields.items()}


def test_types_come_from_an_openapi_file(crm: Describe, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(OPENAPI))
    described = crm('openapi = "api.json"\n' + BOTH)
    assert types(described) == TYPES
    fields = described.provider.schema().records["customer"].fields
    assert (fields["id"].summary, fields["email"].example, fields["tags"].many) == ("The number", "a@b.example", True)


def test_declared_types_come_before_those_of_the_document(crm: Describe, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(OPENAPI))
    described = crm(
        'openapi = "api.json"\n' + BOTH.replace('title = "email"', 'types = { email = "html", extra = "money" }')
    )
    assert types(described) == TYPES | {"email": "html", "extra": "money"}


def test_an_openapi_document_at_an_address_is_read_once(crm: Describe, api: JsonApi) -> None:
    api.answers["/openapi.json"] = double.Answer(OPENAPI)
    described = crm(f'openapi = "{api.url}/openapi.json"\n' + BOTH)
    assert types(described) == {}
    assert inserts(described)[0] == "customer"
    assert types(described) == TYPES
    assert findings(described)[-1] == (True, f"the OpenAPI document {api.url}/openapi.json: 9 fields are known")
    assert api.paths().count("/openapi.json") == 1


def test_a_document_that_cannot_be_read_is_a_finding_and_stops_nothing(crm: Describe, api: JsonApi) -> None:
    api.answers["/openapi.json"] = double.Answer({"swagger": "2.0"})
    described = crm(f'openapi = "{api.url}/openapi.json"\n' + BOTH)
    assert inserts(described, "customer", "7", text="em") == ["email"]
    ok, what = findings(described)[-1]
    assert not ok
    assert "is no OpenAPI 3 document" in what


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "cannot be read: No such file"), ("openapi: 3.0.0", "a YAML document"), ("[]", "no OpenAPI 3")],
)
def test_a_file_that_is_no_document_is_a_fault_with_its_line(
    crm: Describe, tmp_path: Path, text: str | None, words: str
) -> None:
    if text is not None:
        (tmp_path / "api.json").write_text(text)
    with pytest.raises(SettingsError, match=rf"dovetail.toml:5:1: the OpenAPI document api.json .*{words}"):
        crm('openapi = "api.json"\n' + BOTH)


def test_a_schema_that_the_document_lacks_is_said(crm: Describe, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(OPENAPI))
    with pytest.raises(
        SettingsError, match=r"collections\.customer\.schema: the OpenAPI document has no schema `Custmer`"
    ):
        crm('openapi = "api.json"\n' + BOTH.replace('title = "email"', 'schema = "Custmer"'))


def test_a_very_deep_document_is_refused_or_read_without_harm() -> None:
    document = Document()
    with pytest.raises(ValueError):
        document.load(b'{"openapi":' * 200_000)
