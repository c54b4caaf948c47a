"""The conformance kit holds for a described JSON API."""

from __future__ import annotations

import pytest

from dovetail.providers.rest.settings import KIND
from dovetail.testing import ProviderKit
from tests.providers.rest.double import JsonApi


class TestRest(ProviderKit):
    kind = KIND
    identifier = "crm"
    known = {"customer": [1, 2, 3], "order": ["A-001", "A-002"]}  # noqa: RUF012  # as an author writes it
    # With a bearer token the names of the other ways are not used; tests of credentials hold those.
    same_answers = ("client_auth", "openapi", "header", "username", "client_id", "token_url")

    @pytest.fixture(autouse=True)
    def _api(self, api: JsonApi) -> None:
        self.settings = {
            "url": api.url,
            "auth": "bearer",
            "secret": "made-up-secret",
            "header": "X-Key",
            "username": "jan",
            "client_id": "dovetail",
            "token_url": "https://login.example/token",
            "scope": "read",
            "collections": {
                "customer": {
                    "one": "customers/{key}",
                    "entity": "/data",
                    "list": "page/customers",
                    "items": "/data",
                    "title": "email",
                    "personal": True,
                    "batch": {"path": "customers", "parameter": "ids"},
                    "paging": {"style": "page", "size": "size"},
                    "types": {"email": "text", "points": "integer", "city": "text", "name": "map", "id": "integer"},
                },
                "order": {
                    "list": "orders",
                    "key": "number",
                    "personal": True,
                    "types": {"number": "text", "status": "text", "total": "money", "created_at": "date"},
                    "relations": {"customer_id": "customer"},
                    "paging": {"style": "none", "size": "top", "most": 1000},
                },
            },
        }
        self.other_settings = {
            "auth": "header",
            "headers": {"Accept-Language": "nl"},
            "parameters": {"tenant": "7"},
            "collections": {"customer": {"list": "customers"}},
        }
