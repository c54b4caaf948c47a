"""Answers asks: from the cache while what is kept is good enough, else from the integrations, each asked once."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from dovetail.engine.ports import Answer, Answers, Ask
from dovetail.errors import ProviderError
from dovetail.providers.cache import Cache
from dovetail.providers.conversations import Conversations, fault
from dovetail.providers.entries import Slot, name_of
from dovetail.providers.freshness import Terms, about_person, being_renewed, in_need, terms_of
from dovetail.providers.kinds import Integration
from dovetail.providers.tally import TALLY, Tally
from dovetail.providers.vault import Vault

log = logging.getLogger(__name__)

R = TypeVar("R")

Found: TypeAlias = "Mapping[Ask, Answer | ProviderError]"

_KINDS = 1_000
"""Kinds of data whose terms are remembered: a provider has some ten of them."""

_LAST_RENEWALS = 5.0
"""Seconds that closing waits for what is being renewed in the background: a short run shall leave fresh answers."""


class Answering:
    """The cache and the flights of one account; used from one event loop."""

    def __init__(
        self,
        integrations: Mapping[str, Integration],
        conversations: Conversations,
        folder: Path | None,
        account: str,
    ) -> None:
        self._integrations = integrations
        self._conversations = conversations
        self._account = account
        self._cache = Cache(folder)
        # One thread for the cache: its connection to the file belongs to the thread that opened it.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dovetail-cache")
        self._vaults = {
            name: Vault(item.policy.personal_key)
            for name, item in integrations.items()
            if item.policy.personal_cache == "encrypted" and item.policy.personal_key is not None
        }
        self._terms_of_kinds: dict[tuple[str, str, float, bool], Terms] = {}
        self._flying: dict[Ask, asyncio.Task[Found]] = {}
        self._renewals: set[asyncio.Task[Found]] = set()
        self.hits = 0

    async def answers(self, asks: Sequence[Ask]) -> Answers:
        """An answer, or the reason why there is none, for each ask."""
        now = time.time()
        tally = Tally()
        TALLY.set(tally)
        found: dict[Ask, Answer | ProviderError] = {}
        slots: dict[Ask, Slot] = {}
        terms: dict[Ask, Terms] = {}
        for ask in dict.fromkeys(asks):
            if ask.identifier not in self._integrations:
                found[ask] = self._conversations.unknown(ask.identifier)
                continue
            try:
                terms[ask] = self._terms(ask)
                slots[ask] = self._slot(ask, terms[ask])
            except Exception as error:  # noqa: BLE001  # whatever goes wrong in one integration stays there
                found[ask] = fault(ask.identifier, error)
        kept = await self._in_thread(lambda: self._cache.read(slots.values(), now=now))
        ages = {ask: terms[ask].age(answer, now) for ask, answer in kept.items()}
        hits = {ask: answer for ask, answer in kept.items() if ages[ask] == "fresh"}
        meanwhile = [ask for ask, age in ages.items() if age == "meanwhile"]
        self._renew(meanwhile, kept)
        hits.update({ask: being_renewed(ask, kept[ask], now) for ask in meanwhile})
        self.hits += len(hits)
        groups: dict[str, list[Ask]] = defaultdict(list)
        for ask in slots:
            if ask not in hits:
                groups[ask.identifier].append(ask)
        for part in await asyncio.gather(*(self._shared(name, group, kept) for name, group in groups.items())):
            found.update(part)
        found.update(hits)
        return Answers(self._noted(found, slots), requests=tally.requests, hits=len(hits))

    def forget(self, *, person: str | None, identifier: str | None) -> int:
        """Forget kept answers; waits for the cache's thread."""
        vaults = list(self._vaults.values())
        return self._thread.submit(
            lambda: self._cache.forget(person=person, identifier=identifier, vaults=vaults)
        ).result()

    async def last_renewals(self) -> None:
        """Wait for what is being renewed in the background, for a while."""
        if self._renewals:
            await asyncio.wait(self._renewals, timeout=_LAST_RENEWALS)

    def close(self) -> None:
        """End the cache."""
        self._thread.submit(self._cache.close).result()
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _terms(self, ask: Ask) -> Terms:
        integration = self._integrations[ask.identifier]
        lifetime = integration.provider.lifetime(ask)
        # A mailing asks a thousand times for the same kind of data.
        kind = (ask.identifier, ask.collection, lifetime.seconds, lifetime.personal or about_person(ask))
        found = self._terms_of_kinds.get(kind)
        if found is None:
            found = terms_of(integration.policy, ask, lifetime)
            if len(self._terms_of_kinds) < _KINDS:
                self._terms_of_kinds[kind] = found
        return found

    def _slot(self, ask: Ask, terms: Terms) -> Slot:
        name = name_of(self._account, self._integrations[ask.identifier].provider.fingerprint, ask)
        return Slot(name, ask, terms.personal, self._vaults.get(ask.identifier) if terms.personal else None)

    def _noted(self, found: Found, slots: Mapping[Ask, Slot]) -> Found:
        """The answers with a note of what the cache cannot do."""
        if not self._cache.trouble and not any(vault.trouble for vault in self._vaults.values()):
            return found
        noted: dict[Ask, Answer | ProviderError] = {}
        for ask, answer in found.items():
            vault = slots[ask].vault if ask in slots else None
            notes = [each for each in (self._cache.trouble, vault.trouble if vault else "") if each]
            noted[ask] = (
                replace(answer, notes=(*answer.notes, *notes)) if notes and isinstance(answer, Answer) else answer
            )
        return noted

    def _renew(self, asks: Sequence[Ask], kept: Mapping[Ask, Answer]) -> None:
        """Ask again in the background; nobody waits for it, and no render pays for it."""
        groups: dict[str, list[Ask]] = defaultdict(list)
        for ask in asks:
            if ask not in self._flying:
                groups[ask.identifier].append(ask)
        context = contextvars.copy_context()
        context.run(TALLY.set, None)
        for identifier, group in groups.items():
            task = self._fly(identifier, group, kept, context)
            self._renewals.add(task)
            task.add_done_callback(self._renewals.discard)

    async def _shared(self, identifier: str, group: Sequence[Ask], kept: Mapping[Ask, Answer]) -> Found:
        """Fetch a group; what another render is fetching already is waited for."""
        mine = [ask for ask in group if ask not in self._flying]
        waiting = {ask: self._flying[ask] for ask in group if ask in self._flying}
        found: dict[Ask, Answer | ProviderError] = {}
        if mine:
            found.update(await asyncio.shield(self._fly(identifier, mine, kept, None)))
        for ask, other in waiting.items():
            found[ask] = (await asyncio.shield(other))[ask]
        return found

    def _fly(
        self, identifier: str, asks: Sequence[Ask], kept: Mapping[Ask, Answer], context: contextvars.Context | None
    ) -> asyncio.Task[Found]:
        # A task of its own: another render may wait for it when this one is given up.
        task = asyncio.get_running_loop().create_task(self._fetch(identifier, asks, kept), context=context)
        self._flying.update(dict.fromkeys(asks, task))
        task.add_done_callback(lambda _: [self._flying.pop(ask, None) for ask in asks])
        return task

    async def _fetch(self, identifier: str, asks: Sequence[Ask], kept: Mapping[Ask, Answer]) -> Found:
        provider = self._integrations[identifier].provider
        try:
            fetched = dict(await self._conversations.hold(identifier, provider.resolve(asks)))
            terms = {ask: self._terms(ask) for ask in (*asks, *fetched)}
        except Exception as error:  # noqa: BLE001  # whatever goes wrong in one integration stays there
            fetched = dict[Ask, "Answer | ProviderError"](dict.fromkeys(asks, fault(identifier, error)))
            terms = {ask: self._terms(ask) for ask in asks}
        now = time.time()
        for ask in asks:
            fetched.setdefault(ask, Answer(None, found=False))
        dated = {
            ask: replace(answer, fetched_at=now) if isinstance(answer, Answer) and not answer.fetched_at else answer
            for ask, answer in fetched.items()
        }
        keep = [
            (self._slot(ask, terms[ask]), answer, terms[ask].gone_at(answer))
            for ask, answer in dated.items()
            if isinstance(answer, Answer)
        ]
        await self._in_thread(lambda: self._cache.write(keep, now=now))
        return {
            ask: answer
            if isinstance(answer, Answer)
            else in_need(terms[ask], ask, fault(identifier, answer), kept.get(ask), now)
            for ask, answer in dated.items()
        }
