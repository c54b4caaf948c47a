"""What people do to instances by hand: try failed ones once more, and stop one that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.bridge.store import instances, queue

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection


def replay(connection: Connection, account: str, instance: str, now: float) -> bool:
    """Try the step of a failed instance once more. Whether there was such an instance."""
    found = instances.get(connection, account, instance)
    if found is None or found.state != "failed":
        return False
    instances.note(connection, found.id, found.step, "tried again by hand", now)
    instances.move(connection, found.id, now, step=found.step)
    return queue.revive(connection, account, queue.STEP, found.id, now)


def replay_all(connection: Connection, account: str, now: float, followup: str = "", since: float = 0.0) -> int:
    """As `replay`, for failed instances of a follow-up, or of all; `since`: that began then or later. How many."""
    failed = instances.find(connection, account, followup=followup, state="failed", limit=1_000_000)
    return sum(replay(connection, account, each.id, now) for each in failed if each.made_at >= since)


def stop(connection: Connection, account: str, instance: str, now: float) -> bool:
    """Take no further step of an instance; what it does at this moment is not kept. Whether it waited."""
    found = instances.get(connection, account, instance)
    if found is None or found.state != "waiting":
        return False
    queue.cancel(connection, account, queue.STEP, found.id)
    instances.give_up(connection, account, found.id, "stopped by hand", now)
    instances.note(connection, found.id, found.step, "stopped by hand", now)
    instances.move(connection, found.id, now, step=found.step, state="stopped", reason="stopped by hand")
    return True
