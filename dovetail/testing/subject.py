"""What the checks look at: a kind of integration, settings for it, and what is known of the system behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dovetail.engine.ports import Answer, Ask, Key, Provider, Query
from dovetail.engine.schema import Member, Schema
from dovetail.errors import ProviderError
from dovetail.providers.kinds import Kind
from dovetail.testing.holding import Complaint, Held, World, hold

Answered = Mapping[Ask, Answer | ProviderError]

SHORTEST_SECRET = 6
"""A made-up secret that is shorter might stand in an address or a reply by chance."""

FEW = Query(limit=3)
"""What a list is asked for, unless `known` says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A provider under test. See `ProviderKit` for what the fields mean."""

    kind: Kind
    settings: Mapping[str, object]
    world: World
    identifier: str = "example"
    known: Mapping[str, Sequence[Key | Query]] = field(default_factory=dict[str, "Sequence[Key | Query]"])
    unknown: Mapping[str, Key] = field(default_factory=dict[str, Key])
    most_requests: Mapping[str, int] = field(default_factory=dict[str, int])
    hosts: Sequence[str] = ()
    other_settings: Mapping[str, object] = field(default_factory=dict[str, object])
    same_answers: Sequence[str] = ()
    not_personal: Sequence[str] = ()

    def provider(self, **changed: object) -> Provider:
        """A new provider, with some settings changed; None takes one away."""
        usual = {item.name: item.default for item in self.kind.settings if item.default is not None}
        given = {**usual, **self.settings, **changed}
        return self.kind.make(self.identifier, {name: value for name, value in given.items() if value is not None})

    def schema(self) -> Schema:
        """What the provider says that it has."""
        return self.provider().schema()

    def secrets(self) -> list[str]:
        """The secret settings' values."""
        values = [str(self.settings.get(item.name) or "") for item in self.kind.settings if item.secret]
        return [value for value in values if value]

    def allowed_hosts(self) -> set[str]:
        """Where requests may go: the settings' addresses, and `hosts`."""
        urls = [
            str(self.settings.get(item.name) or item.default or "") for item in self.kind.settings if item.type == "url"
        ]
        return {urlsplit(url).netloc.lower() for url in urls if url} | {host.lower() for host in self.hosts}

    def keys(self, name: str, member: Member) -> Sequence[Key | Query]:
        """Keys of a member that the system behind knows.

        Raises:
            Complaint: the test does not tell any.
        """
        if name in self.known:
            return self.known[name]
        if member.kind == "value":
            return [""]
        if member.kind == "list":
            return [FEW]
        raise Complaint(f'the test knows no key of `{name}`: say two that exist, known = {{"{name}": ["…", "…"]}}')

    def asks(self, name: str, member: Member) -> list[Ask]:
        """Asks for what a member is known to have."""
        return [Ask(self.identifier, member.collection, key) for key in self.keys(name, member)]

    def all_asks(self) -> dict[Ask, str]:
        """The known asks of all members that the test tells keys of, with the member's name."""
        found: dict[Ask, str] = {}
        for name, member in self.schema().members.items():
            if member.kind != "keyed" or name in self.known:
                found.update(dict.fromkeys(self.asks(name, member), name))
        return found

    def resolve(self, asks: Sequence[Ask], world: World | None = None) -> Held[Answered]:
        """What a new provider answers."""
        provider = self.provider()
        held = hold("resolve", lambda: provider.resolve(asks), world or self.world)
        if not isinstance(held.result, ProviderError | Mapping):
            raise Complaint(
                f"`resolve` returns a {type(held.result).__name__} instead of a mapping from asks to Answers"
            )
        if isinstance(held.result, Mapping):
            for ask, answer in held.result.items():
                if not isinstance(ask, Ask):
                    raise Complaint(f"`resolve` answers a {type(ask).__name__}: the keys of what it returns are Asks")
                if not isinstance(answer, Answer | ProviderError):
                    raise Complaint(f"{ask.path()} is answered with a {type(answer).__name__} instead of an Answer")
        return held

    def answers(self, asks: Sequence[Ask]) -> dict[Ask, Answer]:
        """The answers to asks that all have one.

        Raises:
            Complaint: one of them has not.
        """
        held = self.resolve(asks)
        if isinstance(held.result, ProviderError):
            raise Complaint(f"`resolve` raises {described(held.result)} for asks that exist")
        answers: dict[Ask, Answer] = {}
        for ask, answer in held.result.items():
            if isinstance(answer, Answer):
                answers[ask] = answer
            elif ask in asks:
                raise Complaint(f"{ask.path()} exists and is answered with {described(answer)}")
        return answers


def described(error: ProviderError) -> str:
    """An error in a complaint."""
    return f"{type(error).__name__}: {error.message}"
