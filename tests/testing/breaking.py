"""Ways to break the provider of cards."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dovetail.engine.ports import Answer, Ask, Finding, Record, Request
from dovetail.engine.schema import RecordType
from dovetail.errors import OddAnswerError, ProviderError, SettingsError, UnreachableError
from dovetail.providers.reading import read_json
from dovetail.testing import Subject
from tests.testing.cards import SCHEMA, Cards, kind_of, subject

Method = Callable[..., Any]


def broken(**members: object) -> type[Cards]:
    """The provider with some of its members replaced."""
    return type("Broken", (Cards,), members)


def provider(**members: object) -> Subject:
    return subject(broken(**members))


def schema(**changed: object) -> Subject:
    """The provider with another schema."""
    other = replace(SCHEMA, **changed)  # type: ignore[arg-type]
    return provider(schema=lambda _: other)


def described(**changed: object) -> Subject:
    """The provider with another kind."""
    return subject(kind=replace(kind_of(Cards), **changed))  # type: ignore[arg-type]


def setting(**changed: object) -> Subject:
    first, *others = kind_of(Cards).settings
    return described(settings=(replace(first, **changed), *others))  # type: ignore[arg-type]


def member(name: str, **changed: object) -> Subject:
    return schema(members={**SCHEMA.members, name: replace(SCHEMA.members[name], **changed)})  # type: ignore[arg-type]


def record(record: RecordType, **changed: object) -> Subject:
    return schema(records={**SCHEMA.records, record.name: replace(record, **changed)})  # type: ignore[arg-type]


def card(**fields: object) -> Subject:
    """The provider with other values in its cards."""

    def made(self: Cards, raw: Mapping[str, object]) -> Record:
        usual = Cards.card(self, raw)
        return replace(usual, fields={**usual.fields, **fields})

    return provider(card=made)


def offer(change: Callable[[Record], object]) -> Subject:
    """The provider with its offers changed."""
    return provider(offer=lambda self, raw: change(Cards.offer(self, raw)))


def answer(change: Callable[[Ask, Answer], object]) -> Subject:
    """The provider with its answers changed."""
    return provider(answer=lambda self, name, ask, found, at: change(ask, Cards.answer(self, name, ask, found, at)))


def each_with_a_request(self: Cards, asks: Sequence[Ask]) -> Any:
    replies = yield [Request("GET", self.address(ask.collection, [ask])) for ask in asks]
    return {
        ask: self.answer(ask.collection, ask, self.read(reply), 1.0) for ask, reply in zip(asks, replies, strict=True)
    }


def one_after_the_other(self: Cards, asks: Sequence[Ask]) -> Any:
    answers: dict[Ask, Answer | ProviderError] = {}
    for ask in asks:
        answers.update((yield from Cards.resolve(self, [ask])))
    return answers


def with_a_swallowed_error(self: Cards, asks: Sequence[Ask]) -> Any:
    answers = yield from Cards.resolve(self, asks)
    return {ask: found for ask, found in answers.items() if isinstance(found, Answer)}


def with_a_substitute(self: Cards, asks: Sequence[Ask]) -> Any:
    answers = yield from Cards.resolve(self, asks)
    return {ask: found if isinstance(found, Answer) else Answer("", fetched_at=1.0) for ask, found in answers.items()}


def without_end(self: Cards, asks: Sequence[Ask]) -> Any:
    while True:
        yield [Request("GET", f"{self.url}/motto")]


def with_a_state() -> Method:
    kept: dict[Ask, Answer | ProviderError] = {}

    def resolve(self: Cards, asks: Sequence[Ask]) -> Any:
        new = [ask for ask in asks if ask not in kept]
        if new:
            kept.update((yield from Cards.resolve(self, new)))
        return {ask: kept[ask] for ask in asks}

    return resolve


def before(work: Callable[[], object]) -> Method:
    """`resolve` that does something first."""

    def resolve(self: Cards, asks: Sequence[Ask]) -> Any:
        work()
        return (yield from Cards.resolve(self, asks))

    return resolve


def connect() -> None:
    with socket.socket() as sock:
        sock.connect_ex(("127.0.0.1", 9))


def raising(error: Exception) -> Method:
    def method(*_: object) -> Any:
        yield from ()
        raise error

    return method


def giving(value: object) -> Method:
    """A generator that asks nothing and returns the value."""

    def method(*_: object) -> Any:
        yield from ()
        return value

    return method


def address(change: Callable[[Cards, str], str]) -> Subject:
    return provider(address=lambda self, name, asks: change(self, Cards.address(self, name, asks)))


def quoted_badly(self: Cards, name: str, asks: Sequence[Ask]) -> str:
    return f"{self.url}/card/{asks[0].key}" if name == "card" else Cards.address(self, name, asks)


def check_of(findings: Sequence[object]) -> Method:
    """A connection test that asks, and finds the same whatever comes."""

    def check(self: Cards) -> Any:
        yield [Request("GET", f"{self.url}/motto")]
        return findings

    return check


def check_that_shows(self: Cards) -> Any:
    (reply,) = yield [Request("GET", f"{self.url}/motto")]
    shown = reply.message if isinstance(reply, ProviderError) else reply.body.decode(errors="replace")
    return [Finding("motto" in shown, shown, "look at it")]


def read_and_show(self: Cards, reply: Any) -> object:
    try:
        return read_json(reply, self.identifier)
    except OddAnswerError as error:
        raise OddAnswerError(f"not JSON: {reply.body.decode(errors='replace')}") from error


def read_with_key(self: Cards, reply: Any) -> object:
    try:
        return read_json(reply, self.identifier)
    except ProviderError as error:
        raise type(error)(f"{error.message} (key {self.key})") from error


def read_all_alike(self: Cards, reply: Any) -> object:
    try:
        return read_json(reply, self.identifier)
    except ProviderError as error:
        raise UnreachableError(error.message) from error


def read_carelessly(self: Cards, reply: Any) -> object:
    import json

    return json.loads(reply.body)


numbers = itertools.count()


def refusing(identifier: str, settings: Mapping[str, object]) -> Cards:
    if settings.get("region") != "north":
        raise SettingsError(f"{settings} cannot be right")
    return Cards(identifier, settings)


def careless(identifier: str, settings: Mapping[str, object]) -> Cards:
    return {"north": Cards(identifier, settings)}[str(settings["region"])]


def impatient(identifier: str, settings: Mapping[str, object]) -> Cards:
    if "/" not in str(settings["key"]):
        raise ValueError("not a key")
    return Cards(identifier, settings)


def northern(identifier: str, settings: Mapping[str, object]) -> Cards:
    if settings.get("region") not in ("north", "south"):
        raise SettingsError("the region is north or south")
    return Cards(identifier, settings)


def silently(self: Cards, asks: Sequence[Ask]) -> Any:
    try:
        answers = yield from Cards.resolve(self, asks)
    except ProviderError as error:
        raise type(error)("") from error
    return {ask: type(found)("") if isinstance(found, ProviderError) else found for ask, found in answers.items()}
