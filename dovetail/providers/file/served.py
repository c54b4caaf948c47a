"""A provider whose requests a reader answers, in place of the transport: the composition of this kind.

The provider stays without input and output; what blocks is here (docs/decisions/0008).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from dovetail.engine.ports import (
    Answer,
    Ask,
    Finding,
    Lifetime,
    Provider,
    Request,
    Response,
    Suggestion,
    Talk,
)
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError

T = TypeVar("T")


class Served:
    """A `Provider` that holds its own conversations with `reads`: they yield no request to anybody else."""

    __slots__ = ("_provider", "_reads")

    def __init__(self, provider: Provider, reads: Callable[[Request], Response | ProviderError]) -> None:
        self._provider = provider
        self._reads = reads

    @property
    def identifier(self) -> str:
        """The name under which templates know it."""
        return self._provider.identifier

    @property
    def fingerprint(self) -> str:
        """What its answers depend on."""
        return self._provider.fingerprint

    def schema(self) -> Schema:
        """What stands below the identifier."""
        return self._provider.schema()

    def lifetime(self, ask: Ask) -> Lifetime:
        """How long an answer may be kept."""
        return self._provider.lifetime(ask)

    def authorize(self, request: Request) -> Request:
        """The request as it is."""
        return self._provider.authorize(request)

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """Answer the asks; blocks while files are read."""
        return self._held(self._provider.resolve(asks))

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """What is there below a path; blocks while files are read."""
        return self._held(self._provider.suggest(path, text, limit))

    def check(self) -> Talk[Sequence[Finding]]:
        """Try the files; blocks while they are read."""
        return self._held(self._provider.check())

    def _held(self, talk: Talk[T]) -> Talk[T]:
        # A talk, although it has nothing left to ask.
        yield from ()
        try:
            batch = next(talk)
            while True:
                batch = talk.send([self._reads(request) for request in batch])
        except StopIteration as done:
            result: T = done.value
            return result
