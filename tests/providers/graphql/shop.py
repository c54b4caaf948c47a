"""A small GraphQL API on loopback, executed by graphql-core: products with pages, users with faults."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from graphql import GraphQLError, build_schema, graphql_sync

from tests.providers.loopback import Loopback, body_of, headers_of, reply

SDL = """
scalar DateTime
enum Sort { ASC DESC }
input ProductFilter { sku: [String!], price: PriceRange, name: String }
input PriceRange { from: Float, to: Float }
input ProductSort { price: Sort, name: Sort }
interface Named { name: String }
type Product implements Named {
  sku: String!
  "What customers see"
  name: String
  price: Float
  stock: Int
  tags: [String!]
  made: DateTime
  maker: Maker
}
type Maker { id: ID!, name: String }
type PageInfo { hasNextPage: Boolean!, endCursor: String }
type Edge { node: Product }
type Connection { edges: [Edge], nodes: [Product], pageInfo: PageInfo!, total: Int }
type User { id: Int!, email: String, points: Int, secret: String }
type Query {
  product(sku: String!): Product
  products(filter: ProductFilter, sort: ProductSort, first: Int = 20, after: String): Connection
  shelf(limit: Int, offset: Int, page: Int): [Product!]
  bySku(skus: [String!]!): [Product]
  strictBySku(skus: [String!]!): [Product!]!
  user(id: Int!): User
  strictUser(id: Int!): User!
}
"""

Json = dict[str, object]

PRODUCTS: Sequence[Json] = [
    {
        "sku": f"P-{number:02}",
        "name": f"Thing {number}",
        "price": number * 2.5,
        "stock": number,
        "tags": ["new", "red"],
        "made": f"2026-01-{number:02}",
        "maker": {"id": str(number % 3), "name": ["Ada", "Bea", "Cor"][number % 3]},
    }
    for number in range(1, 26)
]
USERS: Mapping[int, Json] = {
    number: {"id": number, "email": f"u{number}@example.org", "points": number * 10} for number in range(1, 41)
}


class Root:
    """The resolvers. A user 13 has no points without an error; a product `BROKEN` cannot be read."""

    def product(self, info: object, sku: str) -> object:
        if sku == "BROKEN":
            raise GraphQLError("the row of jan@example.org is broken", extensions={"code": "INTERNAL_SERVER_ERROR"})
        if sku == "GONE":
            raise GraphQLError("no such", extensions={"category": "graphql-no-such-entity"})
        if sku == "PRICELESS":
            return {"sku": sku, "name": "Priceless", "price": _raising("the price service is down")}
        return next((each for each in PRODUCTS if each["sku"] == sku), None)

    def products(
        self,
        info: object,
        filter: Mapping[str, object] | None = None,  # noqa: A002
        sort: Mapping[str, str] | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> object:
        rows = list(PRODUCTS)
        wanted = filter or {}
        skus, price = wanted.get("sku"), wanted.get("price")
        if isinstance(skus, list):
            rows = [each for each in rows if each["sku"] in skus]
        if isinstance(price, dict):
            low, high = price.get("from", 0), price.get("to", 1e9)
            rows = [each for each in rows if low <= float(str(each["price"])) <= high]
        for name, direction in (sort or {}).items():
            rows.sort(key=lambda each: float(str(each[name])), reverse=direction == "DESC")
        start = int(after or 0)
        page = rows[start : start + min(first, 10)]
        end = start + len(page)
        return {
            "edges": [{"node": each} for each in page],
            "nodes": page,
            "pageInfo": {"hasNextPage": end < len(rows), "endCursor": str(end)},
            "total": len(rows),
        }

    def shelf(self, info: object, limit: int = 10, offset: int = 0, page: int | None = None) -> object:
        size = min(limit, 10)
        start = offset if page is None else (page - 1) * size
        return PRODUCTS[start : start + size]

    def bySku(self, info: object, skus: list[str]) -> object:  # noqa: N802
        return [_raising("lost") if sku == "BROKEN" else self._priced(info, sku) for sku in skus]

    strictBySku = bySku  # noqa: N815

    def _priced(self, info: object, sku: str) -> object:
        return self.product(info, sku)

    def user(self, info: object, id: int) -> object:  # noqa: A002
        if id == 13:
            raise GraphQLError("not yours", extensions={"code": "FORBIDDEN"})
        return USERS.get(id)

    def strictUser(self, info: object, id: int) -> object:  # noqa: A002, N802
        return USERS.get(id)


def _raising(message: str) -> object:
    return GraphQLError(message)


@dataclass
class Call:
    """One request as it came."""

    method: str
    query: str
    variables: Mapping[str, object]
    headers: Mapping[str, str]


class GraphQLShop(Loopback):
    """Running from when it is made; close it. What it was asked stands in `calls`."""

    def __init__(self, sdl: str = SDL, root: object = None) -> None:
        self.calls: list[Call] = []
        self.raw: tuple[int, bytes] | None = None
        """A status and a body in place of any answer."""
        self.wants: str | None = None
        """The header `Authorization` (or `X-Api-Key`) that is wanted, None for none."""
        self._schema = build_schema(sdl)
        self._root = Root() if root is None else root
        super().__init__()
        self.url += "/graphql"

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = body_of(handler)
        if handler.command == "POST":
            asked = json.loads(body)
        else:
            sent = parse_qs(urlsplit(handler.path).query)
            asked = {"query": sent["query"][0], "variables": json.loads(sent.get("variables", ["{}"])[0])}
        call = Call(handler.command, asked["query"], asked["variables"], headers_of(handler))
        with self._lock:
            self.calls.append(call)
            status, answer = self._answer(call)
        reply(handler, status, {"content-type": "application/json"}, answer)

    def _answer(self, call: Call) -> tuple[int, bytes]:
        if self.raw is not None:
            return self.raw
        if self.wants is not None and self.wants not in (
            call.headers.get("authorization"),
            call.headers.get("x-api-key"),
        ):
            return 401, b'{"errors": [{"message": "who are you?"}]}'
        found = graphql_sync(self._schema, call.query, self._root, variable_values=dict(call.variables))
        return (200 if found.data is not None else 400), json.dumps(found.formatted).encode()
