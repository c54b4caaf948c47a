"""A described JSON API as a provider: the parts of this package put together."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from dovetail.engine.ports import Answer, Ask, Finding, Lifetime, Query, Record, Request, Response, Suggestion, Talk
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.providers.described.asking import LOOKED_THROUGH, answered_by, lifetime, unknown
from dovetail.providers.described.credentials import Credentials, SignIn
from dovetail.providers.described.lists import Answered, answers
from dovetail.providers.described.suggestions import matching, suggest
from dovetail.providers.rest import addresses, check, entities, pages, replies
from dovetail.providers.rest.addresses import filled
from dovetail.providers.rest.lists import Listing
from dovetail.providers.rest.openapi import Document
from dovetail.providers.rest.spec import Api

_DAY = 86400.0


class Rest:
    """Reads a JSON API by its description."""

    __slots__ = ("_api", "_clock", "_document", "_sign_in")

    def __init__(
        self,
        api: Api,
        credentials: Credentials,
        *,
        document: Document | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._clock = clock
        self._document = document
        self._sign_in = SignIn(api.identifier, credentials, clock)

    @property
    def identifier(self) -> str:
        """The name under which templates know the API."""
        return self._api.identifier

    @property
    def fingerprint(self) -> str:
        """Address, headers, parameters, who asks, and the description: what answers depend on."""
        parts = [self._api.url, sorted(self._api.headers.items()), self._api.parameters, self._sign_in.who]
        described = repr((parts, sorted(self._api.collections.items())))
        return f"rest {self._api.url} {hashlib.sha256(described.encode()).hexdigest()}"

    def schema(self) -> Schema:
        """What the settings tell of the API, and an OpenAPI document: one at an address only once it was read."""
        document = self._document
        if document is None or not document.root:
            return self._api.schema({})
        base = urlsplit(self._api.url).path
        return self._api.schema({name: document.fields(item, base) for name, item in self._api.collections.items()})

    def resolve(self, asks: Sequence[Ask]) -> Talk[Answered]:
        """Answer the asks with as few requests as the description allows."""
        return self._sign_in.signed(self._resolve(asks))

    def lifetime(self, ask: Ask) -> Lifetime:
        """Five minutes; one for what is about persons, and never in clear on a disk."""
        return lifetime(self._api.collections.get(ask.collection))

    def authorize(self, request: Request) -> Request:
        """The request with what proves who asks; nobody but the API itself sees that."""
        if addresses.below(self._api, self._api.url, request.url) is None:
            return request
        return self._sign_in.authorize(request)

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """What is there below a path, live."""
        return self._sign_in.signed(self._suggest(path, text, limit))

    def check(self) -> Talk[Sequence[Finding]]:
        """Try every collection with one record."""
        return self._sign_in.signed(self._check())

    def _suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        yield from self._read_document()
        found = yield from suggest(self.identifier, self.schema(), self._resolve, self._search, path, text, limit)
        return found

    def _check(self) -> Talk[Sequence[Finding]]:
        trouble = yield from self._read_document()
        findings = yield from check.check(self._api)
        if self._document is None:
            return findings
        what = f"the OpenAPI document {self._document}"
        if trouble:
            return [*findings, Finding(False, f"{what} cannot be used: {trouble}", "save it as a file, and name that")]
        fields = sum(len(each.fields) for each in self.schema().records.values())
        return [*findings, Finding(True, f"{what}: {fields} fields are known")]

    def _read_document(self) -> Talk[str]:
        """Read a document that is at an address, once; what is wrong with it, or ''."""
        document = self._document
        if document is None or document.root:
            yield from ()
            return ""
        reply = (yield [Request("GET", document.address, {"accept": "application/json"}, keep_for=_DAY)])[0]
        if not isinstance(reply, Response):
            return reply.message
        if reply.status != 200:
            return f"its address answers with status {reply.status}"
        try:
            document.load(reply.body)
        except ValueError as error:
            return str(error)
        return ""

    def _resolve(self, asks: Sequence[Ask]) -> Talk[Answered]:
        now = self._clock()
        keyed: dict[str, list[Ask]] = {}
        listed: dict[str, list[Ask]] = {}
        answered: dict[Ask, Answer | ProviderError] = {}
        for ask in asks:
            collection = self._api.collections.get(ask.collection)
            if collection is None or (isinstance(ask.key, Query) and not collection.list):
                answered[ask] = unknown(self._api.identifier, self._api.collections, ask)
            else:
                (listed if isinstance(ask.key, Query) else keyed).setdefault(ask.collection, []).append(ask)
        known = self._api.collections
        talks: list[Talk[Answered]] = [
            entities.by_keys(self._api, known[name], wanted, now) for name, wanted in keyed.items()
        ]
        for name, wanted in listed.items():
            talks += answers(Listing(self._api, known[name]), wanted, now)
        answered.update((yield from answered_by(talks)))
        return answered

    def _search(self, name: str, text: str, limit: int) -> Talk[Sequence[Record]]:
        collection = self._api.collections[name]
        if not collection.list:
            yield from ()
            return []
        given = filled(collection.search, {"value": text}) if collection.search and text else None
        wanted = limit if given is not None or not text else LOOKED_THROUGH
        found = yield from pages.read(self._api, collection, given or (), wanted)
        records = [collection.shape.record(row, replies.key_of(self._api, collection, row)) for row in found.rows]
        return records if given is not None else matching(records, text)[:limit]
