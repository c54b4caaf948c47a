"""Checks of what a provider sends: to whom, how it is spelled, that no secret is in an address, and the protocol."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import cast
from urllib.parse import urlsplit

from dovetail.engine.ports import Answer, Ask, Finding, Key, Provider, Request, Response, Suggestion
from dovetail.errors import ProviderError
from dovetail.testing.holding import Held, hold
from dovetail.testing.outages import MARK, OUTAGES, Failing
from dovetail.testing.subject import Answered, Subject
from dovetail.testing.tape import forms

_ODD_KEYS: Sequence[Key] = ("../../admin?x=1#y", "a b", "é\u202e", "", "0", -1, 0, 10**30, "x" * 5000, "a,b;c|d'\"\r\n")


def requests(subject: Subject) -> Iterator[str]:
    """Requests go to the settings' addresses only, are spelled as addresses are, and carry no secret in them."""
    provider = subject.provider()
    seen: dict[Request, None] = {}
    conversations: list[Held[object]] = [
        cast("Held[object]", subject.resolve(list(subject.all_asks()))),
        cast("Held[object]", hold("check", provider.check, subject.world)),
    ]
    conversations += [
        cast("Held[object]", hold("suggest", partial(provider.suggest, path, "a", 5), _nothing))
        for path in ([], *([name] for name in subject.schema().members))
    ]
    for held in conversations:
        seen.update(dict.fromkeys(held.requests))
    for request in seen:
        yield from _request(subject, provider, request)
    yield from _odd_keys(subject)


def _nothing(asked: Sequence[Request]) -> list[Response | ProviderError]:
    return [Response(404, {}, b"{}", 1.0) for _ in asked]


def _request(subject: Subject, provider: Provider, request: Request) -> Iterator[str]:
    yield from _address(subject, request.url)
    authorised = provider.authorize(request)
    if authorised.url != request.url:
        yield from _address(subject, authorised.url)
    if (authorised.method, authorised.body) != (request.method, request.body):
        yield "`authorize` changes the method or the body: it adds headers"
    again = provider.authorize(request)
    if set(again.headers) != set(authorised.headers) or not set(request.headers) <= set(authorised.headers):
        yield "`authorize` gives other headers at the second attempt, or loses some"


def _address(subject: Subject, url: str) -> Iterator[str]:
    shown = url if len(url) <= 120 else f"{url[:119]}…"
    # Basic auth is base64 of both together, which no single secret shows.
    pairs = [f"{one}:{other}" for one in subject.secrets() for other in subject.secrets()]
    for secret in [*subject.secrets(), *(base64.b64encode(pair.encode()).decode() for pair in pairs)]:
        if any(form in url for form in forms(secret)):
            yield "a secret stands in the address of a request, where logs and proxies keep it: send it in a header"
            return
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower()
    except ValueError:
        yield f"{shown} is no address"
        return
    if parts.scheme not in {"http", "https"} or not host:
        yield f"{shown} is no web address"
    elif host not in subject.allowed_hosts():
        yield f"{shown} goes to {host}: requests go to the settings' addresses, or to what `hosts` names"
    if not url.isascii() or any(not "!" <= letter <= "~" for letter in url) or set(url) & set('"<>\\^`{|}'):
        yield f"{shown!r} is not percent-encoded: urllib.parse.quote(…, safe='')"
    if parts.fragment:
        yield f"{shown} has a fragment (#…), which is never sent"


def _odd_keys(subject: Subject) -> Iterator[str]:
    """Keys come from templates and profiles: whatever they are, they stay one piece of an address."""
    for name, member in subject.schema().members.items():
        if member.kind != "keyed":
            continue
        for key in _ODD_KEYS:
            held = subject.resolve([Ask(subject.identifier, member.collection, key)], _nothing)
            for request in held.requests:
                if "../" in request.url.partition("?")[0] or "x=1" in request.url:
                    yield f"the key {str(key)!r} of `{name}` changes the address: urllib.parse.quote(str(key), safe='')"
                yield from _address(subject, request.url)


