"""A small JSON API on loopback: customers, orders and products, every style of paging, batches, four ways to sign in.

Each style of paging has a path of its own over the same customers: `/page/customers`, `/offset/customers`, ….
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from tests.providers.loopback import Loopback, body_of, headers_of, reply

Json = dict[str, object]

CUSTOMERS: Sequence[Json] = [
    {
        "id": number,
        "email": f"c{number}@example.org",
        "name": {"first": f"First{number}", "last": f"Last{number}"},
        "city": ["Utrecht", "Gent", "Delft"][number % 3],
        "points": number * 10,
    }
    for number in range(1, 26)
]
ORDERS: Sequence[Json] = [
    {
        "number": f"A-{number:03}",
        "customer_id": number % 25 + 1,
        "total": number * 1.5,
        "status": "open" if number % 4 else "closed",
        "created_at": f"2026-01-{number % 28 + 1:02}",
    }
    for number in range(1, 101)
]


@dataclass
class Call:
    """One request as it came."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes

    def value(self, name: str) -> str | None:
        return dict(self.query).get(name)


@dataclass
class Answer:
    """One reply. `raw`: instead of JSON."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


class JsonApi(Loopback):
    """Running from when it is made; close it. What it was asked stands in `calls`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: dict[str, Answer] = {}
        """Answers in place of the usual ones, by path."""
        self.wants: str | None = None
        """The header `Authorization` (or `X-Api-Key`) that is wanted, None for none."""
        self.most = 100
        self.tokens = 0
        self.valid: set[str] = set()
        """Authorizations with the tokens that were given."""
        super().__init__()

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        call = Call(handler.command, parts.path, query, headers_of(handler), body_of(handler))
        with self._lock:
            self.calls.append(call)
            answer = self._answer(call)
        text = answer.raw if answer.raw is not None else json.dumps(answer.body).encode()
        reply(handler, answer.status, {"content-type": "application/json", **answer.headers}, text)

    def _answer(self, call: Call) -> Answer:
        if call.path in self.answers:
            return self.answers[call.path]
        if call.path == "/token":
            return self._token(call)
        shown = {call.headers.get("authorization"), call.headers.get("x-api-key")}
        if self.wants is not None and not shown & {self.wants, *self.valid}:
            return Answer({"message": "who are you?"}, 401)
        names = [unquote(part) for part in call.path.strip("/").split("/")]
        match names:
            case ["customers", key]:
                return self._one("id", key, CUSTOMERS)
            case ["orders", key]:
                return self._one("number", key, ORDERS)
            case ["customers"]:
                ids = (call.value("ids") or "").split(",") if call.value("ids") else []
                ids += [value for name, value in call.query if name == "id"]
                found = [each for each in CUSTOMERS if not ids or str(each["id"]) in ids]
                return Answer({"data": found[: self.most], "meta": {"total": len(found)}})
            case ["orders"]:
                return Answer(self._orders(call))
            case [style, "customers"]:
                return self._page(style, call)
        return Answer({"message": "nothing here"}, 404)

    def _one(self, name: str, key: str, rows: Sequence[Json]) -> Answer:
        found = [each for each in rows if str(each[name]) == key]
        return Answer({"data": found[0]}) if found else Answer({"message": "not found"}, 404)

    def _orders(self, call: Call) -> Sequence[Json]:
        rows = [dict(each) for each in ORDERS]
        for name, value in call.query:
            if name == "customer_id":
                rows = [each for each in rows if str(each["customer_id"]) in value.split(",")]
            elif name == "status":
                rows = [each for each in rows if each["status"] == value]
            elif name == "min_total":
                rows = [each for each in rows if float(str(each["total"])) >= float(value)]
            elif name == "sort":
                rows.sort(key=lambda each: str(each[value.lstrip("-")]), reverse=value.startswith("-"))
        return rows[: int(call.value("top") or len(rows))]

    def _page(self, style: str, call: Call) -> Answer:
        size = min(int(call.value("size") or 10), self.most)
        if style == "page":
            start = (int(call.value("page") or 1) - 1) * size
        elif style == "offset":
            start = int(call.value("offset") or 0)
        else:
            start = int(call.value("cursor") or 0)
        rows = list(CUSTOMERS[start : start + size])
        after = start + size if start + size < len(CUSTOMERS) else None
        following = None if after is None else f"/{style}/customers?size={size}&cursor={after}"
        if style == "link":
            header = f'<{self.url}/other>; rel="first", <{following}>; title="a, b"; rel="next last"'
            return Answer(rows, headers={"link": header} if following else {})
        if style == "next":
            return Answer({"data": rows, "links": {"next": following}})
        return Answer({"data": rows, "meta": {"total": len(CUSTOMERS), "next": after}})

    def _token(self, call: Call) -> Answer:
        form = parse_qs(call.body.decode())
        wanted = "Basic " + base64.b64encode(b"me:s%2Fcret").decode()
        in_body = form.get("client_secret") == ["s/cret"]
        if call.method != "POST" or form.get("grant_type") != ["client_credentials"]:
            return Answer({"error": "unsupported_grant_type"}, 400)
        if call.headers.get("authorization") != wanted and not in_body:
            return Answer({"error": "invalid_client"}, 401)
        self.tokens += 1
        self.valid.add(f"Bearer token-{self.tokens}")
        return Answer({"access_token": f"token-{self.tokens}", "token_type": "bearer", "expires_in": 3600})
