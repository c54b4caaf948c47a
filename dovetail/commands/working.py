"""Works for all accounts of a service: in a process of its own, or beside the service. Imported when that begins."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, start_http_server

from dovetail.bridge.accounts import Accounts
from dovetail.bridge.bridge import Bridge
from dovetail.bridge.metrics import BridgeMetrics
from dovetail.bridge.opening import Terms, open_bridge
from dovetail.bridge.outlet import Post
from dovetail.bridge.store.forgetting import forget_before_everywhere
from dovetail.bridge.worker import Worker
from dovetail.engine.loaders import DictLoader
from dovetail.errors import SettingsError, UsageError, place_of
from dovetail.integrations.durations import EXAMPLES, seconds_of
from dovetail.integrations.store.account_secrets import AccountSecrets
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.stored import Shelf
from dovetail.integrations.store.templates import texts
from dovetail.providers.kinds import Kind
from dovetail.providers.registry import kinds

log = logging.getLogger(__name__)


def accounts_of(database: Database, seal: Seal, terms: Terms) -> Accounts:
    """The bridges of all accounts of a service."""
    shelf, secrets = Shelf(seal, shared_kinds(), private=terms.private), AccountSecrets(seal)

    def make(account: str) -> Bridge:
        def secret(name: str) -> str:
            with database.read() as connection:
                found = secrets.get(connection, account, name)
            return "" if found is None else found.reveal()

        with database.read() as connection:
            connected, loader = shelf.connected(connection, account), DictLoader(texts(connection, account))
        return open_bridge(database, account, connected, loader, terms, secret)

    return Accounts(database, make)


def shared_kinds() -> dict[str, Kind]:
    """The kinds of integrations that accounts may have: what their settings name must not be files of this machine."""
    return {name: kind for name, kind in kinds().items() if name != "file"}


async def work_for(
    accounts: Accounts, worker: Worker, mails: Post, keeping: Keeping | None = None, *, once: bool = False
) -> None:
    """Have the accounts' shops read and their tasks done, until cancelled; with `once`, what is due now."""
    try:
        await accounts.watch_once()
        others = [] if once else [accounts.watch()]
        await _with(worker.run(until_idle=once), [*others, *([keeping.forget()] if keeping else [])])
    finally:
        await accounts.close()
        await mails.close()


async def work_for_folder(
    bridge: Bridge, worker: Worker, mails: Post, keeping: Keeping | None = None, *, once: bool = False
) -> None:
    """Have the tasks of a folder's bridge done, as `work_for` does; whoever opened the bridge closes it."""
    try:
        await _with(worker.run(until_idle=once), [keeping.forget()] if keeping else [])
    finally:
        await bridge.sending.close()
        await mails.close()


def keeping_for(database: Database, span: str | None) -> Keeping | None:
    """What `--keep` says.

    Raises:
        UsageError: that is no span of time.
    """
    if span is None:
        return None
    seconds = seconds_of(span)
    if not seconds:
        raise UsageError(f"--keep is a span of time, such as {EXAMPLES}")
    return Keeping(database, seconds)


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many seconds what is done stays in the log."""

    database: Database
    seconds: float

    async def forget(self) -> None:
        """Forget what is older, now and each hour, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self._forget)
            except Exception as error:  # noqa: BLE001  # the database comes back, and an hour later is soon enough
                log.error("what is old cannot be forgotten: %s", place_of(error))
            await asyncio.sleep(3_600.0)

    def _forget(self) -> None:
        with self.database.write() as connection:
            forget_before_everywhere(connection, time.time() - self.seconds)


async def _with(work: Coroutine[None, None, None], others: Sequence[Coroutine[None, None, None]]) -> None:
    """Work, and have the others run beside it for so long."""
    beside = [asyncio.create_task(each) for each in others]
    try:
        await work
    finally:
        for each in beside:
            each.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


@contextmanager
def working_beside(accounts: Accounts, worker: Worker, mails: Post, keeping: Keeping | None) -> Iterator[None]:
    """Have follow-ups run in a thread of its own for as long as the block lasts; what is under way ends first."""
    loop = asyncio.new_event_loop()
    work = loop.create_task(work_for(accounts, worker, mails, keeping))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(work)
        loop.close()

    thread = threading.Thread(target=run, name="dovetail-followups")
    thread.start()
    try:
        yield
    finally:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(work.cancel)
        thread.join()


@contextmanager
def telling(database: Database, port: int | None) -> Iterator[None]:
    """Tell Prometheus the bridge's numbers at a port of this machine for as long as the block lasts.

    Raises:
        SettingsError: the port is taken.
    """
    if port is None:
        yield
        return
    registry = CollectorRegistry()
    registry.register(BridgeMetrics(database))
    try:
        server, thread = start_http_server(port, "127.0.0.1", registry)
    except OSError as error:
        raise SettingsError(f"port {port} cannot be used: {error.strerror}. Name another one") from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
