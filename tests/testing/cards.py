"""A small provider that the kit is content with, and the system behind it: what tests of the kit break."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

from dovetail.engine.ports import (
    Answer,
    Ask,
    Finding,
    Lifetime,
    Provider,
    Query,
    Record,
    Ref,
    Request,
    Response,
    Suggestion,
    Talk,
)
from dovetail.engine.schema import Field, Member, RecordType, Schema
from dovetail.errors import ProviderError
from dovetail.providers.kinds import Kind, Setting
from dovetail.providers.reading import read_json, reading
from dovetail.testing import Subject

Answered = Mapping[Ask, Answer | ProviderError]

CARD = RecordType(
    name="card",
    summary="A card.",
    open=False,
    personal=True,
    fields={
        "name": Field(type="text", summary="Whose it is."),
        "email": Field(type="text", summary="Where they are reached."),
        "points": Field(type="integer", summary="What is on it."),
        "offers": Field(type="record", record="offer", many=True, live=True, summary="What is offered to them."),
    },
)
OFFER = RecordType(
    name="offer",
    summary="An offer.",
    open=False,
    fields={
        "name": Field(type="text", summary="What it is."),
        "price": Field(type="money", summary="What it costs."),
    },
)
SCHEMA = Schema(
    kind="cards",
    summary="Cards.",
    members={
        "card": Member(kind="keyed", collection="card", record="card", key="number", summary="One card."),
        "offers": Member(kind="list", collection="offer", record="offer", summary="All offers."),
        "motto": Member(kind="value", collection="motto", type="text", summary="What stands on the card."),
    },
    records={"card": CARD, "offer": OFFER},
)
PEOPLE = {"1": ("Ann", "ann@example.com", 5), "2": ("Bo", "bo@example.com", 7)}
OFFERS = [{"id": "a", "name": "A mug", "price": 2.5}, {"id": "b", "name": "A pen", "price": 1}]


class Cards:
    """Reads cards by number, all offers, and the motto."""

    def __init__(self, identifier: str, settings: Mapping[str, object]) -> None:
        self.identifier = identifier
        self.url = str(settings["url"]).rstrip("/")
        self.region = str(settings.get("region") or "")
        self.key = str(settings.get("key") or "")

    @property
    def fingerprint(self) -> str:
        return f"{self.url} {self.region}"

    def schema(self) -> Schema:
        return SCHEMA

    def lifetime(self, ask: Ask) -> Lifetime:
        return Lifetime(60.0, personal=ask.collection == "card")

    def authorize(self, request: Request) -> Request:
        return replace(request, headers={**request.headers, "x-key": self.key})

    def resolve(self, asks: Sequence[Ask]) -> Talk[Answered]:
        by_collection: dict[str, list[Ask]] = {}
        for ask in asks:
            by_collection.setdefault(ask.collection, []).append(ask)
        replies = yield [Request("GET", self.address(name, group)) for name, group in by_collection.items()]
        answers: dict[Ask, Answer | ProviderError] = {}
        for (name, group), reply in zip(by_collection.items(), replies, strict=True):
            try:
                found = self.read(reply)
                with reading(self.identifier):
                    answers.update({ask: self.answer(name, ask, found, getattr(reply, "at", 0.0)) for ask in group})
            except ProviderError as error:
                answers.update(dict.fromkeys(group, error))
        return answers

    def address(self, name: str, asks: Sequence[Ask]) -> str:
        numbers = quote(",".join(str(ask.key) for ask in asks), safe="") if name == "card" else ""
        return f"{self.url}/{name}?region={quote(self.region)}" + (f"&numbers={numbers}" if numbers else "")

    def read(self, reply: Response | ProviderError) -> object:
        return read_json(reply, self.identifier)

    def answer(self, name: str, ask: Ask, found: object, at: float) -> Answer:
        if not isinstance(found, dict):
            raise TypeError
        if name == "motto":
            return Answer(found["motto"], fetched_at=at)
        if name == "offer":
            limit = ask.key.limit if isinstance(ask.key, Query) else None
            return Answer([self.offer(each) for each in found["offers"]][:limit], fetched_at=at)
        card = found["cards"].get(str(ask.key))
        return Answer(None if card is None else self.card(card), found=card is not None, fetched_at=at)

    def card(self, raw: Mapping[str, object]) -> Record:
        fields = {**{name: raw[name] for name in ("name", "email", "points")}, "offers": Ref("offer", Query(limit=1))}
        return Record("card", str(raw["id"]), str(raw["name"]), fields)

    def offer(self, raw: Mapping[str, object]) -> Record:
        return Record("offer", str(raw["id"]), str(raw["name"]), {name: raw[name] for name in ("name", "price")})

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        yield from ()
        found = [] if path else [Suggestion(name, name) for name in SCHEMA.members if text in name]
        return found[:limit]

    def check(self) -> Talk[Sequence[Finding]]:
        (reply,) = yield [Request("GET", f"{self.url}/motto")]
        try:
            with reading(self.identifier):
                found = self.read(reply)
                assert isinstance(found, dict) or self.refuse()
        except ProviderError as error:
            return [Finding(False, error.message, error.help)]
        return [Finding(True, "the cards can be read")]

    def refuse(self) -> bool:
        raise TypeError


def kind_of(make: type[Cards]) -> Kind:
    """A kind whose providers are of that class."""

    def made(identifier: str, settings: Mapping[str, object]) -> Provider:
        return make(identifier, settings)

    return Kind(
        name="cards",
        title="Cards",
        summary="Cards and offers.",
        settings=(
            Setting(name="url", type="url", required=True, summary="its address", example="https://cards.example"),
            Setting(name="region", summary="the region", example="north"),
            Setting(name="key", secret=True, summary="the key"),
        ),
        make=made,
    )


def world(requests: Sequence[Request]) -> list[Response | ProviderError]:
    """The system behind: it replies at the second 1000 to whatever host is asked."""
    return [_reply(request) for request in requests]


def _reply(request: Request) -> Response:
    try:
        parts = urlsplit(request.url)
    except ValueError:
        return Response(404, {}, b"{}", 1000.0)
    body: object
    if parts.path == "/card":
        numbers = parse_qs(parts.query).get("numbers", [""])[0].split(",")
        body = {
            "cards": {
                number: {"id": number, "name": name, "email": email, "points": points}
                for number, (name, email, points) in PEOPLE.items()
                if number in numbers
            }
        }
    elif parts.path == "/offer":
        body = {"offers": OFFERS}
    elif parts.path == "/motto":
        body = {"motto": "Open & honest"}
    else:
        return Response(404, {}, b'{"error": "nothing here"}', 1000.0)
    return Response(200, {"content-type": "application/json"}, json.dumps(body).encode(), 1000.0)


def subject(make: type[Cards] = Cards, **changed: object) -> Subject:
    """A provider of that class under test, with what else is told of it changed."""
    usual: dict[str, object] = {
        "kind": kind_of(make),
        "settings": {"url": "https://cards.example", "region": "north", "key": "s3cret/key"},
        "world": world,
        "known": {"card": ["1", "2"]},
    }
    return Subject(**{**usual, **changed})  # type: ignore[arg-type]
