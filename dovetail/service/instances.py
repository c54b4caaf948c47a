"""Instances of follow-ups over HTTP: what was done for whom and why, and what people do about it by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from litestar import Controller, get, post
from litestar.params import Parameter, QueryParameter

from dovetail.bridge.followups import steering
from dovetail.bridge.store import instances as store
from dovetail.bridge.store import log
from dovetail.bridge.store.instances import Instance, InstanceState
from dovetail.integrations.store.accounts import record
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS, After, Limit
from dovetail.service.followup_shapes import (
    DeliveryShape,
    InstancePage,
    InstanceShape,
    InstanceStory,
    PassageShape,
)
from dovetail.service.problems import Problem
from dovetail.service.shapes import event_shown, moment

if TYPE_CHECKING:
    from dovetail.bridge.store.log import Logged
    from dovetail.integrations.store.database import Connection

Named = Annotated[str, Parameter(description="The instance's id", max_length=64)]
Followup = Annotated[str, Parameter(max_length=64, description="Only those of this follow-up")]
Person = Annotated[str, Parameter(max_length=320, description="Only those for this e-mail address")]
Event = Annotated[str, Parameter(max_length=300, description="Only those that this event started: its number or id")]
State = Annotated[InstanceState | None, QueryParameter(name="state", description="Only those in this state")]
Subject = Annotated[str, Parameter(max_length=200, description="Only those about this record, such as `order/17`")]


class Instances(Controller):
    """Instances of the key's account; of a key for some integrations, those that their events started."""

    path = "/instances"
    tags = ("Follow-ups",)

    @get("/", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="What was done")
    def list_(
        self, caller: Caller, backend: Backend, followup: Followup = "", person: Person = "", event: Event = "",
        in_state: State = None, subject: Subject = "", after: After = "", limit: Limit = 50,
    ) -> InstancePage:  # fmt: skip
        """Instances, the latest first."""
        with backend.database.read() as connection:
            logged = log.get(connection, caller.account, event) if event else None
            found = store.find(
                connection, caller.account, followup=followup, person=person,
                event=logged.event.id if logged else event, state=in_state or "", subject=subject,
                sources=caller.key.identifiers, after=after, limit=limit + 1,
            )  # fmt: skip
        items = [_shown(each) for each in found[:limit]]
        return InstancePage(found[limit - 1].id if len(found) > limit else None, items)

    @get(
        "/{instance_id:str}",
        sync_to_thread=True,
        opt={"scope": "read"},
        responses=REFUSALS,
        summary="Why somebody got a mail",
    )
    def one(self, instance_id: Named, caller: Caller, backend: Backend) -> InstanceStory:
        """An instance with the event that started it, what it did step by step, and what it sent."""
        with backend.database.read() as connection:
            return _story(connection, caller, instance_id)

    @post(
        "/{instance_id:str}/replay",
        status_code=200,
        sync_to_thread=True,
        opt={"scope": "write"},
        responses=REFUSALS,
        summary="Try it again",
    )
    def replay(self, instance_id: Named, caller: Caller, backend: Backend) -> InstanceStory:
        """The step of a failed instance is tried once more, with the same key."""
        now = backend.clock()
        with backend.database.write() as connection:
            _found(connection, caller, instance_id)
            if not steering.replay(connection, caller.account, instance_id, now):
                raise Problem(409, "it has not failed, so that there is nothing to try again")
            record(connection, caller.actor, "instance.replay", instance_id, now)
            return _story(connection, caller, instance_id)

    @post(
        "/{instance_id:str}/stop",
        status_code=200,
        sync_to_thread=True,
        opt={"scope": "write"},
        responses=REFUSALS,
        summary="Stop it",
    )
    def stop(self, instance_id: Named, caller: Caller, backend: Backend) -> InstanceStory:
        """An instance that waits takes no further step."""
        now = backend.clock()
        with backend.database.write() as connection:
            _found(connection, caller, instance_id)
            if not steering.stop(connection, caller.account, instance_id, now):
                raise Problem(409, "it does not wait any more, so that there is nothing to stop")
            record(connection, caller.actor, "instance.stop", instance_id, now)
            return _story(connection, caller, instance_id)


def _found(connection: Connection, caller: Caller, instance_id: str) -> tuple[Instance, Logged | None]:
    found = store.get(connection, caller.account, instance_id)
    began = None if found is None else log.get(connection, caller.account, found.event)
    # A key for some integrations is told of what their events started, and of nothing else.
    seen = caller.key.identifiers is None or (began is not None and caller.key.sees(began.event.source))
    if found is None or not seen:
        raise Problem(404, "there is no such instance")
    return found, began


def _story(connection: Connection, caller: Caller, instance_id: str) -> InstanceStory:
    found, began = _found(connection, caller, instance_id)
    passages = [PassageShape(moment(each.at), each.step, each.what) for each in store.passages(connection, found.id)]
    deliveries = [
        DeliveryShape(
            each.id, each.action, each.destination, each.state, each.attempts, each.reason, moment(each.made_at)
        )
        for each in store.deliveries(connection, caller.account, found.id)
    ]
    return InstanceStory(_shown(found), None if began is None else event_shown(began), passages, deliveries)


def _shown(of: Instance) -> InstanceShape:
    return InstanceShape(
        of.id, of.followup, of.version, of.event, of.person, of.step, of.state, of.reason, of.awaits,
        moment(of.made_at), moment(of.changed_at),
    )  # fmt: skip
