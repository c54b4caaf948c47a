"""The driver: has the asks of renders answered, from the cache or from the integrations.

All I/O of a process runs on one private event loop. The synchronous face waits for it in the caller's
thread, the asynchronous one on the caller's loop; there is one code, one pool of connections and one limit
for both (docs/decisions/0003-one-loop-for-both-faces.md).
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from dovetail.engine.ports import Answer, Answers, Ask, Rendering, T, Talk
from dovetail.errors import ProviderError, UsageError
from dovetail.providers.answering import Answering
from dovetail.providers.conversations import Conversations
from dovetail.providers.freshness import too_old_to_send
from dovetail.providers.kinds import Integration

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was done since the start: HTTP requests sent, and asks answered from the cache."""

    requests: int
    hits: int


class Connections:
    """Integrations with their cache and connections, as a `dovetail.engine.ports.Driver`.

    `cache_folder` None keeps answers in memory. Close it, or use it as a context manager.
    """

    def __init__(
        self, integrations: Iterable[Integration], *, cache_folder: Path | None = None, account: str = "default"
    ) -> None:
        self._integrations = {item.provider.identifier: item for item in integrations}
        # Two accounts may call different shops by one name.
        owner = hashlib.sha256(account.encode()).hexdigest()[:16]
        lanes = cache_folder / "lanes" / owner if cache_folder is not None else None
        self._conversations = Conversations(self._integrations, lanes)
        self._answering = Answering(self._integrations, self._conversations, cache_folder, account)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closed = False

    # --- the two faces

    def run(self, rendering: Rendering[T]) -> T:
        """Drive a rendering to its end, blocking the caller."""
        try:
            asks = next(rendering)
            while True:
                asks = rendering.send(self.answers(asks))
        except StopIteration as stop:
            result: T = stop.value
            return result

    async def run_async(self, rendering: Rendering[T]) -> T:
        """Drive a rendering to its end; the caller's event loop is free while data are fetched."""
        try:
            asks = next(rendering)
            while True:
                asks = rendering.send(await self.answers_async(asks))
        except StopIteration as stop:
            result: T = stop.value
            return result

    def begin(self, rendering: Rendering[T]) -> Callable[[], T]:
        """Send a rendering's first asks without waiting; what is returned waits, and drives to the end."""
        try:
            asks = next(rendering)
        except StopIteration as stop:
            result: T = stop.value
            return lambda: result
        future = self._submit(self._answering.answers(asks))

        def end() -> T:
            try:
                asks = rendering.send(self._result(future))
                while True:
                    asks = rendering.send(self.answers(asks))
            except StopIteration as stop:
                result: T = stop.value
                return result

        return end

    def answers(self, asks: Sequence[Ask]) -> Answers:
        """An answer, or why there is none, for each ask.

        Raises:
            SettingsError: a setting or secret of an integration cannot be used.
        """
        return self._wait_for(self._answering.answers(asks))

    async def answers_async(self, asks: Sequence[Ask]) -> Answers:
        """As `answers`, on the caller's event loop."""
        return await asyncio.wrap_future(self._submit(self._answering.answers(asks)))

    def talk(self, identifier: str, conversation: Talk[T]) -> T:
        """Hold one conversation of a provider (suggestions, a connection test).

        Raises:
            ProviderError: the integration cannot be asked.
            SettingsError: a setting or secret of it cannot be used.
        """
        return self._wait_for(self._conversations.hold(identifier, conversation))

    async def talk_async(self, identifier: str, conversation: Talk[T]) -> T:
        """As `talk`, on the caller's event loop."""
        return await asyncio.wrap_future(self._submit(self._conversations.hold(identifier, conversation)))

    def statistics(self) -> Statistics:
        """Counters since the start."""
        return Statistics(self._conversations.requests, self._answering.hits)

    def too_old_to_send(self, answers: Mapping[Ask, Answer | ProviderError]) -> Sequence[Ask]:
        """Of answers that a mailing holds, those that `recheck` wants asked again before another mail is made."""
        now = time.time()
        return [
            ask
            for ask, answer in answers.items()
            if isinstance(answer, Answer)
            and (integration := self._integrations.get(ask.identifier)) is not None
            and too_old_to_send(integration.policy, ask, answer, now)
        ]

    def new_run(self) -> None:
        """Begin a new run: the budget of requests (`max_requests`) is whole again."""
        if self._loop is not None:
            self._wait_for(self._anew(self._conversations.new_run))

    def clear_cache(self, *, person: str | None = None, identifier: str | None = None) -> int:
        """Forget all answers, those of one integration, or those that hold an e-mail address; how many those were."""
        self._wait_for(self._anew(self._conversations.forget))
        return self._answering.forget(person=person, identifier=identifier)

    def close(self) -> None:
        """End connections, cache and loop. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self._answering.close()

    def __enter__(self) -> Connections:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- the private loop

    def _submit(self, work: Coroutine[object, object, R]) -> Future[R]:
        with self._starting:
            if self._closed:
                work.close()
                raise UsageError("this environment is closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="dovetail-io", daemon=True)
                self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _wait_for(self, work: Coroutine[object, object, R]) -> R:
        return self._result(self._submit(work))

    def _result(self, future: Future[R]) -> R:
        try:
            return future.result()
        except CancelledError:
            raise UsageError("this environment was closed while it was being used") from None
        except BaseException:
            # Ctrl-C in the caller's thread: nothing there waits for this any more.
            future.cancel()
            raise

    async def _anew(self, work: Callable[[], None]) -> None:
        work()

    async def _end(self) -> None:
        await self._answering.last_renewals()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._conversations.close()
        await asyncio.get_running_loop().shutdown_default_executor()
