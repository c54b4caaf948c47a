"""Workers: what one task's fault, a lost lease and a database that is away do to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from dovetail.bridge.store import queue
from dovetail.bridge.store.queue import Task, Wanted
from dovetail.bridge.worker import Commit, Worker
from dovetail.integrations.store.database import Database
from tests.bridge.conftest import opened
from tests.postgres import PostgreSQL


def put(database: Database, keys: Sequence[str]) -> None:
    with database.write() as connection:
        queue.put(connection, "ours", [Wanted("step", key, 0.0, {}) for key in keys], 0.0)


class Notes:
    """A handler that notes what it does; `odd` fails, `odder` fails while it is written down."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def handle(self, task: Task) -> Commit:
        if task.key == "odd":
            raise KeyError("somebody's data")

        def commit(connection: object) -> None:
            if task.key == "odder":
                raise KeyError("somebody's data")
            queue.finish(connection, task)  # type: ignore[arg-type]
            self.done.append(task.key)

        return commit


def test_one_tasks_fault_is_not_the_others(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    notes = Notes()
    put(database, ["a", "odd", "b", "odder", "c"])
    worker = Worker(database, {"step": notes.handle}, clock=lambda: 1.0)
    asyncio.run(worker.run(until_idle=True))
    assert sorted(notes.done) == ["a", "b", "c"]
    assert (worker.counts.done, worker.counts.faults) == (3, 2)
    assert "KeyError at test_worker.py" in caplog.text
    assert "somebody" not in caplog.text
    with database.write() as connection:
        assert [task.attempt for task in queue.claim(connection, ["step"], 1e6, 60.0, 10)] == [2, 2]


def test_work_that_lasts_longer_than_a_lease_is_done_once(database: Database) -> None:
    done = list[str]()

    async def slow(task: Task) -> Commit:
        await asyncio.sleep(1.0)
        done.append(task.key)
        return lambda connection: queue.finish(connection, task)

    async def work() -> None:
        workers = [Worker(database, {"step": slow}, lease=0.4) for _ in range(2)]
        await asyncio.gather(*(worker.run(until_idle=True) for worker in workers))

    put(database, ["a", "b"])
    asyncio.run(work())
    assert sorted(done) == ["a", "b"]


@pytest.mark.external("initdb", "pg_ctl")
def test_a_database_that_goes_away_and_comes_back() -> None:
    server = PostgreSQL(durable=True)
    database = opened(server.new_database())
    notes = Notes()

    async def work() -> None:
        worker = Worker(database, {"step": notes.handle})
        working = asyncio.create_task(worker.run())
        put(database, ["before"])
        await until(lambda: notes.done == ["before"])
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(2.5)
        await asyncio.to_thread(server.start)
        put(database, ["after"])
        await until(lambda: notes.done == ["before", "after"])
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    async def until(holds: object) -> None:
        assert callable(holds)
        for _ in range(600):
            if holds():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(notes.done)

    asyncio.run(work())
    database.close()
    server.close()
