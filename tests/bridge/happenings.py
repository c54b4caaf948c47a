"""What happened in an account, and what follow-ups came to, written as the bridge writes it."""

from __future__ import annotations

from dovetail.bridge.events.event import Event
from dovetail.bridge.followups.rules import Rules
from dovetail.bridge.followups.starting import emit, instance_id, starter
from dovetail.bridge.store import instances, queue
from dovetail.bridge.store.instances import Delivery
from dovetail.integrations.store.database import Database


class Happenings:
    """Events of an account, and what their instances came to."""

    def __init__(self, database: Database, account: str) -> None:
        self.database = database
        self.account = account
        self._rules = Rules()

    def happen(
        self, type_: str, key: str, at: float, person: str = "", source: str = "mywebshop", **data: object
    ) -> Event:
        """An event that was logged when it happened, and starts what is on it. Tell of older ones first."""
        event = Event(
            f"{source}/{type_}/{key}", source, type_, f"order/{key}", person, at, {"email": person, "id": key, **data}
        )
        with self.database.write() as connection:
            start = starter(self.account, self._rules.current, lambda: at)
            emit(connection, self.account, [event], at, start)
        return event

    def send(self, followup: str, event: Event, at: float) -> str:
        """Its instance sent a mail, and is done."""
        name = instance_id(self.account, followup, event.id)
        with self.database.write() as connection:
            made = Delivery(f"{name}-mail", name, "mail", "mail", "done", 1, "", at)
            instances.deliver(connection, self.account, made, at)
            instances.note(connection, name, "1", "mail went out", at)
            instances.move(connection, name, at, step="end", state="done")
            queue.cancel(connection, self.account, queue.STEP, name)
        return name

    def fail(self, followup: str, event: Event, at: float, reason: str = "the mail server refused it: 550") -> str:
        """Its instance could not send, and gave up."""
        name = instance_id(self.account, followup, event.id)
        with self.database.write() as connection:
            made = Delivery(f"{name}-mail", name, "mail", "", "dead", 9, reason, at)
            instances.deliver(connection, self.account, made, at)
            instances.note(connection, name, "1", f"given up: {reason}", at)
            instances.move(connection, name, at, step="1", state="failed", reason=reason)
            for task in queue.claim(connection, [queue.STEP], at, 60.0, 1_000):
                if task.key == name:
                    queue.bury(connection, task, reason)
                else:
                    queue.again(connection, task, task.due)
        return name
