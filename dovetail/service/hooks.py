"""Hooks over HTTP: an integration's is made with a key, and asked by another system with a signature."""

from __future__ import annotations

import base64
import secrets
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, post, put
from litestar.params import Parameter

from dovetail.bridge import polling
from dovetail.bridge.pushed import LARGEST, Refused, verify
from dovetail.bridge.store.feeds import places
from dovetail.integrations.store.hooks import first_time
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS
from dovetail.service.problems import Problem
from dovetail.service.shapes import HookShape, NewHook

Named = Annotated[str, Parameter(description="The integration's identifier", max_length=64)]
Id = Annotated[str, Parameter(description="The hook's id", max_length=40)]


class HookOfIntegration(Controller):
    """The hook of an integration."""

    path = "/integrations/{identifier:str}/hook"
    tags = ("Integrations",)

    @put("/", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Make a hook")
    def make(self, identifier: Named, data: NewHook, caller: Caller, backend: Backend) -> HookShape:
        """An address under which the shop may say that something changed; it takes the place of the one before.

        Without a secret one is made. It is told this once.
        """
        _seen(caller, identifier)
        secret = data.secret or f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        with backend.database.write() as connection:
            id_ = backend.hooks.make(connection, caller.actor, identifier, data.scheme, secret, backend.clock())
        if id_ is None:
            raise Problem(404, f"there is no integration `{identifier}`")
        return HookShape(id_, f"/hooks/{id_}", data.scheme, secret)

    @delete("/", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Remove a hook")
    def remove(self, identifier: Named, caller: Caller, backend: Backend) -> None:
        """Requests to its address are refused from now on."""
        _seen(caller, identifier)
        with backend.database.write() as connection:
            if not backend.hooks.remove(connection, caller.actor, identifier, backend.clock()):
                raise Problem(404, f"`{identifier}` has no hook")


@post(
    "/hooks/{hook_id:str}",
    status_code=202,
    sync_to_thread=True,
    opt={"public": True},
    responses=REFUSALS,
    security=[{}],
    tags=["Events"],
    summary="Say that something changed",
    request_max_body_size=LARGEST,
)
def pushed(hook_id: Id, request: Request[Any, Any, Any], body: bytes, backend: Backend) -> Response[None]:
    """Signed as its scheme says. What changed is read from the shop at once, and not from the request."""
    now = backend.clock()
    with backend.database.read() as connection:
        hook = backend.hooks.get(connection, hook_id)
    if hook is None:
        raise Problem(404, "there is nothing here")
    try:
        verified = verify(
            hook.scheme, hook.secret.reveal(), {k.lower(): v for k, v in request.headers.items()}, body, now
        )
    except Refused as error:
        raise Problem(error.status, str(error)) from None
    with backend.database.write() as connection:
        if not first_time(connection, hook.id, verified.mark, verified.expires_at, now):
            raise Problem(409, "this request was taken before")
        for at in places(connection, hook.account):
            if at.integration == hook.identifier:
                polling.hint(connection, hook.account, at.integration, at.entity, now)
    return Response(None, status_code=202)


def _seen(caller: Caller, identifier: str) -> None:
    if not caller.key.sees(identifier):
        raise Problem(404, f"there is no integration `{identifier}`")
