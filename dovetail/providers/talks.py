"""Conversations joined: several talks stepped together, so that their requests go out at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from dovetail.engine.ports import Request, Response, Talk
from dovetail.errors import ProviderError

T = TypeVar("T")


def together(talks: Sequence[Talk[T]]) -> Talk[list[T | ProviderError]]:
    """Lead several conversations at once: each batch holds the next requests of all that go on.

    Returns each talk's result, in order; a talk that ends in a `ProviderError` has that as its result.
    """
    results: dict[int, T | ProviderError] = {}
    waiting: dict[int, Sequence[Request]] = {}

    def step(number: int, replies: Sequence[Response | ProviderError] | None) -> None:
        talk = talks[number]
        try:
            waiting[number] = next(talk) if replies is None else talk.send(replies)
        except StopIteration as done:
            results[number] = done.value
        except ProviderError as error:
            results[number] = error

    for number in range(len(talks)):
        step(number, None)
    while waiting:
        batches, waiting = waiting, {}
        replies = yield [request for batch in batches.values() for request in batch]
        at = 0
        for number, batch in batches.items():
            step(number, replies[at : at + len(batch)])
            at += len(batch)
    return [results[number] for number in range(len(talks))]
