"""What is read, and what happened, in numbers."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from dovetail.bridge.store import statistics as store
from dovetail.bridge.store.feeds import places
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS
from dovetail.service.followup_shapes import FeedList, FeedShape, HourShape, StatisticsShape
from dovetail.service.shapes import maybe, moment

Hours = Annotated[int, Parameter(ge=1, le=168, description="So many hours, with the one that is not over")]


@get(
    "/feeds", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, tags=["Events"], summary="What is watched"
)
def feeds(caller: Caller, backend: Backend) -> FeedList:
    """Where the account's integrations are read, and what went wrong the last time."""
    with backend.database.read() as connection:
        found = places(connection, caller.account)
    return FeedList(
        [
            FeedShape(
                each.integration, each.entity, "live" if each.state == "live" else "first",
                maybe(each.read_at or None), maybe(each.swept_at or None), each.reason,
            )
            for each in found
            if caller.key.sees(each.integration)
        ]
    )  # fmt: skip


@get(
    "/statistics",
    sync_to_thread=True,
    opt={"scope": "read"},
    responses=REFUSALS,
    tags=["Follow-ups"],
    summary="What happened, hour by hour",
)
def statistics(caller: Caller, backend: Backend, hours: Hours = 24) -> StatisticsShape:
    """Events by type, instances that began and that ended, and what went out."""
    with backend.database.read() as connection:
        found = store.statistics(connection, caller.account, hours, backend.clock(), caller.key.identifiers)
    shown = [
        HourShape(moment(each.at), dict(each.events), each.begun, dict(each.ended), dict(each.deliveries))
        for each in found.hours
    ]
    return StatisticsShape(shown, found.waiting, found.failed)
