"""What goes out is written down: its key, where to, what became of it; and whose turn it is where order counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.bridge.followups.followup import Outgoing, Webhook, action_of
from dovetail.bridge.store import instances, queue
from dovetail.bridge.store.instances import Delivery, DeliveryState, Instance

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection


def deliver(
    connection: Connection,
    of: Instance,
    number: int,
    act: Outgoing,
    state: DeliveryState,
    attempts: int,
    reason: str,
    now: float,
) -> None:
    """Write down what became of what an instance's step sends; who waited for its end is woken.

    `number`: that of its event in the log.
    """
    ordered = isinstance(act, Webhook) and act.ordered
    host = act.host if isinstance(act, Webhook) else action_of(act)
    made = Delivery(of.key, of.id, action_of(act), host, state, attempts, reason, now, number if ordered else 0)
    instances.deliver(connection, of.account, made, now)
    following = instances.first_in_order(connection, of.account, host) if ordered and state != "waiting" else None
    if following is not None:
        queue.hasten(connection, of.account, queue.STEP, following.instance, now)


def has_turn(connection: Connection, of: Instance, act: Outgoing) -> bool:
    """Whether a step may send now: at once, unless it keeps an order and others are before it, or it is in no line."""
    if not isinstance(act, Webhook) or not act.ordered:
        return True
    first = instances.first_in_order(connection, of.account, act.host)
    return first is not None and first.id == of.key
