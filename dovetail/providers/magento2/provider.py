"""A Magento 2 shop as a provider: the parts of this package put together."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dovetail.engine.ports import Answer, Ask, Finding, Lifetime, Request, Suggestion, Talk
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.providers.feeds import Detected, Page, State
from dovetail.providers.magento2 import changes, check, facts, oauth, resolve, suggest
from dovetail.providers.magento2.oauth import Credentials
from dovetail.providers.magento2.schema import schema_of
from dovetail.providers.magento2.wire import Shop


def _fresh() -> str:
    return uuid.uuid4().hex


class Magento2:
    """Reads a shop over REST. `credentials`: the four OAuth values, or a bearer token."""

    __slots__ = ("_clock", "_credentials", "_nonce", "_shop")

    def __init__(
        self,
        shop: Shop,
        credentials: Credentials | str,
        *,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = _fresh,
    ) -> None:
        self._shop = shop
        self._credentials = credentials
        self._clock = clock
        self._nonce = nonce

    @property
    def identifier(self) -> str:
        """The name under which templates know the shop."""
        return self._shop.identifier

    @property
    def fingerprint(self) -> str:
        """Address, store view, the suffix of product pages and the like: what answers depend on."""
        shop = self._shop
        return f"magento2 {shop.url} {shop.store} {shop.url_suffix} {int(shop.follow)} {shop.stock_id}"

    def schema(self) -> Schema:
        """What the shop offers."""
        return schema_of(self._shop)

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """Answer the asks with as few requests as the API allows."""
        return resolve.resolve(self._shop, asks, self._clock())

    def lifetime(self, ask: Ask) -> Lifetime:
        """Products ten minutes, stock one; what is about persons shorter, and never in clear on a disk."""
        return resolve.lifetime(ask)

    def authorize(self, request: Request) -> Request:
        """The request signed (with a new nonce), or with the bearer token.

        The moment is the shop's where the transport knows it (`at`): Magento refuses what is signed in its future.
        """
        if isinstance(self._credentials, str):
            value = f"Bearer {self._credentials}"
        else:
            moment = int(request.at or self._clock())
            value = oauth.header(request.method, request.url, self._credentials, self._nonce(), moment)
        return replace(request, headers={**request.headers, "authorization": value})

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """What is there below a path, live."""
        return suggest.suggest(self._shop, path, text, limit, self._clock())

    def check(self) -> Talk[Sequence[Finding]]:
        """Test address, store view, credentials and every permission."""
        return check.check(self._shop)

    # --- the feed (`dovetail.providers.feeds.Feed`)

    def entities(self) -> Sequence[str]:
        """Customers, orders, carts and products."""
        return facts.ENTITIES

    def begin(self, at: float) -> str:
        """The cursor for changes after a moment by the shop's clock."""
        return changes.begin(at)

    def changes(self, entity: str, cursor: str) -> Talk[Page]:
        """The next page of what changed."""
        return changes.changes(self._shop, entity, cursor)

    def everything(self, entity: str, cursor: str) -> Talk[Page]:
        """The next page of all records."""
        return changes.everything(self._shop, entity, cursor)

    def these(self, entity: str, keys: Sequence[str]) -> Talk[Page]:
        """Some records by their ids."""
        return changes.these(self._shop, entity, keys)

    def state(self, entity: str, record: Mapping[str, object], before: State | None) -> State:
        """What is kept of a record."""
        return facts.state(entity, record, before)

    def detect(self, entity: str, before: State | None, after: State | None) -> Sequence[Detected]:
        """What happened between two states."""
        return facts.detect(entity, before, after)

    def overdue(self, entity: str, state: State, others: Mapping[str, Sequence[State]]) -> Sequence[Detected]:
        """Whether a cart was left."""
        return facts.overdue(entity, state, others)

    def told(self, entity: str, record: Mapping[str, object], state: State) -> Mapping[str, object]:
        """What an event tells of a record."""
        return facts.told(entity, record, state)
