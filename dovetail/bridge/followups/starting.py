"""New events start follow-ups, and wake those that waited for them: in the transaction that logs the events."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dovetail.bridge.events.event import Event
from dovetail.bridge.followups.followup import Followup
from dovetail.bridge.pipe import Start
from dovetail.bridge.store import instances, log, queue
from dovetail.bridge.store.instances import Instance
from dovetail.bridge.store.queue import Wanted

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection

DEEPEST = 10
"""Events that led to each other, at most: follow-ups that raise what starts them would never end."""

Current = Callable[["Connection", str], Mapping[str, tuple[int, Followup]]]
"""The follow-ups of an account that new events start, by name, with their versions."""


def starter(account: str, current: Current, clock: Callable[[], float]) -> Start:
    """What starts follow-ups of an account by new events."""

    def start(connection: Connection, events: Sequence[Event]) -> None:
        now, made, tasks = clock(), list[Instance](), list[Wanted]()
        rules = current(connection, account)
        for event in events:
            _wake(connection, account, event, now)
            if event.depth > DEEPEST:
                continue
            for name, (version, rule) in rules.items():
                if not rule.starts_by(event.type, event.source):
                    continue
                one = Instance(
                    id=instance_id(account, name, event.id), account=account, followup=name, version=version,
                    event=event.id, person=event.person, step="", state="waiting", reason="", awaits="",
                    made_at=now, changed_at=now,
                )  # fmt: skip
                made.append(one)
                tasks.append(Wanted(queue.STEP, one.id, now, {}))
        instances.add(connection, made)
        queue.put(connection, account, tasks, now)

    return start


def emit(connection: Connection, account: str, events: Sequence[Event], now: float, start: Start) -> Sequence[Event]:
    """Log events of any source and start what they start; those that are new."""
    fresh = log.append(connection, account, events, now)
    if fresh:
        start(connection, fresh)
    return fresh


def instance_id(account: str, followup: str, event: str) -> str:
    """The id of the instance that an account's event starts: the same however often it is tried, and no other's.

    Accounts have events of the same id: their shops count from 1, and may have the same identifier.
    """
    return f"fu_{hashlib.sha256(f'{account} {followup} {event}'.encode()).hexdigest()[:32]}"


def _wake(connection: Connection, account: str, event: Event, now: float) -> None:
    if not event.person:
        return
    for waiting in instances.awaiting(connection, account, event.person, event.type):
        if waiting.event != event.id:
            queue.hasten(connection, account, queue.STEP, waiting.id, now, {"met": event.id})
