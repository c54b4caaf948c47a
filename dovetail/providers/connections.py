"""The driver: has the asks of renders answered, from the cache or from the integrations.

All I/O of a process runs on one private event loop. The synchronous face waits for it in the caller's
thread, the asynchronous one on the caller's loop; there is one code, one pool of connections and one limit
for both (docs/decisions/0003-one-loop-for-both-faces.md).
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from dovetail.engine.ports import Answer, Answers, Ask, Rendering, Response, T, Talk
from dovetail.errors import (
    AccessError,
    DovetailError,
    OddAnswerError,
    ProviderError,
    SettingsError,
    UsageError,
    did_you_mean,
)
from dovetail.providers.cache import Cache, Kept, key_of, stale
from dovetail.providers.kinds import Integration, Policy
from dovetail.providers.tally import TALLY, Tally

if TYPE_CHECKING:
    from dovetail.providers.transport import Transport

log = logging.getLogger(__name__)

R = TypeVar("R")

NEGATIVE_SECONDS = 60.0
"""How long it is remembered that an id does not exist."""


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
        self._account = account
        self._cache = Cache(cache_folder)
        # One thread for the cache: its connection to the file belongs to the thread that opened it.
        self._cache_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dovetail-cache")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._transport: Transport | None = None
        self._starting = threading.Lock()
        self._flying: dict[Ask, asyncio.Task[Mapping[Ask, Answer | ProviderError]]] = {}
        self._hits = 0
        self._closed = False

    # --- the two faces

    def run(self, rendering: Rendering[T]) -> T:
        """Drive a rendering to its end, blocking the caller."""
        try:
            asks = next(rendering)
            while True:
                asks = rendering.send(self._wait_for(self._answers(asks)))
        except StopIteration as stop:
            result: T = stop.value
            return result

    async def run_async(self, rendering: Rendering[T]) -> T:
        """Drive a rendering to its end; the caller's event loop is free while data are fetched."""
        try:
            asks = next(rendering)
            while True:
                asks = rendering.send(await asyncio.wrap_future(self._submit(self._answers(asks))))
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
        future = self._submit(self._answers(asks))

        def end() -> T:
            try:
                asks = rendering.send(self._result(future))
                while True:
                    asks = rendering.send(self._wait_for(self._answers(asks)))
            except StopIteration as stop:
                result: T = stop.value
                return result

        return end

    def talk(self, identifier: str, conversation: Talk[T]) -> T:
        """Hold one conversation of a provider (suggestions, a connection test).

        Raises:
            ProviderError: the integration cannot be asked.
            SettingsError: a setting or secret of it cannot be used.
        """
        return self._wait_for(self._converse(identifier, conversation))

    async def talk_async(self, identifier: str, conversation: Talk[T]) -> T:
        """As `talk`, on the caller's event loop."""
        return await asyncio.wrap_future(self._submit(self._converse(identifier, conversation)))

    def statistics(self) -> Statistics:
        """Counters since the start."""
        return Statistics(self._transport.sent.requests if self._transport else 0, self._hits)

    def clear_cache(self) -> None:
        """Forget all answers."""
        self._cache_thread.submit(self._cache.clear).result()

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
        self._cache_thread.submit(self._cache.close).result()
        self._cache_thread.shutdown()

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

    async def _end(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._transport is not None:
            await self._transport.close()
        await asyncio.get_running_loop().shutdown_default_executor()

    def _sender(self) -> Transport:
        if self._transport is None:
            # Rendering from the cache must not cost the import of an HTTP client.
            from dovetail.providers.transport import Transport

            self._transport = Transport(self._integrations)
        return self._transport

    async def _cached(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._cache_thread, work)

    # --- answering

    async def _answers(self, asks: Sequence[Ask]) -> Answers:
        now = time.time()
        tally = Tally()
        TALLY.set(tally)
        found: dict[Ask, Answer | ProviderError] = {}
        by_identifier: dict[str, list[Ask]] = defaultdict(list)
        for ask in dict.fromkeys(asks):
            if ask.identifier in self._integrations:
                by_identifier[ask.identifier].append(ask)
            else:
                found[ask] = self._unknown(ask.identifier)
        keys = {ask: self._key(ask) for group in by_identifier.values() for ask in group}
        kept = await self._cached(lambda: self._cache.read(keys, now=now))
        hits = {ask: entry.answer for ask, entry in kept.items() if entry.fresh}
        self._hits += len(hits)
        groups = {identifier: [ask for ask in group if ask not in hits] for identifier, group in by_identifier.items()}
        fetched = await asyncio.gather(
            *(self._shared(identifier, group, kept) for identifier, group in groups.items() if group)
        )
        for part in fetched:
            found.update(part)
        found.update(hits)
        return Answers(self._noted(found), requests=tally.requests, hits=len(hits))

    def _key(self, ask: Ask) -> str:
        return key_of(self._account, self._integrations[ask.identifier].provider.fingerprint, ask)

    def _noted(self, found: dict[Ask, Answer | ProviderError]) -> Mapping[Ask, Answer | ProviderError]:
        trouble = self._cache.trouble
        if not trouble:
            return found
        return {
            ask: replace(answer, notes=(*answer.notes, trouble)) if isinstance(answer, Answer) else answer
            for ask, answer in found.items()
        }

    async def _shared(
        self, identifier: str, group: Sequence[Ask], kept: Mapping[Ask, Kept]
    ) -> Mapping[Ask, Answer | ProviderError]:
        """Fetch a group; what another render is fetching already is waited for."""
        mine = [ask for ask in group if ask not in self._flying]
        waiting = {ask: self._flying[ask] for ask in group if ask in self._flying}
        found: dict[Ask, Answer | ProviderError] = {}
        if mine:
            # A task of its own: another render may wait for it when this one is given up.
            task = asyncio.create_task(self._fetch(identifier, mine, kept))
            self._flying.update(dict.fromkeys(mine, task))
            task.add_done_callback(lambda _: [self._flying.pop(ask, None) for ask in mine])
            found.update(await asyncio.shield(task))
        for ask, other in waiting.items():
            found[ask] = (await asyncio.shield(other))[ask]
        return found

    async def _fetch(
        self, identifier: str, asks: Sequence[Ask], kept: Mapping[Ask, Kept]
    ) -> Mapping[Ask, Answer | ProviderError]:
        provider, policy = self._integrations[identifier].provider, self._integrations[identifier].policy
        try:
            fetched = dict(await self._converse(identifier, provider.resolve(asks)))
            lives = {ask: provider.lifetime(ask) for ask in (*asks, *fetched)}
        except Exception as error:  # noqa: BLE001  # whatever goes wrong in one integration stays there
            failure = self._fault(identifier, error)
            fetched, lives = dict[Ask, "Answer | ProviderError"](dict.fromkeys(asks, failure)), {}
        now = time.time()
        for ask in asks:
            fetched.setdefault(ask, Answer(None, found=False, fetched_at=now))
        keep: list[tuple[str, Answer, float, bool]] = []
        for ask, answer in fetched.items():
            if isinstance(answer, Answer):
                seconds = ttl_of(policy, ask, lives[ask].seconds)
                seconds = seconds if answer.found else min(seconds, NEGATIVE_SECONDS)
                keep.append((self._key(ask), answer, seconds, lives[ask].personal))
        keep_stale = policy.max_stale if policy.on_failure == "stale" else 0.0
        await self._cached(lambda: self._cache.write(keep, keep_stale=keep_stale, now=now))
        return {
            ask: answer
            if isinstance(answer, Answer)
            else _in_need(policy, ask, self._fault(identifier, answer), kept.get(ask), now)
            for ask, answer in fetched.items()
        }

    async def _converse(self, identifier: str, conversation: Talk[R]) -> R:
        """Send what a provider's generator yields until it has its result.

        Raises:
            ProviderError: it raised one, or has a fault of its own.
            SettingsError: a secret is missing.
        """
        if identifier not in self._integrations:
            raise self._unknown(identifier)
        sender = self._sender()
        try:
            requests = next(conversation)
            while True:
                replies: list[Response | ProviderError] = list(
                    await asyncio.gather(*(sender.send(identifier, request) for request in requests))
                )
                requests = conversation.send(replies)
        except StopIteration as stop:
            result: R = stop.value
            return result
        except SettingsError:
            raise
        except Exception as error:
            raise self._fault(identifier, error) from error

    def _fault(self, identifier: str, error: Exception) -> ProviderError:
        """Any exception of a provider as a sentence for people."""
        if isinstance(error, ProviderError):
            error.identifier = error.identifier or identifier
            if identifier not in error.message:
                # A mailing may use several shops: the sentence says whose it is.
                error.message = f"`{identifier}`: {error.message}"
            return error
        if isinstance(error, DovetailError):
            return AccessError(str(error), identifier=identifier)
        # Where, but not what: the text of somebody else's exception may hold a customer's data.
        log.error("the provider of %s failed: %s", identifier, _place(error))
        return OddAnswerError(
            f"the provider of `{identifier}` failed: {_place(error)}",
            identifier=identifier,
            help="this is a fault of the provider; please report it",
        )

    def _unknown(self, identifier: str) -> ProviderError:
        advice = did_you_mean(identifier, sorted(self._integrations)) or "add it to dovetail.toml"
        return ProviderError(f"there is no integration `{identifier}`", identifier=identifier, help=advice)


def ttl_of(policy: Policy, ask: Ask, otherwise: float) -> float:
    """Seconds that an answer is good for: what the policy says of the collection, of what stands before its dot
    (`stock.qty`: `stock`), or of a list's records (`products`: `product`); else the provider's own.
    """
    chosen = policy.ttl or {}
    subject = ask.collection.partition(".")[0]
    for name in (ask.collection, subject, subject.removesuffix("s")):
        if name in chosen:
            return chosen[name]
    return otherwise


def _in_need(policy: Policy, ask: Ask, error: ProviderError, kept: Kept | None, now: float) -> Answer | ProviderError:
    """What the failure policy makes of an ask that could not be answered."""
    if policy.on_failure == "stale" and kept is not None and now - kept.answer.fetched_at <= policy.max_stale:
        return stale(kept, now)
    if policy.on_failure == "empty":
        return Answer(None, fetched_at=now, notes=(f"{ask.path()} is empty: {error.message}",))
    return error


def _place(error: Exception) -> str:
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f" ({Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno})" if at is not None else ""
    return f"{type(error).__name__}{place}"
