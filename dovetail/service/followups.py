"""Follow-ups of an account over HTTP: what follows when something happens, and what it would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from litestar import Controller, Response, delete, get, post, put
from litestar.params import Parameter

from dovetail.bridge.outlet import AccountTexts
from dovetail.bridge.store import instances, versions
from dovetail.errors import SettingsError
from dovetail.integrations.store.accounts import record
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.conditions import etag, expected
from dovetail.service.documented import REFUSALS, After, IfMatch, Limit
from dovetail.service.followup_shapes import (
    FollowupLine,
    FollowupPage,
    FollowupShape,
    InstanceNumbers,
    NewFollowup,
    Trial,
    TrialShape,
)
from dovetail.service.problems import Problem
from dovetail.service.shapes import moment
from dovetail.service.trials import missing, present, read, tried

if TYPE_CHECKING:
    from dovetail.bridge.store.versions import Version
    from dovetail.integrations.store.database import Connection

Named = Annotated[str, Parameter(description="The follow-up's name", max_length=63)]


class Followups(Controller):
    """Follow-ups of the key's account, by name."""

    path = "/followups"
    tags = ("Follow-ups",)

    @get("/", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="List follow-ups")
    def list_(self, caller: Caller, backend: Backend, after: After = "", limit: Limit = 50) -> FollowupPage:
        """Follow-ups by name, with how many instances are in each state, and without their texts."""
        with backend.database.read() as connection:
            there = sorted(versions.current(connection, caller.account), key=lambda each: each.name)
            counts = instances.counts(connection, caller.account, caller.key.identifiers)
            found = [each for each in there if each.name > after]
            lines = [
                FollowupLine(
                    each.name, each.version, each.paused, moment(each.made_at),
                    _triggers(connection, caller, backend, each),
                    InstanceNumbers(**{state: number for (name, state), number in counts.items() if name == each.name}),
                )
                for each in found[:limit]
            ]  # fmt: skip
        return FollowupPage(found[limit - 1].name if len(found) > limit else None, lines)

    @get("/{name:str}", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="One follow-up")
    def one(self, name: Named, caller: Caller, backend: Backend) -> Response[FollowupShape]:
        """A follow-up's text, with the ETag of its version."""
        with backend.database.read() as connection:
            return _shown(connection, caller, backend, present(connection, caller, name))

    @put("/{name:str}", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Write a follow-up")
    def put(
        self, name: Named, data: NewFollowup, caller: Caller, backend: Backend, if_match: IfMatch = None
    ) -> Response[FollowupShape]:
        """A new follow-up; with If-Match one that takes the place of that version. What runs goes on with its own.

        A text with faults is refused: `errors` has all of them, with their lines.
        """
        _for_all(caller)
        version = None if if_match is None else expected(if_match)
        with backend.environments.of(caller.account, None) as (environment, _):
            read(name, data.text, AccountTexts(environment, environment).check)
        now = backend.clock()
        with backend.database.write() as connection:
            made = versions.change(connection, caller.account, name, data.text, version, now)
            record(connection, caller.actor, "followup.put", name, now, version=made.version)
            return _shown(connection, caller, backend, made)

    @delete(
        "/{name:str}", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Remove a follow-up"
    )
    def remove(self, name: Named, caller: Caller, backend: Backend) -> None:
        """New events start it no more; what runs goes on."""
        _for_all(caller)
        now = backend.clock()
        with backend.database.write() as connection:
            if not versions.remove(connection, caller.account, name):
                raise missing()
            record(connection, caller.actor, "followup.remove", name, now)

    @post(
        "/{name:str}/pause",
        status_code=200,
        sync_to_thread=True,
        opt={"scope": "write"},
        responses=REFUSALS,
        summary="Pause a follow-up",
    )
    def pause(self, name: Named, caller: Caller, backend: Backend) -> Response[FollowupShape]:
        """New events start it no more until it is resumed; what runs goes on."""
        return _paused(caller, backend, name, paused=True)

    @post(
        "/{name:str}/resume",
        status_code=200,
        sync_to_thread=True,
        opt={"scope": "write"},
        responses=REFUSALS,
        summary="Resume a follow-up",
    )
    def resume(self, name: Named, caller: Caller, backend: Backend) -> Response[FollowupShape]:
        """New events start it again; what happened meanwhile does not."""
        return _paused(caller, backend, name, paused=False)

    @post(
        "/{name:str}/test",
        status_code=200,
        sync_to_thread=True,
        # Its texts are rendered against the integrations, and shown.
        opt={"scope": "render"},
        responses=REFUSALS,
        summary="Try a follow-up on past events",
    )
    def test(self, name: Named, data: Trial, caller: Caller, backend: Backend) -> TrialShape:
        """What it would have done. Conditions are asked against what is true now; nothing is sent, nothing written."""
        return tried(name, data, caller, backend)


def _paused(caller: Caller, backend: Backend, name: str, *, paused: bool) -> Response[FollowupShape]:
    _for_all(caller)
    now = backend.clock()
    with backend.database.write() as connection:
        if not versions.pause(connection, caller.account, name, paused=paused):
            raise missing()
        record(connection, caller.actor, "followup.pause" if paused else "followup.resume", name, now)
        return _shown(connection, caller, backend, present(connection, caller, name))


def _for_all(caller: Caller) -> None:
    """A follow-up asks all integrations, and is started by all: who is for some may not say what it does.

    Raises:
        Problem: 403.
    """
    if caller.key.identifiers is not None:
        raise Problem(403, "this key is for some integrations only, and follow-ups work with all of them")


def _shown(connection: Connection, caller: Caller, backend: Backend, of: Version) -> Response[FollowupShape]:
    triggers = _triggers(connection, caller, backend, of)
    shown = FollowupShape(of.name, of.version, of.paused, moment(of.made_at), triggers, of.text)
    return Response(shown, headers={"ETag": etag(of.version)})


def _triggers(connection: Connection, caller: Caller, backend: Backend, of: Version) -> list[str]:
    try:
        rule = backend.rules.of(connection, caller.account, of.name, of.version)
    except SettingsError:
        # An older version of Dovetail took it: it can be looked at, and mended.
        rule = None
    return [] if rule is None else list(rule.triggers)
