"""What a real Magento would not know of the requests that a double was sent, by Magento's own OpenAPI description.

An independent check: the double was written by hand and may take more than Magento does. `fields` is the API
framework's and stands in no description; the names in it are those of the reply. Names of search criteria may be
written `filter_groups` as well as `filterGroups`; the description has the latter, for the first of each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

DESCRIPTION = Path(__file__).parent.parent / "data" / "magento-2.4.8-requests.json"

_REST = re.compile(r"(?:/index\.php)?/rest(?:/(?!V1/)[A-Za-z0-9_]+)?(/V1/.*)\Z")
_WORDS = re.compile(r"[A-Za-z0-9_]+|[\[\],]")


@cache
def description() -> Mapping[str, Any]:
    """The reduced description (see reduce_openapi.py)."""
    found: Mapping[str, Any] = json.loads(DESCRIPTION.read_text())
    return found


def unknown_to_magento(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """One sentence for each request of a double's log (`method`, `path`, `query`) that Magento does not describe."""
    found: dict[str, None] = {}
    for row in rows:
        for fault in _faults(str(row["method"]).lower(), str(row["path"]), str(row["query"] or "")):
            found[fault] = None
    return list(found)


def _faults(method: str, path: str, query: str) -> Iterator[str]:
    rest = _REST.match(path)
    if rest is None:
        # Pictures and pages of the shop, which are no part of the API.
        if "/rest" in path:
            yield f"{path} is no address of the API"
        return
    template = _template(rest[1])
    if template is None:
        yield f"there is no path {rest[1]}"
        return
    known = description()["paths"][template]
    if method not in known:
        yield f"{template} knows no {method.upper()}"
        return
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "fields":
            yield from (f"{template} sends no {each}" for each in _unsent(template, value))
        elif _described(name) not in {_described(each) for each in known[method]}:
            yield f"{method.upper()} {template} has no parameter {name}"


@cache
def _templates() -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    # Of two that fit, the one that names more: /V1/carts/search before /V1/carts/{cartId}.
    for path in sorted(description()["paths"], key=lambda each: each.count("{")):
        found.setdefault(path.count("/"), []).append(path)
    return found


def _template(path: str) -> str | None:
    parts = path.split("/")
    for template in _templates().get(path.count("/"), []):
        wanted = template.split("/")
        if all(part if want.startswith("{") else part == want for want, part in zip(wanted, parts, strict=True)):
            return template
    return None


def _described(name: str) -> str:
    """A parameter as the description writes it: camelCase, and 0 for any index."""
    camel = re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
    return re.sub(r"\[\d*\]\Z", "", re.sub(r"\[\d+\]", "[0]", camel))


def _unsent(template: str, fields: str) -> Iterator[str]:
    """The names of a projection that the reply does not have."""
    returns = description()["returns"].get(template)
    if returns is None:
        yield f"fields: put {template} into IN_PART of reduce_openapi.py"
        return
    here, above = returns, list[Any]()
    inside: Any = {}
    for word in _WORDS.findall(fields):
        if word == "[":
            above.append(here)
            here = inside
        elif word == "]":
            here = above.pop()
        elif word != ",":
            if word not in here:
                yield word
            inside = here.get(word, {})
