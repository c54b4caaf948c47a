"""What goes wrong with other systems, made up: each reply of a conversation replaced by a fault, from some batch on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dovetail.engine.ports import Request, Response
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from dovetail.testing.holding import UnknownRequest, World

MARK = "dovetail-mark-jan@example.org"
"""Stands in the body of faults: what is about a person there may not come into an error's text."""

_PAGE = f"<!DOCTYPE html><html><head><title>Shop</title></head><body>{MARK}</body></html>".encode()
_HTML = {"content-type": "text/html"}


@dataclass(frozen=True, slots=True)
class Outage:
    """A fault: what comes instead of the reply that would have come, and the errors that may be made of it.

    `expected` empty: any outcome but an exception.
    """

    name: str
    expected: tuple[type[ProviderError], ...]
    reply: Callable[[Response | None], Response | ProviderError]


def _always(status: int, body: bytes = _PAGE, **headers: str) -> Callable[[Response | None], Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(status, {**_HTML, **named}, body, 1.0)


def _half(real: Response | None) -> Response:
    body = real.body if real is not None and len(real.body) > 1 else b'{"a": 1}'
    return Response(200, {"content-type": "application/json"}, body[: len(body) // 2], 1.0)


_NO_REPLY = UnreachableError("no answer in time", help="is it online?", retryable=True)
_UNREACHABLE = (UnreachableError,)
_ODD = (OddAnswerError,)

OUTAGES = (
    Outage("no reply in time", _UNREACHABLE, lambda _: _NO_REPLY),
    Outage("status 429", _UNREACHABLE, _always(429, retry_after="60")),
    Outage("status 500", (UnreachableError, OddAnswerError), _always(500)),
    Outage("status 502", _UNREACHABLE, _always(502)),
    Outage("status 503", _UNREACHABLE, _always(503)),
    Outage("status 504", _UNREACHABLE, _always(504)),
    Outage("status 401", (AccessError,), _always(401)),
    Outage("status 403", (AccessError,), _always(403)),
    Outage("a redirect", (OddAnswerError, AccessError), _always(302, b"", location="https://elsewhere.example/")),
    Outage("HTML instead of JSON", _ODD, _always(200)),
    Outage("an empty body", _ODD, _always(200, b"")),
    Outage("half of the body", _ODD, _half),
    Outage("bytes that are no UTF-8", _ODD, _always(200, b'{"a": "\xff\xfe"}')),
    Outage("the JSON value null", (), _always(200, b"null")),
    Outage("a JSON text", _ODD, _always(200, b'"fine"')),
    Outage("a JSON list of numbers", _ODD, _always(200, b"[1, 2]")),
    Outage("an empty JSON object", (), _always(200, b"{}")),
    Outage("status 404", (), _always(404)),
)


class Failing:
    """A world in which replies go well until batch `since` (from 0), and are faults from there on."""

    def __init__(self, world: World, outage: Outage, since: int) -> None:
        self._world = world
        self._outage = outage
        self._since = since
        self._turns = itertools.count()

    def __call__(self, requests: Sequence[Request]) -> list[Response | ProviderError]:
        """The real replies, or as many faults."""
        if next(self._turns) < self._since:
            return list(self._world(requests))
        return [self._outage.reply(_real(self._world, request)) for request in requests]


class FailingAt:
    """A world in which one request fails whenever it is asked, and so does what only follows from that."""

    def __init__(self, world: World, outage: Outage, at: Request) -> None:
        self._world = world
        self._outage = outage
        self._at = (at.method, at.url, at.body)

    def __call__(self, requests: Sequence[Request]) -> list[Response | ProviderError]:
        """Real replies, with faults in between."""
        replies: list[Response | ProviderError] = []
        for request in requests:
            real = _real(self._world, request)
            fails = real is None or (request.method, request.url, request.body) == self._at
            replies.append(self._outage.reply(real) if fails or real is None else real)
        return replies


def _real(world: World, request: Request) -> Response | None:
    try:
        (reply,) = world([request])
    except UnknownRequest:
        return None
    return reply if isinstance(reply, Response) else None
