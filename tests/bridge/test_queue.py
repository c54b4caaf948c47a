"""The queue's laws: nothing is lost, nobody has a task that somebody else has, what is finished is finished once."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dovetail.bridge.store import queue
from dovetail.bridge.store.queue import LeaseLost, Task, Wanted
from dovetail.integrations.store.database import Database
from tests.bridge.conftest import opened

KINDS = ("step",)


def put(database: Database, key: str, due: float = 0.0) -> None:
    with database.write() as connection:
        queue.put(connection, "ours", [Wanted("step", key, due, {"key": key})], 0.0)


def claim(database: Database, now: float, most: int = 10, lease: float = 60.0) -> list[Task]:
    with database.write() as connection:
        return list(queue.claim(connection, KINDS, now, lease, most))


def test_tasks_come_when_they_are_due_the_oldest_first(database: Database) -> None:
    for key, due in (("late", 20.0), ("soon", 5.0), ("sooner", 1.0)):
        put(database, key, due)
    assert claim(database, 0.5) == []
    assert [task.key for task in claim(database, 6.0)] == ["sooner", "soon"]
    with database.read() as connection:
        assert queue.next_due(connection, KINDS, 6.0) == 20.0
        assert queue.next_due(connection, ("other",), 6.0) is None


def test_one_of_a_kind_and_key_at_a_time(database: Database) -> None:
    put(database, "same", 1.0)
    put(database, "same", 2.0)
    assert len(claim(database, 5.0)) == 1
    assert claim(database, 5.0) == []


def test_who_dies_loses_his_lease_and_who_is_slow_finds_out(database: Database) -> None:
    put(database, "a")
    slow = claim(database, 0.0)[0]
    assert claim(database, 59.0) == []
    other = claim(database, 60.0)[0]
    assert (slow.attempt, other.attempt) == (1, 2)
    with pytest.raises(LeaseLost):
        put_and_finish(database, slow)
    with database.write() as connection:
        queue.finish(connection, other)
    # What the slow one wrote in the same transaction is not there.
    assert claim(database, 1000.0) == []


def put_and_finish(database: Database, task: Task) -> None:
    with database.write() as connection:
        queue.put(connection, "ours", [Wanted("step", "of the slow one", 0.0, {})], 0.0)
        queue.finish(connection, task)


def test_a_lease_is_kept_by_who_is_still_at_it(database: Database) -> None:
    put(database, "a")
    mine = claim(database, 0.0)
    with database.write() as connection:
        queue.extend(connection, mine, 100.0)
    assert claim(database, 99.0) == []
    with database.write() as connection:
        queue.finish(connection, mine[0])


def test_a_hint_that_comes_while_it_is_done_is_not_lost(database: Database) -> None:
    put(database, "a", 1.0)
    task = claim(database, 2.0)[0]
    with database.write() as connection:
        assert queue.hasten(connection, "ours", "step", "a", 0.5)
    with database.write() as connection:
        queue.again(connection, task, 500.0)
    assert [each.key for each in claim(database, 3.0)] == ["a"]


def test_attempts_are_counted_until_it_goes_well(database: Database) -> None:
    put(database, "a")
    for attempt in (1, 2, 3):
        task = claim(database, float(attempt))[0]
        assert task.attempt == attempt
        with database.write() as connection:
            queue.again(connection, task, float(attempt), reason="no", attempts=task.attempt)
    task = claim(database, 10.0)[0]
    with database.write() as connection:
        queue.again(connection, task, 11.0)
    assert claim(database, 11.0)[0].attempt == 1


def test_what_is_buried_is_kept_and_can_be_done_after_all(database: Database) -> None:
    put(database, "a")
    task = claim(database, 0.0)[0]
    with database.write() as connection:
        queue.bury(connection, task, "given up")
    assert claim(database, 1e9) == []
    with database.write() as connection:
        assert queue.revive(connection, "ours", "step", "a", 5.0)
        assert not queue.revive(connection, "ours", "step", "b", 5.0)
    assert claim(database, 6.0)[0].attempt == 1


def test_what_is_cancelled_is_finished_by_nobody(database: Database) -> None:
    put(database, "a")
    task = claim(database, 0.0)[0]
    with database.write() as connection:
        assert queue.cancel(connection, "ours", "step", "a")
    with pytest.raises(LeaseLost), database.write() as connection:
        queue.finish(connection, task)


class Machine(RuleBasedStateMachine):
    """Any order of puts, claims, ends, deaths and hours against a model that is a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.database = opened(f"sqlite:///{Path(self._folder.name) / 'queue.sqlite'}")
        self.now = 0.0
        self.model: dict[str, float] = {}
        self.buried: set[str] = set()
        self.held: list[tuple[Task, float]] = []

    def teardown(self) -> None:
        self.database.close()
        self._folder.cleanup()

    @initialize()
    def begin(self) -> None:
        self.now = 100.0

    @rule(key=st.sampled_from("abcdef"), due=st.integers(0, 300))
    def put(self, key: str, due: int) -> None:
        put(self.database, key, float(due))
        if key not in self.buried:
            self.model.setdefault(key, float(due))

    @rule(seconds=st.integers(1, 90))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule(most=st.integers(1, 4))
    def claim(self, most: int) -> None:
        living = {task.key for task, until in self.held if until > self.now and task.key in self.model}
        could = sorted((due, key) for key, due in self.model.items() if due <= self.now and key not in living)
        got = claim(self.database, self.now, most)
        assert len(got) == min(most, len(could))
        assert {task.key for task in got} <= {key for _, key in could}
        # Whose lease ended has lost what somebody else has now.
        keys = {task.key for task in got}
        self.held = [(replace(task, token="lost") if task.key in keys else task, until) for task, until in self.held]
        self.held += [(task, self.now + 60.0) for task in got]

    @rule(how=st.sampled_from(["finish", "again", "bury"]), which=st.integers(0, 20), due=st.integers(0, 300))
    def end(self, how: str, which: int, due: int) -> None:
        if not self.held:
            return
        task, _ = self.held.pop(which % len(self.held))
        mine = task.token != "lost" and task.key in self.model
        try:
            with self.database.write() as connection:
                if how == "finish":
                    queue.finish(connection, task)
                elif how == "again":
                    queue.again(connection, task, float(due))
                else:
                    queue.bury(connection, task, "why")
        except LeaseLost:
            assert not mine
            return
        assert mine
        if how == "again":
            self.model[task.key] = float(due)
        else:
            del self.model[task.key]
            if how == "bury":
                self.buried.add(task.key)

    @invariant()
    def nothing_is_lost(self) -> None:
        leased = {task.key for task, until in self.held if until > self.now and task.token != "lost"}
        free = [due for key, due in self.model.items() if key not in leased]
        with self.database.read() as connection:
            assert queue.next_due(connection, KINDS, self.now) == min(free, default=None)


TestLaws = Machine.TestCase
TestLaws.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
