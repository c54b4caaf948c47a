"""The event log over HTTP: programs tell what happened (as Copernica's REST API takes it), and look what did."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from dovetail.bridge.events.event import Event
from dovetail.bridge.events.types import TYPES, name_of
from dovetail.bridge.followups.starting import emit, starter
from dovetail.bridge.store import log
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS, IdempotencyKey, Limit
from dovetail.service.problems import Problem
from dovetail.service.shapes import EventPage, TakenEvent, event_shown

Named = Annotated[str, Parameter(description="Group and kind: `user/register`, `webshop/cart/add`", max_length=100)]
Before = Annotated[int | None, Parameter(ge=1, le=2**53, description="The list goes on before this one")]
Type = Annotated[str, Parameter(max_length=80, description="Only events of this type")]
Person = Annotated[str, Parameter(max_length=320, description="Only events about this e-mail address")]
Subject = Annotated[str, Parameter(max_length=200, description="Only events about this record, such as `order/17`")]
_LONGEST_KEY = 200


class Events(Controller):
    """Events of the key's account."""

    path = "/events"
    tags = ("Events",)

    @post(
        "/{name:path}",
        status_code=202,
        sync_to_thread=True,
        opt={"scope": "events"},
        responses=REFUSALS,
        summary="Tell of an event",
    )
    def tell(
        self,
        name: Named,
        data: dict[str, Any],
        caller: Caller,
        backend: Backend,
        idempotency_key: IdempotencyKey = None,
    ) -> Response[TakenEvent]:
        """It is logged, and starts the follow-ups that it triggers. All fields are `{$trigger.…}` there."""
        type_ = _type(name)
        needs = TYPES[type_].needs if type_ in TYPES else ()
        faults: list[dict[str, object]] = [
            {"field": each, "message": f"`{type_}` needs `{each}`"} for each in needs if data.get(each) in (None, "")
        ]
        if faults:
            raise Problem(422, "the event is not whole", errors=faults)
        if idempotency_key is not None and len(idempotency_key) > _LONGEST_KEY:
            raise Problem(400, f"an idempotency key has {_LONGEST_KEY} characters at most")
        now, person = backend.clock(), str(data.get("email") or "").lower()[:320]
        name, subject = f"api/{type_}/{idempotency_key or uuid.uuid4().hex}", str(data.get("id", ""))[:200]
        event = Event(name, "api", type_, subject, person, now, data)
        with backend.database.write() as connection:
            start = starter(caller.account, backend.rules.current, backend.clock)
            new = emit(connection, caller.account, [event], now, start)
        if new:
            backend.wake()
        return Response(TakenEvent(event.id, bool(new)), status_code=202)

    @get("/", sync_to_thread=True, opt={"scope": "events"}, responses=REFUSALS, summary="What happened")
    def list_(
        self, caller: Caller, backend: Backend, before: Before = None, limit: Limit = 50,
        type: Type = "", person: Person = "", subject: Subject = "",  # noqa: A002  # the parameter's name in the API
    ) -> EventPage:  # fmt: skip
        """Events, the latest first. A key for some integrations is shown what these told, and nothing else."""
        with backend.database.read() as connection:
            found = log.find(
                connection, caller.account, before=before or 2**62, types=[type] if type else (), person=person,
                subject=subject, sources=caller.key.identifiers, limit=limit + 1,
            )  # fmt: skip
        items = [event_shown(each) for each in found[:limit]]
        return EventPage(str(found[limit - 1].number) if len(found) > limit else None, items)


def _type(name: str) -> str:
    found = name_of(name.strip("/"))
    if found is None:
        raise Problem(
            404, "there is no event of this name; names have small letters, digits and -, such as user/register"
        )
    known = TYPES.get(found)
    if known is not None and known.source != "api" and not known.needs:
        raise Problem(422, f"`{found}` is found by Dovetail itself; tell of an event of your own instead")
    return found
