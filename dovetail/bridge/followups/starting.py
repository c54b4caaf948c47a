"""New events start follow-ups, and wake those that waited for them: in the transaction that logs the events."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        now, rules = clock(), current(connection, account)
        for event in events:
            _wake(connection, account, event, now)
        _put(connection, account, [each for event in events for each in _begun(account, event, rules, now)], now)

    return start


def start_by_past(
    connection: Connection, account: str, events: Sequence[Event], current: Current, now: float, only: str = ""
) -> Sequence[Instance]:
    """Start follow-ups by events of the log that did not start them; `only`: this one. Those that were started.

    An event that came before its follow-up was written started nothing; one that started it starts it never again.
    """
    rules = {name: rule for name, rule in current(connection, account).items() if only in ("", name)}
    made = {each.id: each for event in events for each in _begun(account, event, rules, now)}
    there = instances.present(connection, list(made))
    fresh = [each for each in made.values() if each.id not in there]
    _put(connection, account, fresh, now)
    return fresh


def _begun(account: str, event: Event, rules: Mapping[str, tuple[int, Followup]], now: float) -> Iterator[Instance]:
    """What an event starts."""
    if event.depth > DEEPEST:
        return
    for name, (version, rule) in rules.items():
        if rule.starts_by(event.type, event.source):
            yield Instance(
                id=instance_id(account, name, event.id), account=account, followup=name, version=version,
                event=event.id, person=event.person, step="", state="waiting", reason="", awaits="",
                made_at=now, changed_at=now,
            )  # fmt: skip


def _put(connection: Connection, account: str, made: Sequence[Instance], now: float) -> None:
    instances.add(connection, made)
    queue.put(connection, account, [Wanted(queue.STEP, each.id, now, {}) for each in made], now)


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
