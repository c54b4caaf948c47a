"""What people do to instances by hand: try a failed one once more, and stop one that waits."""

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
