"""A described GraphQL API as a provider: the parts of this package put together."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence

from dovetail.engine.ports import Answer, Ask, Finding, Lifetime, Query, Record, Request, Suggestion, Talk
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.providers.described.asking import LOOKED_THROUGH, answered_by, lifetime, unknown
from dovetail.providers.described.credentials import Credentials, SignIn
from dovetail.providers.described.lists import Answered, answers
from dovetail.providers.described.suggestions import matching, suggest
from dovetail.providers.graphql import check, entities, pages, replies, wire
from dovetail.providers.graphql.introspection import QUERY, Types
from dovetail.providers.graphql.lists import Listing
from dovetail.providers.graphql.spec import Api
from dovetail.providers.graphql.variables import placed


class GraphQL:
    """Reads a GraphQL API by its description."""

    __slots__ = ("_api", "_clock", "_sign_in", "_types", "_who")

    def __init__(
        self,
        api: Api,
        credentials: Credentials,
        *,
        types: Types | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._clock = clock
        self._sign_in = SignIn(api.identifier, credentials, clock)
        self._types = types or Types()
        self._who = (credentials.way, credentials.name)

    @property
    def identifier(self) -> str:
        """The name under which templates know the API."""
        return self._api.identifier

    @property
    def fingerprint(self) -> str:
        """Address, headers, who asks, and the description: what answers depend on."""
        described = hashlib.sha256(repr(list(self._api.collections.items())).encode()).hexdigest()
        parts = [self._api.url, dict(self._api.headers), [*self._who], described]
        return f"graphql {json.dumps(parts, sort_keys=True)}"

    def schema(self) -> Schema:
        """What the settings tell of the API, and its own types: those by introspection once they were read."""
        return self._api.schema({name: self._types.fields(item) for name, item in self._api.collections.items()})

    def resolve(self, asks: Sequence[Ask]) -> Talk[Answered]:
        """Answer the asks with as few requests as the description allows."""
        now = self._clock()
        keyed: dict[str, list[Ask]] = {}
        answered: dict[Ask, Answer | ProviderError] = {}
        listed: dict[str, list[Ask]] = {}
        for ask in asks:
            collection = self._api.collections.get(ask.collection)
            if collection is not None and not isinstance(ask.key, Query):
                keyed.setdefault(ask.collection, []).append(ask)
            elif collection is not None and collection.list:
                listed.setdefault(ask.collection, []).append(ask)
            else:
                answered[ask] = unknown(self._api.identifier, self._api.collections, ask)
        known = self._api.collections
        talks: list[Talk[Answered]] = [
            entities.by_keys(self._api, known[name], wanted, now) for name, wanted in keyed.items()
        ]
        for name, wanted in listed.items():
            if queries := known[name].list:
                talks += answers(Listing(self._api, known[name], queries), wanted, now)
        answered.update((yield from answered_by(talks)))
        return answered

    def lifetime(self, ask: Ask) -> Lifetime:
        """Five minutes; one for what is about persons, and never in clear on a disk."""
        return lifetime(self._api.collections.get(ask.collection))

    def authorize(self, request: Request) -> Request:
        """The request with what proves who asks; nobody but the API itself sees that."""
        if request.url.partition("?")[0] != self._api.url.partition("?")[0]:
            return request
        return self._sign_in.authorize(request)

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """What is there below a path, live."""
        yield from self._introspect()
        return (yield from suggest(self.identifier, self.schema(), self.resolve, self._search, path, text, limit))

    def check(self) -> Talk[Sequence[Finding]]:
        """Try every collection with one record."""
        wanted = self._types.wanted
        trouble = yield from self._introspect()
        findings = yield from check.check(self._api)
        if trouble:
            advice = "many APIs allow no introspection: save the schema as a file, and name that as `types`"
            return [*findings, Finding(False, f"the API's types cannot be read: {trouble}", advice)]
        if not self._types.source:
            return findings
        fields = sum(len(self._types.fields(item)) for item in self._api.collections.values())
        what = "by introspection" if wanted or self._types.source == "introspect" else f"by {self._types}"
        return [*findings, Finding(True, f"{fields} fields are known {what}")]

    def _introspect(self) -> Talk[str]:
        """Ask the API for its types, once; what is wrong, or ''."""
        if not self._types.wanted:
            yield from ()
            return ""
        asked = wire.of_query(self._api, QUERY, {})
        try:
            found = wire.read(self._api, "its types", asked, (yield [asked])[0])
            if found.complaints:
                raise wire.failure(self._api, "its types", found.complaints)
            self._types.load(found.data)
        except ProviderError as error:
            return error.message
        except ValueError as error:
            return str(error)
        return ""

    def _search(self, name: str, text: str, limit: int) -> Talk[Sequence[Record]]:
        collection = self._api.collections[name]
        listed = collection.list
        if not listed:
            yield from ()
            return []
        by_api = bool(listed.search and text)
        given = placed([(listed.search, text)]) if by_api else None
        found = yield from pages.read(
            self._api, collection, listed, given or {}, limit if by_api or not text else LOOKED_THROUGH
        )
        records = [collection.shape.record(row, replies.key_of(self._api, collection, row)) for row in found.rows]
        return records if by_api else matching(records, text)[:limit]
