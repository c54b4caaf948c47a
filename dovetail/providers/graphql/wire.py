"""Requests to a GraphQL API, and its replies: data, and which part of them each error is about. Pure.

An error about a part makes that part unusable, even where the rest came: what is null because of an error would be
a hole in a mail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qs, quote, urlsplit

from dovetail.engine.ports import Request, Response
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.graphql.spec import Api, Collection
from dovetail.providers.graphql.variables import merged
from dovetail.providers.reading import read_json

Path = tuple[str, ...]
"""Names and positions, as a JSON pointer has them."""

_ACCEPT = "application/graphql-response+json, application/json;q=0.9"
_ACCESS = ("UNAUTHENTICATED", "UNAUTHORIZED", "FORBIDDEN", "ACCESS_DENIED", "AUTHENTICATION", "AUTHORIZATION")
_BUSY = ("THROTTLED", "RATE_LIMIT", "TOO_MANY", "INTERNAL", "TIMEOUT", "UNAVAILABLE", "SERVICE")
_ABSENT = ("NOT_FOUND", "NO_SUCH_ENTITY", "NOTFOUND")
_LONGEST_SENTENCE = 200
_LONGEST_ADDRESS = 7_000
"""Many servers refuse longer addresses than 8 KB; such a query goes in a body."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry of `errors`: where (() when it does not say), what kind, and what may be shown of it."""

    path: Path
    code: str
    words: str

    def about(self, place: Path) -> bool:
        """Whether it is about what stands at a place, something in it, or something around it."""
        depth = min(len(place), len(self.path))
        return self.path[:depth] == place[:depth]

    @property
    def is_absence(self) -> bool:
        """Whether it only says that there is no such thing."""
        return any(word in self.code for word in _ABSENT)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: `data` (None when there are none at all), the complaints, and when it came (Unix seconds)."""

    data: object
    complaints: tuple[Complaint, ...]
    at: float

    def about(self, place: Path) -> list[Complaint]:
        """The complaints about what stands at a place."""
        return [each for each in self.complaints if each.about(place)]


def request(
    api: Api, collection: Collection, text: str, declared: Sequence[str], given: Mapping[str, object]
) -> Request:
    """The request for a query. Fixed variables go along where the query declares them."""
    fixed = {name: value for name, value in collection.variables.items() if name in declared}
    return of_query(api, text, merged(fixed, given))


def of_query(api: Api, text: str, variables: Mapping[str, object]) -> Request:
    """The request for a query with all its variables."""
    headers = {"accept": _ACCEPT, **api.headers}
    if api.get:
        joined = "&" if "?" in api.url else "?"
        address = f"{api.url}{joined}query={quote(text, safe='')}"
        if variables:
            address += f"&variables={quote(json.dumps(variables, separators=(',', ':')), safe='')}"
        if len(address) <= _LONGEST_ADDRESS:
            return Request("GET", address, headers)
    body = json.dumps({"query": text, "variables": variables}, ensure_ascii=False).encode()
    return Request("POST", api.url, {**headers, "content-type": "application/json"}, body)


def read(api: Api, name: str, asked: Request, reply: Response | ProviderError) -> Reply:
    """A reply about the collection `name`.

    Raises:
        ProviderError: there is no reply, or it is none of a GraphQL API.
    """
    try:
        document = _document(api, reply)
    except ProviderError as error:
        error.message = f"{error.message}, asked for {name}" if name not in error.message else error.message
        raise
    assert isinstance(reply, Response)
    if not isinstance(document, dict) or ("data" not in document and "errors" not in document):
        raise OddAnswerError(
            f"`{api.identifier}` sent JSON that is no answer of a GraphQL API, asked for {name}",
            identifier=api.identifier,
            help="is `url` the address of its GraphQL API?",
        )
    members = cast("dict[str, object]", document)
    given = members.get("errors")
    errors = cast("list[object]", given) if isinstance(given, list) else []
    found = Reply(members.get("data"), tuple(_complaint(each, asked) for each in errors), reply.at)
    if found.data is None and not found.complaints:
        raise OddAnswerError(
            f"`{api.identifier}` sent neither data nor errors, asked for {name}",
            identifier=api.identifier,
            help="try again later",
            retryable=True,
        )
    return found


def failure(api: Api, name: str, complaints: Sequence[Complaint]) -> ProviderError:
    """What complaints mean, as the one error that says it best."""
    worst = next((each for each in complaints if not each.is_absence), complaints[0])
    where = ".".join(each for each in worst.path if not each.isdigit())
    place = f" at {where}" if where else ""
    if any(word in worst.code for word in _ACCESS):
        return AccessError(
            f"`{api.identifier}` does not allow to read {name}{place}",
            identifier=api.identifier,
            help=f"look at the secrets of `{api.identifier}`, and at what they are allowed over there",
        )
    code = f" ({worst.code})" if worst.code else ""
    if any(word in worst.code for word in _BUSY):
        return UnreachableError(
            f"`{api.identifier}` could not answer for {name}{place}{code}",
            identifier=api.identifier,
            help="try again later, or lower `concurrency` in dovetail.toml",
            retryable=True,
        )
    if worst.words:
        return OddAnswerError(
            f"`{api.identifier}` refuses the query for {name}: {worst.words}",
            identifier=api.identifier,
            help=f"check the queries of the collection {name}",
        )
    return ProviderError(
        f"`{api.identifier}` reports an error for {name}{place}{code}",
        identifier=api.identifier,
        help=f"what it is, the log over there says; or try the queries of {name} by hand",
        retryable=True,
    )


def _document(api: Api, reply: Response | ProviderError) -> object:
    # GraphQL over HTTP: a refused query is a 400 with `errors`, and some send them with a 5xx too.
    if isinstance(reply, Response) and (reply.status in {400, 422} or reply.status == 500):
        try:
            found: object = json.loads(reply.body)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(cast("dict[str, object]", found).get("errors"), list):
            return cast("object", found)
    found = read_json(reply, api.identifier)
    if found is None:
        raise OddAnswerError(
            f"`{api.identifier}` has nothing at its address (status 404)",
            identifier=api.identifier,
            help="is `url` the address of its GraphQL API?",
        )
    return found


def _complaint(given: object, asked: Request) -> Complaint:
    members = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    place = members.get("path")
    steps = cast("list[object]", place) if isinstance(place, list) else []
    path = tuple(str(each) for each in steps)
    more = members.get("extensions")
    extensions = cast("dict[str, object]", more) if isinstance(more, dict) else {}
    given_code = extensions.get("code") or extensions.get("category") or ""
    code = str(given_code).removeprefix("graphql-").upper().replace("-", "_")[:60]
    # Words about a part of the data may hold somebody's data; those about the query hold the query's own.
    return Complaint(path, code if code.isidentifier() else "", "" if path else _words(members.get("message"), asked))


def _words(message: object, asked: Request) -> str:
    if not isinstance(message, str) or "@" in message or any(each in message for each in _values(asked)):
        return ""
    shown = " ".join(message.split())
    return shown if len(shown) <= _LONGEST_SENTENCE else f"{shown[: _LONGEST_SENTENCE - 1]}…"


def _values(asked: Request) -> list[str]:
    """The texts and numbers among a request's variables: keys, addresses of persons."""
    if asked.method == "POST":
        waiting: list[object] = [cast("dict[str, object]", json.loads(asked.body)).get("variables")]
    else:
        sent = parse_qs(urlsplit(asked.url).query).get("variables", ["null"])
        waiting = [json.loads(sent[-1])]
    found: list[str] = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += cast("dict[str, object]", value).values()
        elif isinstance(value, list):
            waiting += cast("list[object]", value)
        elif isinstance(value, str | int | float) and not isinstance(value, bool) and str(value):
            found.append(str(value))
    return found
