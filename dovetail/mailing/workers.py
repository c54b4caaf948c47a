"""A mailing's partitions on the cores of this machine: processes that each write their own output.

Mails never pass through the parent: sending them there costs more than rendering them. Each worker is held to one
core where the system can do that, since schedulers may leave two on one.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from dovetail.errors import DovetailError, SettingsError
from dovetail.mailing.account import Account, Lost
from dovetail.mailing.job import Job
from dovetail.mailing.recipients import Partition

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

Done: TypeAlias = Generator[tuple[Partition, Account], None, None]
"""Partitions as they are done, in any order. Closing it ends the work on the others."""

Engine: TypeAlias = Callable[[Job, Sequence[Partition], bool], Done]
"""Does partitions. True: the first one alone, so that what all share is asked once, and kept, before the others."""

ATTEMPTS = 3
"""A partition whose worker ends so often is left."""

_PATIENCE = 10.0
"""Seconds that workers have to end by themselves."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    core: int
    partition: Partition | None = None


def in_processes(job: Job, partitions: Sequence[Partition], first_alone: bool, *, workers: int) -> Done:
    """Render partitions in processes of this machine; yields each with its account when it is done.

    A partition whose worker ends goes to another one; after three times its account says that it is lost.

    Raises:
        SettingsError: workers cannot start.
    """
    crew = _Crew(job, partitions, first_alone)
    try:
        yield from crew.work(min(workers, len(partitions)))
    except BaseException:
        crew.end(at_once=True)
        raise
    crew.end(at_once=False)


class _Crew:
    """The workers, and what is still to be done."""

    def __init__(self, job: Job, partitions: Sequence[Partition], first_alone: bool) -> None:
        self._job = job
        self._todo = deque(partitions)
        self._most = 1 if first_alone else len(partitions)
        self._attempts: Counter[int] = Counter()
        self._workers: dict[Connection, _Worker] = {}
        self._idle_ends = 0

    def work(self, workers: int) -> Done:
        for core in range(workers):
            self._hire(core)
        while self._todo or self._busy():
            self._hand_out()
            for pipe in connection.wait(list(self._workers)):
                worker = self._workers[cast("Connection", pipe)]
                try:
                    message = worker.pipe.recv_bytes()
                except (EOFError, OSError):
                    yield from self._bury(worker)
                    continue
                partition, worker.partition = worker.partition, None
                if partition is not None:
                    self._most = workers
                    self._idle_ends = 0
                    account: Mapping[str, object] = json.loads(message)
                    yield partition, Account.from_json(account)

    def end(self, *, at_once: bool) -> None:
        for worker in self._workers.values():
            if at_once:
                worker.process.terminate()
            # A worker whose pipe is closed ends.
            worker.pipe.close()
        for worker in self._workers.values():
            worker.process.join(_PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()

    def _busy(self) -> int:
        return sum(worker.partition is not None for worker in self._workers.values())

    def _hand_out(self) -> None:
        for worker in self._workers.values():
            if not self._todo or self._busy() >= self._most:
                return
            if worker.partition is None:
                worker.partition = self._todo.popleft()
                # The worker has ended: the pipe says so when it is read.
                with contextlib.suppress(OSError):
                    worker.pipe.send(worker.partition)

    def _bury(self, worker: _Worker) -> Done:
        del self._workers[worker.pipe]
        worker.pipe.close()
        worker.process.join()
        partition = worker.partition
        if partition is None:
            self._idle_ends += 1
            if self._idle_ends >= ATTEMPTS:
                raise SettingsError(f"{ATTEMPTS} workers ended without work: {_why(worker.process.exitcode)}")
        else:
            self._attempts[partition.index] += 1
            if self._attempts[partition.index] < ATTEMPTS:
                self._todo.appendleft(partition)
            else:
                yield partition, lost(partition, f"{ATTEMPTS} workers ended over them: {_why(worker.process.exitcode)}")
        if self._todo:
            self._hire(worker.core)

    def _hire(self, core: int) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(self._job, theirs, core), daemon=True)
        try:
            process.start()
        except OSError as error:
            raise SettingsError(f"a worker cannot start: {error.strerror}. Use fewer: --workers") from None
        theirs.close()
        self._workers[ours] = _Worker(process, ours, core)


def lost(partition: Partition, reason: str) -> Account:
    """The account of a partition that could not be done."""
    return Account(lost=[Lost(partition.first, partition.last, reason)])


def _why(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            return f"the last by {name}" + (" (is there memory enough?)" if name == "SIGKILL" else "")
    return f"the last with exit code {code}"


def _serve(job: Job, pipe: Connection, core: int) -> None:
    """A worker: renders what it is handed until the pipe is closed."""
    # Ctrl-C reaches the whole group: the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    hold_to_core(core)
    try:
        _render_all(job, pipe)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent has ended, or has no more work
    except Exception as error:  # noqa: BLE001  (our own mistake: its text may hold customers' data)
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
        print(f"dovetail: a mistake in Dovetail itself ended a worker: {type(error).__name__}{place}", file=sys.stderr)
        sys.exit(1)


def _render_all(job: Job, pipe: Connection) -> None:
    from dovetail.mailing.part import Renderer

    try:
        renderer = Renderer(job)
    except DovetailError as error:
        pipe.recv()
        _answer(pipe, Account(stopped=str(error)))
        return
    with renderer:
        while True:
            partition: Partition = pipe.recv()
            _answer(pipe, renderer.render(partition))


def _answer(pipe: Connection, account: Account) -> None:
    pipe.send_bytes(json.dumps(account.as_json()).encode())


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def hold_to_core(number: int) -> None:
    """Keep this process on one of its cores, where the system can do that."""
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})