def protocol(subject: Subject) -> Iterator[str]:
    """Conversations are generators that depend on nothing but asks and replies: twice the same is twice the same."""
    asks = list(subject.all_asks())
    # `hold` complains of what is no generator, does input or output itself, or has no end.
    one, other = subject.resolve(asks), subject.resolve(asks)
    if [list(batch) for batch in one.batches] != [list(batch) for batch in other.batches]:
        yield "the same asks lead to other requests at the second time: take the clock and chance as arguments"
    elif _values(one) != _values(other):
        yield "the same asks and replies lead to other answers at the second time"
    provider = subject.provider()
    first = hold("resolve", lambda: provider.resolve(asks), subject.world)
    second = hold("resolve", lambda: provider.resolve(asks), subject.world)
    if _values(first) != _values(second) or first.batches != second.batches:
        yield "a provider answers otherwise once it was asked: it keeps a state, and caching is not its business"
    if subject.resolve([]).requests:
        yield "no asks lead to requests"


def _values(held: Held[Answered]) -> object:
    if isinstance(held.result, ProviderError):
        return held.result.message
    return {
        ask: replace(answer, fetched_at=0.0) if isinstance(answer, Answer) else answer.message
        for ask, answer in held.result.items()
    }


def suggestions(subject: Subject) -> Iterator[str]:
    """Live continuations: at most as many as wanted, each with something to insert; nowhere an exception."""
    names = list(subject.schema().members)
    provider = subject.provider()
    for path in ([], *([name] for name in names), ["no such member"], [*names[:1], "no such key", "x", "y"]):
        for limit in (0, 2):
            world = subject.world if len(path) < 2 and path != ["no such member"] else _nothing
            held = hold("suggest", partial(provider.suggest, path, "", limit), world)
            where = f"suggest({path}, '', {limit})"
            if isinstance(held.result, ProviderError):
                if world is subject.world:
                    yield f"{where} raises {type(held.result).__name__}: {held.result.message}"
                continue
            yield from _suggestions(where, held.result, limit)
    yield from _suggestions_below(subject, provider)
    for outage in OUTAGES:
        for path in ([], *([name] for name in names)):
            hold("suggest", partial(provider.suggest, path, "a", 5), Failing(_nothing, outage, 0))


def _suggestions(where: str, found: object, limit: int) -> Iterator[str]:
    if not isinstance(found, list | tuple):
        yield f"{where} gives a {type(found).__name__} instead of a list of Suggestions"
        return
    items = cast("Sequence[object]", found)
    if len(items) > limit:
        yield f"{where} gives {len(items)} suggestions"
    for item in items:
        if not isinstance(item, Suggestion) or not item.insert or not item.label:
            yield f"{where} gives something that is no Suggestion with `insert` and `label`"


def _suggestions_below(subject: Subject, provider: Provider) -> Iterator[str]:
    """Nothing at all is suggested: then `explore` is of no use, and `yield from ()` was forgotten or meant."""
    held = hold("suggest", lambda: provider.suggest([], "", 100), subject.world)
    if isinstance(held.result, list | tuple):
        names = {item.insert for item in held.result if isinstance(cast("object", item), Suggestion)}
        missing = [name for name in subject.schema().members if name not in names]
        if missing:
            yield f"suggest([], '', 100) lacks the members {', '.join(missing)}"


def connection(subject: Subject) -> Iterator[str]:
    """The connection test is fine when all is well, and says what to do when it is not."""
    provider = subject.provider()
    held = hold("check", provider.check, subject.world)
    if not isinstance(held.result, list | tuple) or not held.result:
        yield f"check gives {type(held.result).__name__}: a list of at least one Finding, also when all is well"
        return
    for finding in cast("Sequence[object]", held.result):
        if not isinstance(finding, Finding) or not finding.what:
            yield "check gives something that is no Finding that says `what`"
        elif not finding.ok:
            yield f"check finds, although all is well: {finding.what}"
    if not held.requests:
        yield "check asks nothing: it tests the connection"
        return
    for outage in OUTAGES:
        if not outage.expected:
            continue
        found = hold("check", provider.check, Failing(subject.world, outage, 0)).result
        if isinstance(found, ProviderError):
            continue
        bad = [each for each in found if isinstance(cast("object", each), Finding) and not each.ok]
        if not bad:
            yield f"check is content with: {outage.name}"
        for finding in bad:
            if not finding.help:
                yield f"check does not say what to do about: {outage.name}"
            if MARK in finding.what + finding.help:
                yield "check shows the body of a reply, which may be about a person"
