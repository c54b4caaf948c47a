"""What is remembered of live data, and how it is renewed behind the editor's back.

A feature looks (`Look`), takes what is known and leaves wishes for what is not. Wishes are granted once, however many
want the same; whoever looked waits for them no longer than its deadline, and what comes later is there for the next
look. A shop that cannot be asked is left alone for a while, longer each time; what was known before stays.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dovetail.engine.ports import Answer, Ask, Suggestion
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.lsp.catalogue import Catalogue
from dovetail.lsp.features.view import Suggestions
from dovetail.lsp.ports import LiveData

K = TypeVar("K")
V = TypeVar("V")

_MOST_ANSWERS = 5_000
_MOST_SEARCHES = 2_000
_SEARCH_LIFETIME = 600.0
"""Seconds for which found records are shown without searching again: a catalogue changes slowly (editors.md 5)."""
_PAUSES = (2.0, 5.0, 15.0, 60.0)
"""Seconds for which an integration that failed is left alone, by how often it failed in a row."""
_SEARCHES_AT_ONCE = 2
_ENOUGH = 5
"""Records seen before that are enough to be shown at once."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for below a path."""

    identifier: str
    path: tuple[str, ...]
    text: str
    limit: int


@dataclass(frozen=True, slots=True)
class _Found:
    items: tuple[Suggestion, ...]
    at: float
    complete: bool


@dataclass(slots=True)
class _Trouble:
    """An integration that cannot be asked: why, since when, and when it is tried again."""

    message: str
    since: float
    times: int
    again: float


@dataclass(slots=True)
class Look:
    """A look at what is known now (a `Live` of the features), with the wishes that it leaves.

    `missing` are things that are not known at all; `old` are shown, and renewed behind.
    """

    memory: Memory
    now: float
    missing: dict[Ask | Search, None] = field(default_factory=dict[Ask | Search, None])
    old: dict[Ask | Search, None] = field(default_factory=dict[Ask | Search, None])

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """What stands under each identifier."""
        return self.memory.data.schemas

    def answer(self, ask: Ask) -> Answer | ProviderError | None:
        """The answer that is known, why there is none, or None."""
        kept = self.memory.answers.get(ask)
        if kept is None:
            self.missing[ask] = None
            return self.memory.refusal(ask.identifier)
        if self.now - kept.fetched_at >= self.memory.data.lifetime(ask).seconds:
            self.old[ask] = None
        return kept

    def suggestions(self, identifier: str, path: Sequence[str], text: str, limit: int) -> Suggestions:
        """Known continuations: what the integration found, else what was seen of its records before."""
        search = Search(identifier, tuple(path), text, limit)
        failure = self.failure(identifier)
        known = self.memory.known(search)
        if known is None:
            seen, at = self.memory.seen(search)
            # With a handful to choose from, nobody waits for the shop; what it finds is there at the next key.
            (self.old if len(seen) >= _ENOUGH else self.missing)[search] = None
            return Suggestions(seen, False, at, failure)
        if self.now - known.at >= _SEARCH_LIFETIME:
            self.old[search] = None
        return Suggestions(known.items, known.complete, known.at, failure)

    def failure(self, identifier: str) -> str:
        """Why an integration cannot be asked at present; '' when all is well."""
        trouble = self.memory.troubles.get(identifier)
        return trouble.message if trouble else ""


