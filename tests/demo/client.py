"""A client of the sample shop: signs its requests with the provider's OAuth."""

from __future__ import annotations

import http.client
import itertools
import json
import time
from urllib.parse import quote, urlsplit

from dovetail.demo.shop import KEYS, DemoShop
from dovetail.providers.magento2.oauth import Credentials, header

_COUNT = itertools.count()


def nonce() -> str:
    return f"n{next(_COUNT)}-{time.time_ns()}"[:32]


def get(shop: DemoShop, path: str, authorization: str | None = None) -> tuple[int, str, bytes]:
    """Status, media type and body of any path."""
    connection = http.client.HTTPConnection(urlsplit(shop.url).netloc, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": authorization} if authorization else {})
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()
    finally:
        connection.close()


def ask(shop: DemoShop, path: str, keys: Credentials = KEYS) -> tuple[int, object]:
    """Status and JSON of a signed request below `/rest/en/V1`."""
    target = f"/rest/en/V1{path}"
    status, _, body = get(shop, target, header("GET", shop.url + target, keys, nonce(), int(time.time())))
    return status, json.loads(body)


def criteria(*conditions: tuple[str, str, str], sort: str = "entity_id", size: int = 0, page: int = 1) -> str:
    """A query string in which all conditions (field, condition, value) have to hold; `-sort` is descending."""
    pairs: list[tuple[str, str]] = []
    for number, (field, condition, value) in enumerate(conditions):
        stem = f"searchCriteria[filter_groups][{number}][filters][0]"
        pairs += [(f"{stem}[field]", field), (f"{stem}[condition_type]", condition), (f"{stem}[value]", value)]
    pairs += [
        ("searchCriteria[sortOrders][0][field]", sort.removeprefix("-")),
        ("searchCriteria[sortOrders][0][direction]", "DESC" if sort.startswith("-") else "ASC"),
        ("searchCriteria[pageSize]", str(size)),
        ("searchCriteria[currentPage]", str(page)),
    ]
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
