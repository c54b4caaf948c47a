"""A mailing's partitions on a Dask cluster: the one place that meets dask.distributed (the extra `dask`).

Workers read the recipients from, and write the mails to, paths that lead to the same files on every machine; through
the cluster pass only the names of partitions and their accounts. Dask gives the partition of a worker that ended to
another one.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, cast

from dovetail.errors import DovetailError, SettingsError
from dovetail.mailing.account import Account
from dovetail.mailing.job import Job
from dovetail.mailing.recipients import Partition
from dovetail.mailing.workers import ATTEMPTS, Done, hold_to_core, lost

try:
    import dask.config
    import distributed
except ModuleNotFoundError:
    raise SettingsError("--engine dask needs dask.distributed. Install it: pip install 'dovetail-mail[dask]'") from None

if TYPE_CHECKING:
    from dovetail.mailing.part import Renderer

_AHEAD = 3
"""Partitions that are handed to the cluster for each of its threads: none waits for work, and none is a crowd."""

_PATIENCE = 5.0
"""Seconds to wait for a scheduler, and then for its first worker."""


def on_dask(
    job: Job, partitions: Sequence[Partition], first_alone: bool, *, scheduler: str | None, workers: int
) -> Done:
    """Render partitions on the cluster at `scheduler`, else on one of this machine with so many `workers`.

    Raises:
        SettingsError: there is no such scheduler.
    """
    # A worker that ends again and again takes a partition with it: as often as in `in_processes`.
    settings = {"distributed.scheduler.allowed-failures": ATTEMPTS - 1}
    with dask.config.set(settings), ExitStack() as stack:
        client = _connected(stack, scheduler, min(workers, len(partitions)))
        todo = iter(partitions)
        if first_alone:
            yield from _done(client, job, islice(todo, 1))
        yield from _done(client, job, todo)
        client.run(release)


def render(job: Job, partition: Partition) -> str:
    """The task: render a partition in this worker, which keeps the opened template for the next; its account."""
    with _lock:
        try:
            if _opened.get(job) is None:
                _close()
                from dovetail.mailing.part import Renderer

                _opened[job] = Renderer(job)
            account = _opened[job].render(partition)
        except DovetailError as error:
            account = Account(stopped=str(error))
        except Exception as error:  # noqa: BLE001  (our own mistake: its text may hold customers' data)
            account = lost(partition, f"a mistake in Dovetail itself ({type(error).__name__})")
    return json.dumps(account.as_json())


def release() -> None:
    """End this worker's connections."""
    with _lock:
        _close()


_lock = threading.Lock()
"""A worker with several threads renders one partition at a time: Python would not do more."""

_opened: dict[Job, Renderer] = {}


def _close() -> None:
    while _opened:
        _opened.popitem()[1].close()


class _OfThisMachine(distributed.WorkerPlugin):  # type: ignore[misc]
    """A worker of a cluster that lives as long as the command."""

    def setup(self, worker: distributed.Worker) -> None:
        """At the worker's start."""
        # Ctrl-C reaches the whole group: the command decides what it means.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        hold_to_core(int(worker.name))


def _connected(stack: ExitStack, scheduler: str | None, workers: int) -> distributed.Client:
    if scheduler is None:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it reports every worker that ends
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,  # pyright: ignore[reportArgumentType]  # documented as "none"
            silence_logs=logging.CRITICAL,
        )
        own = stack.enter_context(distributed.Client(stack.enter_context(cluster)))
        own.register_plugin(_OfThisMachine())
        return own
    try:
        client = stack.enter_context(distributed.Client(scheduler, timeout=_PATIENCE))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"there is no Dask scheduler at {scheduler} ({type(error).__name__}). Start one with dask scheduler, or "
            "leave --scheduler out for a cluster of this machine"
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise SettingsError(
            f"the Dask cluster at {scheduler} has no workers. Start some: dask worker {scheduler} --nthreads 1"
        ) from None
    return client


def _done(client: distributed.Client, job: Job, partitions: Iterator[Partition]) -> Done:
    """Keeps some partitions in flight for each thread that the cluster has at the moment, and no more."""
    by_future: dict[distributed.Future, Partition] = {}

    def submit() -> list[distributed.Future]:
        threads = sum(cast("Mapping[str, int]", client.nthreads()).values())
        submitted: list[distributed.Future] = []
        # When workers have ended, there may be more in flight than those that are left are to get.
        for partition in islice(partitions, max(0, max(1, threads) * _AHEAD - len(by_future))):
            future = client.submit(render, job, partition, pure=False)
            by_future[future] = partition
            submitted.append(future)
        return submitted

    flying = distributed.as_completed(submit())
    for future in flying:
        partition = by_future.pop(future)
        account = _account(future, partition)
        del future  # the cluster forgets its result
        flying.update(submit())
        yield partition, account


def _account(future: distributed.Future, partition: Partition) -> Account:
    try:
        value: object = json.loads(future.result())
    except distributed.KilledWorker:
        return lost(partition, "worker after worker ended over them (is there memory enough?)")
    except Exception as error:  # noqa: BLE001  (whatever a cluster's machines lack; the text may hold data)
        return lost(partition, f"the cluster could not do them ({type(error).__name__}); see the workers' logs")
    return Account.from_json(cast("Mapping[str, object]", value))
