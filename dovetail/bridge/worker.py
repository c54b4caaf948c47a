"""Workers: claim tasks that are due, have them handled, and write down what came of them.

A handler does its I/O without a transaction and gives back what is to be written (`Commit`); that is written together
with the end of the task. What several handlers have to write at the same moment is written in one transaction, each
part behind a savepoint: on SQLite a transaction costs its wait for the disk, whatever is in it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dovetail.bridge.store import queue
from dovetail.bridge.store.queue import LeaseLost, Task
from dovetail.errors import place_of

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection, Database

log = logging.getLogger(__name__)

_R = TypeVar("_R")

Commit = Callable[["Connection"], None]
"""Writes what came of a task, and ends the task or moves it (`queue.finish`, `again`, `bury`)."""
Handler = Callable[[Task], Awaitable[Commit]]

LEASE = 60.0
"""Seconds for which a task belongs to who claimed it, unless he says that he is still at it."""
_LONGEST_PAUSE = 1.0
"""Seconds after which the table is looked at again, whatever it said: others may have put something."""
_AFTER_A_FAULT = 30.0
_AFTER_AN_OUTAGE = 2.0


@dataclass(slots=True)
class Counts:
    """What a worker did since it began."""

    done: int = 0
    faults: int = 0
    lost: int = 0


class Worker:
    """One of any number. `account`: whose tasks it does, "" for everybody's. `at_once`: tasks at the same time."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        account: str = "",
        at_once: int = 32,
        clock: Callable[[], float] = time.time,
        lease: float = LEASE,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._kinds = tuple(handlers)
        self._account = account
        self._at_once = at_once
        self._clock = clock
        self._lease = lease
        self._writer = ThreadPoolExecutor(1, "dovetail-writer")
        self._waiting: list[tuple[Commit, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._at_work: dict[asyncio.Task[None], Task] = {}
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.counts = Counts()

    def wake(self) -> None:
        """Look at the table now: something was put. From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self, *, until_idle: bool = False) -> None:
        """Work until cancelled; with `until_idle`, until nothing is due any more."""
        self._loop = asyncio.get_running_loop()
        beat = asyncio.create_task(self._beat())
        try:
            while True:
                self._woken.clear()
                # Looked at before: what ends while the table is read may have put something.
                idle = not self._at_work
                try:
                    claimed = await self._claim()
                except Exception as error:
                    if until_idle:
                        raise
                    # The database is away: it comes back, and nothing of what is in it is lost.
                    log.error("the queue cannot be read: %s", place_of(error))
                    await asyncio.sleep(_AFTER_AN_OUTAGE)
                    continue
                for each in claimed:
                    working = asyncio.create_task(self._work(each))
                    self._at_work[working] = each
                    working.add_done_callback(self._ended)
                if claimed:
                    continue
                if until_idle and idle:
                    return
                await self._pause()
        finally:
            beat.cancel()
            for working in self._at_work:
                working.cancel()
            await asyncio.gather(beat, *self._at_work, return_exceptions=True)
            self._writer.shutdown()

    async def _claim(self) -> Sequence[Task]:
        room = self._at_once - len(self._at_work)
        if room <= 0:
            return []
        now = self._clock()

        def claim() -> Sequence[Task]:
            with self._database.write() as connection:
                return queue.claim(connection, self._kinds, now, self._lease, room, self._account)

        return await self._in_thread(claim)

    async def _pause(self) -> None:
        def look() -> float | None:
            with self._database.read() as connection:
                return queue.next_due(connection, self._kinds, self._clock(), self._account)

        pause = _LONGEST_PAUSE
        if len(self._at_work) < self._at_once:
            try:
                due = await self._in_thread(look)
            except Exception:  # noqa: BLE001  # what is wrong, the next claim says
                due = None
            pause = _LONGEST_PAUSE if due is None else min(max(due - self._clock(), 0.01), _LONGEST_PAUSE)
        try:
            await asyncio.wait_for(self._woken.wait(), pause)
        except TimeoutError:
            return

    async def _work(self, task: Task) -> None:
        try:
            await self._write(await self._handlers[task.kind](task))
            self.counts.done += 1
        except LeaseLost:
            self.counts.lost += 1
        except Exception as error:  # noqa: BLE001  # one task's fault is not the others'
            self.counts.faults += 1
            # Its kind and place only: its text may be somebody's data.
            log.error("a task of kind %s failed: %s", task.kind, place_of(error))
            due = self._clock() + _AFTER_A_FAULT * min(task.attempt, 20)
            reason = f"a fault of Dovetail: {type(error).__name__}"
            try:
                await self._write(
                    lambda connection: queue.again(connection, task, due, reason=reason, attempts=task.attempt)
                )
            except Exception:  # noqa: BLE001  # the task is somebody else's, or its lease ends by itself
                self.counts.lost += 1

    def _ended(self, working: asyncio.Task[None]) -> None:
        self._at_work.pop(working, None)
        self._woken.set()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            tasks, until = list(self._at_work.values()), self._clock() + self._lease
            if tasks:
                # Whose lease cannot be kept for an outage does his work again, or somebody else does.
                with suppress(Exception):
                    await self._write(lambda connection: queue.extend(connection, tasks, until))  # noqa: B023

    # --- writing together

    async def _write(self, commit: Commit) -> None:
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((commit, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting())
        await written

    async def _write_waiting(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                results = await self._in_thread(lambda: self._together([commit for commit, _ in waiting]))  # noqa: B023
            except Exception as error:  # noqa: BLE001  # the database's fault is told to all who wait for it
                results = [error] * len(waiting)
            for (_, written), result in zip(waiting, results, strict=True):
                if written.done():
                    continue
                if result is None:
                    written.set_result(None)
                else:
                    written.set_exception(result)

    def _together(self, commits: Sequence[Commit]) -> Sequence[Exception | None]:
        results = list[Exception | None]()
        with self._database.write() as connection:
            for commit in commits:
                try:
                    with connection.begin_nested():
                        commit(connection)
                    results.append(None)
                except Exception as error:  # noqa: BLE001  # what one could not write, the others can
                    results.append(error)
        return results

    async def _in_thread(self, work: Callable[[], _R]) -> _R:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)