class Memory:
    """The live data of one account, as far as they were asked.

    `changed` is called on the event loop when something came that nobody waits for any more, and when an integration
    begins or ceases to fail.
    """

    def __init__(
        self, data: LiveData, catalogue: Catalogue, changed: Callable[[], None], clock: Callable[[], float] = time.time
    ) -> None:
        self.data = data
        self.answers = OrderedDict[Ask, Answer]()
        self.troubles = dict[str, _Trouble]()
        self._catalogue = catalogue
        self._changed = changed
        self._clock = clock
        self._searches = OrderedDict[Search, _Found]()
        self._flights = dict[Ask | Search, asyncio.Task[None]]()
        self._lanes = dict[str, asyncio.Semaphore]()

    def look(self) -> Look:
        """A look at what is known now."""
        return Look(self, self._clock())

    def refusal(self, identifier: str) -> ProviderError | None:
        """Why nothing can be asked of an integration now; None when it can."""
        trouble = self.troubles.get(identifier)
        return ProviderError(trouble.message, identifier=identifier, retryable=True) if trouble else None

    def known(self, search: Search) -> _Found | None:
        """What was found for a search, or is certain from a shorter one that found everything."""
        found = self._searches.get(search)
        if found is not None:
            return found
        for length in range(len(search.text) - 1, -1, -1):
            shorter = Search(search.identifier, search.path, search.text[:length], search.limit)
            found = self._searches.get(shorter)
            if found is not None and found.complete:
                return _Found(tuple(item for item in found.items if fits(item, search.text)), found.at, True)
        return None

    def seen(self, search: Search) -> tuple[Sequence[Suggestion], float]:
        """Records that an earlier search found, and when the oldest of them was seen."""
        if len(search.path) != 1:
            return (), 0.0
        return self._catalogue.search(search.identifier, search.path[0], search.text, search.limit)

    async def grant(self, look: Look, seconds: float) -> bool:
        """Have the wishes of a look asked, and wait for the missing ones; whether it is worth looking again."""
        self._start(look.old)
        waiting = self._start(look.missing)
        if not waiting:
            return False
        done, late = await asyncio.wait(waiting, timeout=max(0.0, seconds))
        for task in late:
            task.add_done_callback(self._came_late)
        return bool(done)

    def start(self, look: Look) -> None:
        """Have the wishes of a look asked, and wait for none; `changed` is called for what comes."""
        for task in {*self._start(look.old), *self._start(look.missing)}:
            task.add_done_callback(self._came_late)

    def forget(self) -> None:
        """Ask everything anew, at once: somebody pressed refresh."""
        self.answers.clear()
        self._searches.clear()
        self.troubles.clear()
        self._changed()

    def close(self) -> None:
        """Ask nothing any more."""
        for task in self._flights.values():
            task.cancel()
        self.data.close()
        self._catalogue.close()

    # --- asking

    def _start(self, wishes: Iterable[Ask | Search]) -> set[asyncio.Task[None]]:
        """The flights of wishes; those that are in the air already are not sent twice."""
        now = self._clock()
        asks = list[Ask]()
        flights = set[asyncio.Task[None]]()
        for wish in wishes:
            trouble = self.troubles.get(wish.identifier)
            if wish in self._flights:
                flights.add(self._flights[wish])
            elif trouble is not None and now < trouble.again:
                continue
            elif isinstance(wish, Search):
                flights.add(self._fly([wish], self._search(wish)))
            else:
                asks.append(wish)
        for identifier in {ask.identifier for ask in asks}:
            group = [ask for ask in asks if ask.identifier == identifier]
            flights.add(self._fly(group, self._ask(identifier, group)))
        return flights

    def _fly(self, wishes: Sequence[Ask | Search], work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        for wish in wishes:
            self._flights[wish] = task

        def landed(_: asyncio.Task[None]) -> None:
            for wish in wishes:
                self._flights.pop(wish, None)

        task.add_done_callback(landed)
        return task

    async def _ask(self, identifier: str, asks: Sequence[Ask]) -> None:
        try:
            answers = await self.data.answers(asks)
        except ProviderError as error:
            self._failed(identifier, error)
            return
        failures = [answer for answer in answers.values() if isinstance(answer, ProviderError)]
        for ask, answer in answers.items():
            if isinstance(answer, Answer):
                self._keep(ask, answer)
            elif not answer.retryable:
                # It will not be better next time: an answer of its own, for as long as any other.
                self._keep(ask, Answer(None, found=False, fetched_at=self._clock(), notes=(answer.message,)))
        passing = next((failure for failure in failures if failure.retryable), None)
        if passing is not None and not any(isinstance(answer, Answer) for answer in answers.values()):
            self._failed(identifier, passing)
        elif not failures:
            self._well(identifier)

    async def _search(self, search: Search) -> None:
        lane = self._lanes.setdefault(search.identifier, asyncio.Semaphore(_SEARCHES_AT_ONCE))
        async with lane:
            try:
                found = await self.data.suggestions(search.identifier, search.path, search.text, search.limit)
            except ProviderError as error:
                self._failed(search.identifier, error)
                return
        self._well(search.identifier)
        now = self._clock()
        _keep(self._searches, search, _Found(tuple(found), now, len(found) < search.limit), _MOST_SEARCHES)
        if len(search.path) == 1:
            self._catalogue.add(search.identifier, search.path[0], found, now)

    def _keep(self, ask: Ask, answer: Answer) -> None:
        before = self.answers.get(ask)
        # A late answer is not put over a newer one.
        if before is None or before.fetched_at <= answer.fetched_at:
            _keep(self.answers, ask, answer, _MOST_ANSWERS)

    def _failed(self, identifier: str, error: ProviderError) -> None:
        now = self._clock()
        before = self.troubles.get(identifier)
        times = before.times + 1 if before else 1
        pause = _PAUSES[min(times, len(_PAUSES)) - 1]
        since = before.since if before else now
        self.troubles[identifier] = _Trouble(error.message, since, times, now + pause)
        if before is None:
            self._changed()

    def _well(self, identifier: str) -> None:
        if self.troubles.pop(identifier, None) is not None:
            self._changed()

    def _came_late(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._changed()


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def fits(item: Suggestion, text: str) -> bool:
    """Whether a suggestion has every word of what was typed, in its name or its details."""
    shown = f"{item.insert} {item.label} {item.detail}".casefold()
    return all(word in shown for word in text.casefold().split())
