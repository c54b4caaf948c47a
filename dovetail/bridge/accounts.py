"""The bridges of all accounts of a database, for one worker: each made when it is needed, and anew when it changed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dovetail.bridge import polling
from dovetail.bridge.bridge import Bridge
from dovetail.bridge.store import queue, versions
from dovetail.bridge.worker import LEASE, Commit, Handler, Worker
from dovetail.errors import DovetailError, place_of
from dovetail.integrations.store.marks import marks

if TYPE_CHECKING:
    from dovetail.bridge.store.queue import Task
    from dovetail.integrations.store.database import Database

log = logging.getLogger(__name__)

_LOOKS = 5.0
"""Seconds between two looks for accounts with follow-ups."""
_KEPT = 64
_AGAIN = 60.0
"""Seconds after which a task of an account whose bridge cannot be made is tried again."""


@dataclass(slots=True)
class _Kept:
    bridge: Bridge
    handlers: Mapping[str, Handler]
    made_of: object
    users: int = 0


class Accounts:
    """Works for all accounts that have follow-ups. `make` opens the bridge of one; on one event loop."""

    def __init__(self, database: Database, make: Callable[[str], Bridge]) -> None:
        self._database = database
        self._make = make
        self._kept = dict[str, _Kept]()
        self._watched = dict[str, object]()
        self._old = list[_Kept]()
        self._making = asyncio.Lock()

    def worker(self, *, at_once: int = 32, lease: float = LEASE, clock: Callable[[], float] = time.time) -> Worker:
        """A worker for the tasks of all accounts. `lease`: as that of `Bridge.worker`."""
        handlers = {kind: partial(self._handle, kind) for kind in (polling.KIND, queue.STEP)}
        return Worker(self._database, handlers, at_once=at_once, clock=clock, lease=lease)

    async def watch(self) -> None:
        """Have the shops of accounts with follow-ups read, until cancelled."""
        while True:
            await self.watch_once()
            await asyncio.sleep(_LOOKS)

    async def watch_once(self) -> Sequence[str]:
        """As `watch`, once; the accounts that have follow-ups."""
        try:
            found = await asyncio.to_thread(self._with_followups)
        except Exception as error:  # noqa: BLE001  # the database comes back
            log.error("accounts cannot be read: %s", place_of(error))
            return []
        for account, made_of in found.items():
            if self._watched.get(account) == made_of:
                continue
            try:
                async with self._using(account) as kept:
                    await asyncio.to_thread(kept.bridge.watch)
            except DovetailError as error:
                # It is tried again when it was changed.
                log.error("account %s cannot be worked for: %s", account, place_of(error))
            except Exception as error:  # noqa: BLE001  # the database comes back, and then it is tried again
                log.error("account %s cannot be read: %s", account, place_of(error))
                continue
            self._watched[account] = made_of
        return list(found)

    async def close(self) -> None:
        """End all bridges; nobody works with them any more."""
        for each in [*self._kept.values(), *self._old]:
            await each.bridge.close()
        self._kept, self._old = {}, []

    async def _handle(self, kind: str, task: Task) -> Commit:
        try:
            async with self._using(task.account) as kept:
                return await kept.handlers[kind](task)
        except DovetailError as error:
            # Handlers have answers to what goes wrong in them: it is the account's bridge that cannot be made.
            reason = f"the account cannot be worked for: {type(error).__name__}"
            log.error("account %s cannot be worked for: %s", task.account, place_of(error))
            due = time.time() + _AGAIN
            return lambda connection: queue.again(connection, task, due, reason=reason, attempts=task.attempt - 1)

    @asynccontextmanager
    async def _using(self, account: str) -> AsyncIterator[_Kept]:
        """An account's bridge as it is now, which nobody closes meanwhile."""
        # Looked at for each task: a template that was put a moment before an event is the one that its mail has.
        made_of = await asyncio.to_thread(self._marks, account)
        async with self._making:
            kept = self._kept.pop(account, None)
            if kept is None or kept.made_of != made_of:
                if kept is not None:
                    self._old.append(kept)
                bridge = await asyncio.to_thread(self._make, account)
                kept = _Kept(bridge, bridge.handlers(), made_of)
            # The last one is the one that was used last.
            self._kept[account] = kept
            while len(self._kept) > _KEPT:
                self._old.append(self._kept.pop(next(iter(self._kept))))
            kept.users += 1
        try:
            yield kept
        finally:
            kept.users -= 1
            await self._let_go()

    async def _let_go(self) -> None:
        unused = [each for each in self._old if not each.users]
        self._old = [each for each in self._old if each.users]
        for each in unused:
            await each.bridge.close()

    def _marks(self, account: str) -> object:
        with self._database.read() as connection:
            return marks(connection, account)

    def _with_followups(self) -> Mapping[str, object]:
        with self._database.read() as connection:
            return {account: marks(connection, account) for account in versions.accounts(connection)}
