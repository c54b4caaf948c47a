"""Integrations that a Dovetail service holds, as providers here: their credentials and their shops stay there.

The service answers asks (`POST /api/v1/answers`), tells what stands under its identifiers (`GET /api/v1/schemas`) and
completes paths. Answers keep the age that they have there, so that they are as old here as they are there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args
from urllib.parse import quote, urlencode

from dovetail.engine.ports import (
    Answer,
    Ask,
    Finding,
    Lifetime,
    Request,
    Response,
    Suggestion,
    Talk,
)
from dovetail.engine.schema import Field, FieldType, Member, RecordType, Schema
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.codec import from_plain, to_plain

_AT_ONCE = 200
"""Asks of one request: products with all their fields make some 2 MB."""
_UNKNOWN = Lifetime(0.0, personal=True)
FaultKind = Literal["unreachable", "access", "odd", "other"]
FAULTS: Mapping[FaultKind, type[ProviderError]] = {
    "unreachable": UnreachableError,
    "access": AccessError,
    "odd": OddAnswerError,
    "other": ProviderError,
}
"""Why there is no answer, as the service and its client name it; the nearest comes first."""
_PATH = "/api/v1"


@dataclass(frozen=True, slots=True)
class Server:
    """A Dovetail service. `url` is its address without a path; `key` fetches an API key of it when it is needed."""

    url: str
    key: Callable[[], str]

    @property
    def api(self) -> str:
        """The address of its API."""
        return f"{self.url.rstrip('/')}{_PATH}"

    def get(self, place: str, **parameters: str | int) -> Request:
        """A question below the API's path."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return Request("GET", f"{self.api}{place}{query}")

    def post(self, path: str, body: object) -> Request:
        """One with a body; it changes nothing, and may be sent again."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return Request("POST", f"{self.api}{path}", {"content-type": "application/json"}, text, safe=True)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a service has under one identifier. `lifetimes` by collection; `fingerprint` tells its settings apart."""

    identifier: str
    fingerprint: str
    schema: Schema
    lifetimes: Mapping[str, Lifetime]


class Remote:
    """One integration of a service."""

    __slots__ = ("_offered", "_server")

    def __init__(self, server: Server, offered: Offered) -> None:
        self._server = server
        self._offered = offered

    @property
    def identifier(self) -> str:
        """The name under which the service's account knows it."""
        return self._offered.identifier

    @property
    def fingerprint(self) -> str:
        """The service, and the settings that it has there."""
        return f"remote {self._server.url} {self._offered.fingerprint}"

    def schema(self) -> Schema:
        """What the service told when it was connected."""
        return self._offered.schema

    def lifetime(self, ask: Ask) -> Lifetime:
        """As there; what the service says nothing about is not kept here."""
        return self._offered.lifetimes.get(ask.collection, _UNKNOWN)

    def authorize(self, request: Request) -> Request:
        """The request with the API key, if it is one to the service."""
        if not request.url.startswith(f"{self._server.api}/"):
            return request
        return replace(request, headers={**request.headers, "authorization": f"Bearer {self._server.key()}"})

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """Ask the service, some hundred asks a request."""
        parts = [asks[at : at + _AT_ONCE] for at in range(0, len(asks), _AT_ONCE)]
        replies = yield [self._server.post("/answers", {"asks": [_written(ask) for ask in part]}) for part in parts]
        found: dict[Ask, Answer | ProviderError] = {}
        for part, reply in zip(parts, replies, strict=True):
            if isinstance(reply, ProviderError):
                found.update(dict.fromkeys(part, reply))
                continue
            try:
                found.update(zip(part, self._answers(reply), strict=True))
            except ProviderError as error:
                found.update(dict.fromkeys(part, error))
        return found

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """What the service's own integration has below the path."""
        where = f"/integrations/{quote(self.identifier, safe='')}/suggest"
        asked = self._server.get(where, path=".".join(path), text=text, limit=min(limit, 100))
        found = items(read((yield [asked])[0], self.identifier), self.identifier)
        return [Suggestion(str(each["insert"]), str(each["label"]), str(each["detail"])) for each in found]

    def check(self) -> Talk[Sequence[Finding]]:
        """The connection test as the service runs it: from there to the shop."""
        where = f"/integrations/{quote(self.identifier, safe='')}/check"
        told = read((yield [self._server.post(where, {})])[0], self.identifier)
        found = cast("list[dict[str, object]]", told.get("findings") or [])
        return [Finding(bool(each["ok"]), str(each["what"]), str(each["help"])) for each in found]

    def _answers(self, reply: Response) -> Iterator[Answer | ProviderError]:
        for each in items(read(reply, self.identifier), self.identifier):
            fault = each.get("error")
            if isinstance(fault, dict):
                told = cast("dict[str, object]", fault)
                made = next((fault for kind, fault in FAULTS.items() if kind == told.get("kind")), ProviderError)
                yield made(
                    str(told.get("message", "")),
                    identifier=self.identifier,
                    help=str(told.get("help", "")),
                    retryable=bool(told.get("retryable")),
                )
                continue
            try:
                value = from_plain(each.get("value"))
                yield Answer(
                    value,
                    bool(each["found"]),
                    float(cast("float", each["fetched_at"])),
                    stale=bool(each["stale"]),
                    notes=tuple(str(note) for note in cast("list[object]", each["notes"])),
                )
            except (ValueError, TypeError, KeyError, AttributeError):
                raise _odd(self.identifier) from None


