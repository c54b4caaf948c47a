"""Mailings of an account over HTTP: start, watch, cancel, fetch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import Parameter
from litestar.response import File, ServerSentEvent

from dovetail.integrations.store.mailings import StoredMailing, latest
from dovetail.integrations.store.mailings import get as stored
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS, IdempotencyKey, Limit
from dovetail.service.once import mark, remember
from dovetail.service.problems import Problem
from dovetail.service.shapes import MailingList, MailingShape, NewMailing, mailing_shown

Named = Annotated[str, Parameter(description="The mailing's id", max_length=40)]
_LOOKS = 0.3
"""Seconds between two looks at how far a mailing is."""


class MailingsController(Controller):
    """Mailings of the key's account."""

    path = "/mailings"
    tags = ("Mailings",)

    @get("/", sync_to_thread=True, opt={"scope": "render"}, responses=REFUSALS, summary="List mailings")
    def list_(self, caller: Caller, backend: Backend, limit: Limit = 50) -> MailingList:
        """The latest first."""
        with backend.database.read() as connection:
            found = latest(connection, caller.account, limit, backend.clock())
        return MailingList([mailing_shown(each) for each in found])

    @post("/", sync_to_thread=True, opt={"scope": "render"}, responses=REFUSALS, summary="Start a mailing")
    def start(
        self, data: NewMailing, caller: Caller, backend: Backend, idempotency_key: IdempotencyKey = None
    ) -> MailingShape:
        """Render a stored template for each recipient; the mails are fetched when it is done."""
        with backend.database.write() as connection:
            before = mark(connection, caller.account, idempotency_key, data, backend.clock())
        if before is not None:
            return mailing_shown(_found(backend, caller, before))
        id_ = backend.mailings.start(
            caller.actor, caller.key.identifiers, data.template, data.recipients.format, data.recipients.text,
            text=data.text,
        )  # fmt: skip
        with backend.database.write() as connection:
            remember(connection, caller.account, idempotency_key, data, id_, backend.clock())
        return mailing_shown(_found(backend, caller, id_))

    @get("/{mailing_id:str}", sync_to_thread=True, opt={"scope": "render"}, responses=REFUSALS, summary="One mailing")
    def one(self, mailing_id: Named, caller: Caller, backend: Backend) -> MailingShape:
        """How far it is."""
        return mailing_shown(_found(backend, caller, mailing_id))

    @post(
        "/{mailing_id:str}/cancel",
        status_code=200,
        sync_to_thread=True,
        opt={"scope": "render"},
        responses=REFUSALS,
        summary="Cancel a mailing",
    )
    def cancel(self, mailing_id: Named, caller: Caller, backend: Backend) -> MailingShape:
        """It ends before its next recipient; one that has ended stays as it is."""
        _found(backend, caller, mailing_id)
        backend.mailings.cancel(mailing_id)
        return mailing_shown(_found(backend, caller, mailing_id))

    @get("/{mailing_id:str}/events", opt={"scope": "render"}, responses=REFUSALS, summary="Watch a mailing")
    async def events(self, mailing_id: Named, caller: Caller, backend: Backend) -> ServerSentEvent:
        """How far it is, as often as that changes, until it has ended (server-sent events)."""
        first = await sync_to_thread(_found, backend, caller, mailing_id)

        async def looks() -> AsyncIterator[dict[str, Any]]:
            now: StoredMailing = first
            told: StoredMailing | None = None
            while True:
                if now != told:
                    told = now
                    yield {"data": msgspec.json.encode(mailing_shown(now)).decode(), "event": "mailing"}
                if now.state != "running":
                    return
                await asyncio.sleep(_LOOKS)
                now = await sync_to_thread(_found, backend, caller, mailing_id)

        return ServerSentEvent(looks())

    @get(
        "/{mailing_id:str}/result",
        sync_to_thread=True,
        opt={"scope": "render"},
        responses=REFUSALS,
        summary="The mails of a mailing",
        media_type="application/zip",
    )
    def result(self, mailing_id: Named, caller: Caller, backend: Backend) -> File | Response[Any]:
        """A zip with a file for each mail, by the number of its row, and failures.txt."""
        found = _found(backend, caller, mailing_id)
        path = backend.mailings.result(caller.account, found.id)
        if path is None:
            raise Problem(
                409, "this mailing has no result yet" if found.state == "running" else "its result is not here"
            )
        return File(path, filename=f"{found.id}.zip", media_type="application/zip")


def _found(backend: Backend, caller: Caller, id_: str) -> StoredMailing:
    with backend.database.read() as connection:
        found = stored(connection, caller.account, id_, backend.clock())
    if found is None:
        raise Problem(404, "there is no such mailing")
    return found
