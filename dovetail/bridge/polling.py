"""Reading feeds: one task for each entity of an integration, which reads a page and says when the next one is due."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dovetail.bridge import pipe
from dovetail.bridge.pipe import Start
from dovetail.bridge.store import mirror, queue
from dovetail.bridge.store.feeds import Place, place
from dovetail.bridge.store.queue import Task, Wanted
from dovetail.bridge.worker import Commit
from dovetail.errors import DovetailError
from dovetail.providers.feeds import Feed, Page

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection, Database
    from dovetail.providers.connections import Connections

log = logging.getLogger(__name__)

KIND = "read"
_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between two looks at what changed, and between two sweeps over everything."""

    every: float = 60.0
    sweep_every: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Source:
    """An integration with its feed, and the connections to ask it over."""

    feed: Feed
    connections: Connections
    rhythm: Rhythm = Rhythm()


def watch(connection: Connection, account: str, sources: Mapping[str, Feed], now: float) -> int:
    """Have integrations read from now on. How many entities are new."""
    wanted = [
        Wanted(KIND, f"{identifier}/{entity}", now, {"integration": identifier, "entity": entity})
        for identifier, feed in sources.items()
        for entity in feed.entities()
    ]
    return queue.put(connection, account, wanted, now)


def sweep(connection: Connection, account: str, integration: str, entity: str, now: float) -> bool:
    """Look through everything at the next turn, which is now. Whether that is read at all."""
    payload = {"integration": integration, "entity": entity, "sweep": True}
    return queue.hasten(connection, account, KIND, f"{integration}/{entity}", now, payload)


def hint(connection: Connection, account: str, integration: str, entity: str, now: float) -> bool:
    """Somebody says that there is something new: read now. Whether that is read at all."""
    return queue.hasten(connection, account, KIND, f"{integration}/{entity}", now)


@dataclass(frozen=True, slots=True)
class _Due:
    """Keys of records that time alone may have brought something to, and which of them are there."""

    keys: Sequence[str] = ()
    there: Page | None = None


class Polling:
    """Handles the tasks that read an account's feeds. `sources`: its integrations by identifier, as they are now."""

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, Source],
        start: Start,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._sources = sources
        self._start = start
        self._clock = clock

    async def handle(self, task: Task) -> Commit:
        """Read a page."""
        identifier, entity = str(task.payload["integration"]), str(task.payload["entity"])
        source = self._sources.get(identifier)
        if source is None:
            return lambda connection: queue.finish(connection, task)
        at = await asyncio.to_thread(self._place, task.account, identifier, entity)
        sweeping = at.state == "live" and self._sweeps(task, at, source.rhythm)
        feed, due = source.feed, _Due()
        try:
            if at.state == "first":
                page = await source.connections.talk_async(identifier, feed.everything(entity, at.cursor))
            elif sweeping:
                page = await source.connections.talk_async(identifier, feed.everything(entity, at.sweep_cursor))
            else:
                page = await source.connections.talk_async(identifier, feed.changes(entity, at.cursor))
                if not page.more and (keys := await asyncio.to_thread(self._due, at, page.at)):
                    there = await source.connections.talk_async(identifier, feed.these(entity, keys))
                    due = _Due(keys, there)
        except DovetailError as error:
            return self._failed(task, at, source.rhythm, str(error))
        return self._taken(task, at, source, page, due, sweeping=sweeping)

    def _sweeps(self, task: Task, at: Place, rhythm: Rhythm) -> bool:
        """Whether a page of a sweep is next: a long one does not keep what changes from being read in time."""
        now, read_at = self._clock(), task.payload.get("changes_at", 0.0)
        if at.sweep_cursor and isinstance(read_at, float) and now - read_at >= rhythm.every:
            return False
        return bool(task.payload.get("sweep") or at.sweep_cursor or now - at.swept_at >= rhythm.sweep_every)

    def _place(self, account: str, identifier: str, entity: str) -> Place:
        with self._database.read() as connection:
            return place(connection, account, identifier, entity)

    def _due(self, at: Place, moment: float) -> Sequence[str]:
        with self._database.read() as connection:
            return [each.key for each in mirror.overdue(connection, at, moment)]

    def _taken(self, task: Task, at: Place, source: Source, page: Page, due: _Due, *, sweeping: bool) -> Commit:
        feed, start = source.feed, self._start

        def commit(connection: Connection) -> None:
            now, payload, more = self._clock(), dict(task.payload), page.more
            if at.state == "first":
                pipe.take_first(connection, feed, at, page, now)
                # What changed during the first look is looked for at once.
                more = True
            elif sweeping:
                payload.pop("sweep", None)
                begun = at if at.sweep_cursor else pipe.begin_sweep(connection, at, now)
                pipe.take_sweep(connection, feed, begun, page, now, start)
            else:
                following = pipe.take_changes(connection, feed, at, page, now, start)
                if not more:
                    if due.there is not None:
                        pipe.take_due(connection, feed, following, due.keys, due.there, page.at, now, start)
                    payload["changes_at"] = now
                    # What was not read is looked at the next time.
                    missed = due.there is not None and due.there.missed
                    more = bool(following.sweep_cursor or (not missed and mirror.overdue(connection, at, page.at)))
            queue.again(connection, task, now if more else now + source.rhythm.every, payload=payload)

        return commit

    def _failed(self, task: Task, at: Place, rhythm: Rhythm, reason: str) -> Commit:
        log.warning("%s of %s cannot be read: %s", at.entity, at.integration, reason)

        def commit(connection: Connection) -> None:
            now = self._clock()
            pipe.failed(connection, at, reason, now)
            pause = min(rhythm.every * 2 ** min(task.attempt - 1, 10), _LONGEST_WAIT)
            queue.again(connection, task, now + pause, reason=reason, attempts=task.attempt)

        return commit
