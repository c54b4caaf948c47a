"""Hooks over HTTP: an integration's is made with a key, and asked by another system with a signature."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, MediaType, Request, Response, delete, get, post, put
from litestar.params import Parameter

from dovetail.bridge import polling
from dovetail.bridge.actions.webhook import new_signing_secret
from dovetail.bridge.inbound.schemes import check_secret, verify
from dovetail.bridge.inbound.verify import LIMIT, Pushed, adobe_challenge
from dovetail.bridge.store.feeds import places
from dovetail.integrations.store.hooks import Hook, Scheme, first_time
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS
from dovetail.service.problems import Problem, no_integration
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
        caller.check_sees(identifier)
        secret = data.secret or _made_for(data.scheme)
        check_secret(data.scheme, secret)
        with backend.database.write() as connection:
            id_ = backend.hooks.make(connection, caller.actor, identifier, data.scheme, secret, backend.clock())
        if id_ is None:
            raise no_integration(identifier)
        return HookShape(id_, f"/hooks/{id_}", data.scheme, secret)

    @delete("/", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Remove a hook")
    def remove(self, identifier: Named, caller: Caller, backend: Backend) -> None:
        """Requests to its address are refused from now on."""
        caller.check_sees(identifier)
        with backend.database.write() as connection:
            if not backend.hooks.remove(connection, caller.actor, identifier, backend.clock()):
                raise Problem(404, f"`{identifier}` has no hook")


class Hooked(Controller):
    """The address of a hook."""

    path = "/hooks/{hook_id:str}"
    tags = ("Events",)
    security = ({},)
    opt = {"public": True}  # noqa: RUF012  # Litestar's own way

    @get("/", media_type=MediaType.TEXT, sync_to_thread=True, responses=REFUSALS, summary="Answer Adobe's challenge")
    def challenge(self, hook_id: Id, request: Request[Any, Any, Any], backend: Backend) -> str:
        """Adobe I/O Events asks so when the webhook is registered; hooks of other schemes are not found."""
        if _hook(backend, hook_id).scheme != "adobe-io-events":
            raise Problem(404, "there is nothing here")
        return adobe_challenge(_pushed(request, b""))

    @post(
        "/",
        status_code=202,
        sync_to_thread=True,
        responses=REFUSALS,
        summary="Say that something changed",
        request_max_body_size=LIMIT,
    )
    def tell(self, hook_id: Id, request: Request[Any, Any, Any], body: bytes, backend: Backend) -> Response[None]:
        """Signed as its scheme says. What changed is read from the shop at once, and not from the request."""
        now, hook = backend.clock(), _hook(backend, hook_id)
        query = request.scope["query_string"].decode("latin-1")
        target = request.scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        accepted = verify(hook.scheme, hook.secret.reveal(), _pushed(request, body), target, backend.public_keys, now)
        with backend.database.write() as connection:
            if not first_time(connection, hook.id, accepted.nonce, accepted.expires_at, now):
                raise Problem(409, "this request was taken before")
            for at in places(connection, hook.account):
                if at.integration == hook.identifier:
                    polling.hint(connection, hook.account, at.integration, at.entity, now)
        backend.wake()
        return Response(None, status_code=202)


def _hook(backend: Backend, hook_id: str) -> Hook:
    with backend.database.read() as connection:
        hook = backend.hooks.get(connection, hook_id)
    if hook is None:
        raise Problem(404, "there is nothing here")
    return hook


def _pushed(request: Request[Any, Any, Any], body: bytes) -> Pushed:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Pushed(request.method, headers, body, dict(request.query_params))


def _made_for(scheme: Scheme) -> str:
    """A secret, where who pushes takes one.

    Raises:
        Problem: 400.
    """
    if scheme in ("adobe-io-events", "copernica"):
        raise Problem(400, "`secret` is missing: the client id at Adobe, or the number of the account at Copernica")
    return new_signing_secret()