def offered(server: Server) -> Talk[Sequence[Offered]]:
    """The integrations of a service that its key may see.

    Raises:
        ProviderError: it cannot be asked, or the key is refused.
    """
    return [_offer(each) for each in (yield from listed(server, "/schemas"))]


def listed(server: Server, place: str, most: int = 200) -> Talk[Sequence[dict[str, object]]]:
    """The objects of a list of a service, page by page; `most` on a page.

    Raises:
        ProviderError: it cannot be asked, or the key is refused.
    """
    found, after = list[dict[str, object]](), dict[str, str]()
    while True:
        told = read((yield [server.get(place, limit=most, **after)])[0], "")
        found += items(told, "")
        following = told.get("next")
        if not isinstance(following, str):
            return found
        after = {"after": following}


def read(reply: Response | ProviderError, identifier: str) -> dict[str, object]:
    """The JSON object of a reply.

    Raises:
        ProviderError: there is no reply, or it says no.
    """
    if isinstance(reply, ProviderError):
        raise reply
    try:
        body: object = json.loads(reply.body)
    except (ValueError, RecursionError):
        body = None
    told = cast("dict[str, object]", body) if isinstance(body, dict) else None
    if reply.status >= 400:
        said = str(told.get("detail", "")) if told else ""
        match reply.status:
            case 401 | 403:
                raise AccessError(
                    f"the Dovetail service refuses: {said or reply.status}", identifier=identifier,
                    help="make a key with `dovetail keys create` where the service runs, or in its console",
                )  # fmt: skip
            case _:
                raise ProviderError(f"the Dovetail service says no: {said or reply.status}", identifier=identifier)
    if told is None:
        raise _odd(identifier)
    return told


def _written(ask: Ask) -> dict[str, object]:
    return {"identifier": ask.identifier, "collection": ask.collection, "key": to_plain(ask.key)}


def items(told: Mapping[str, object], identifier: str) -> list[dict[str, object]]:
    """The objects of a list that the service sent.

    Raises:
        OddAnswerError: it sent none.
    """
    found = told.get("items")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in cast("list[object]", found)):
        raise _odd(identifier)
    return cast("list[dict[str, object]]", found)


def _odd(identifier: str) -> OddAnswerError:
    return OddAnswerError(
        "this is not what a Dovetail service answers",
        identifier=identifier,
        help="look at the address, and whether the service has the same version of Dovetail as this program",
    )


def _offer(told: Mapping[str, object]) -> Offered:
    try:
        lifetimes = cast("dict[str, dict[str, object]]", told["lifetimes"])
        return Offered(
            str(told["identifier"]),
            str(told["fingerprint"]),
            _schema(cast("dict[str, object]", told["schema"])),
            {
                name: Lifetime(float(cast("float", each["seconds"])), personal=bool(each["personal"]))
                for name, each in lifetimes.items()
            },
        )
    except (TypeError, KeyError, AttributeError, ValueError):
        raise _odd("") from None


def _schema(told: Mapping[str, object]) -> Schema:
    members = cast("dict[str, dict[str, object]]", told["members"])
    records = cast("dict[str, dict[str, object]]", told["records"])
    return Schema(
        kind=str(told["kind"]),
        summary=str(told["summary"]),
        members={name: _member(each) for name, each in members.items()},
        records={name: _record(each) for name, each in records.items()},
    )


def _member(told: Mapping[str, object]) -> Member:
    kind = told["kind"]
    return Member(
        kind="keyed" if kind == "keyed" else "list" if kind == "list" else "value",
        collection=str(told["collection"]),
        summary=str(told["summary"]),
        record=str(told["record"]),
        type=_type(told["type"]),
        key=str(told["key"]),
        filters=tuple(str(each) for each in cast("list[object]", told["filters"])),
    )


def _record(told: Mapping[str, object]) -> RecordType:
    fields = cast("dict[str, dict[str, object]]", told["fields"])
    return RecordType(
        name=str(told["name"]),
        summary=str(told["summary"]),
        fields={name: _field(each) for name, each in fields.items()},
        open=bool(told["open"]),
        personal=bool(told["personal"]),
    )


def _field(told: Mapping[str, object]) -> Field:
    return Field(
        type=_type(told["type"]),
        summary=str(told["summary"]),
        record=str(told["record"]),
        many=bool(told["many"]),
        live=bool(told["live"]),
        example=str(told["example"]),
    )


def _type(told: object) -> FieldType:
    # A newer service may know more types.
    return cast("FieldType", told) if told in get_args(FieldType) else "any"
