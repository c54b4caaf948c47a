"""A provider's conversations held over real HTTP, one request after the other, without retries or a cache.

What retries, pools and keeps belongs to the connections; here every request is one row in the double's log.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from dovetail.engine.ports import Answer, Ask, Key, Provider, Query, Record, Request, Response, T, Talk
from dovetail.errors import ProviderError, UnreachableError

Answered = Mapping[Ask, Answer | ProviderError]


def send(request: Request) -> Response | ProviderError:
    """One HTTP exchange."""
    parts = urlsplit(request.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request(request.method, request.url.split(parts.netloc, 1)[1], headers=dict(request.headers))
        reply = connection.getresponse()
        headers = {name.lower(): value for name, value in reply.getheaders()}
        return Response(reply.status, headers, reply.read(), time.time())
    except (OSError, http.client.HTTPException) as error:
        return UnreachableError(f"no answer ({type(error).__name__})", retryable=True)
    finally:
        connection.close()


def hold(provider: Provider, talk: Talk[T]) -> T:
    """Lead a conversation to its end; replies that may be kept are asked once within it."""
    kept: dict[Request, Response | ProviderError] = {}

    def reply_to(request: Request) -> Response | ProviderError:
        if request.keep_for and request in kept:
            return kept[request]
        reply = send(provider.authorize(request))
        kept[request] = reply
        return reply

    try:
        requests = next(talk)
        while True:
            requests = talk.send([reply_to(request) for request in requests])
    except StopIteration as done:
        result: T = done.value
        return result


def answers(provider: Provider, asks: Iterable[Ask]) -> Answered:
    """What a provider answers to asks."""
    return hold(provider, provider.resolve(list(asks)))


def answer(provider: Provider, collection: str, key: Key | Query) -> Answer:
    """The answer to one ask; its error is raised."""
    ask = Ask(provider.identifier, collection, key)
    found = answers(provider, [ask]).get(ask)
    if isinstance(found, ProviderError):
        raise found
    return found if found is not None else Answer(None, found=False)


def record(provider: Provider, collection: str, key: Key) -> Record:
    """The record of one ask, which is there."""
    found = answer(provider, collection, key).value
    assert isinstance(found, Record), f"no {collection} {key!r}"
    return found


def records(provider: Provider, collection: str, query: Query) -> list[Record]:
    """The records of a list."""
    found = answer(provider, collection, query).value
    assert isinstance(found, list)
    assert all(isinstance(each, Record) for each in found)
    return found
