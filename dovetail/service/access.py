"""Who asks, and whether he may: a key in each request, a scope for each handler, none for what says nothing."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from dovetail.integrations.store.accounts import Actor
from dovetail.integrations.store.keys import Key, authenticate, is_noted, note_use
from dovetail.service.backend import Backend
from dovetail.service.problems import Problem, no_integration

_KEYS = ThreadPoolExecutor(4, "dovetail-keys")
"""Whoever asks is told who he is, however long the shops of others take."""
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="dovetail"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    key: Key

    @property
    def account(self) -> str:
        """The account that he belongs to."""
        return self.key.account

    @property
    def actor(self) -> Actor:
        """As he stands in the trail."""
        return Actor(self.key.account, f"dvt_{self.key.prefix}")

    def check_sees(self, identifier: str) -> None:
        """Of an integration that the key is not for it is not told.

        Raises:
            Problem: 404, as if it were not there.
        """
        if not self.key.sees(identifier):
            raise no_integration(identifier)


def backend_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Backend:
    """The service's parts."""
    backend = connection.app.state["backend"]
    assert isinstance(backend, Backend)
    return backend


class Authentication(AbstractAuthenticationMiddleware):
    """A living key in `Authorization: Bearer …`, or 401; as often as it may, or 429."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """The caller.

        Raises:
            Problem: 401 or 429.
        """
        word, _, text = connection.headers.get("authorization", "").partition(" ")
        if word.lower() != "bearer" or not text:
            raise Problem(401, "give an API key: Authorization: Bearer dvt_…", headers=_CHALLENGE)
        backend = backend_of(connection)
        key = await asyncio.get_running_loop().run_in_executor(_KEYS, _authenticated, backend, text.strip())
        if key is None:
            raise Problem(401, "this key is wrong, expired or revoked", headers=_CHALLENGE)
        waits = backend.rates.wait(key.id, key.rate)
        if waits:
            raise Problem(
                429, f"this key may ask {key.rate:g} times a second", headers={"Retry-After": str(int(waits) + 1)}
            )
        return AuthenticationResult(user=Caller(key), auth=None)


def _authenticated(backend: Backend, text: str) -> Key | None:
    now = backend.clock()
    with backend.database.read() as connection:
        key = authenticate(connection, text, now)
    if key is not None and not is_noted(key, now):
        with backend.database.write() as connection:
            note_use(connection, key, now)
    return key


def allowed(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard: the handler's scope is among those of the key. One that names none is nobody's.

    Raises:
        Problem: 403.
    """
    scope = handler.opt.get("scope")
    if handler.opt.get("public"):
        return
    caller = connection.scope.get("user")
    if not isinstance(caller, Caller) or scope not in caller.key.scopes:
        raise Problem(403, f"this key is not for `{scope}`; make one with that scope")


def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """The caller, for handlers."""
    caller = request.user
    assert isinstance(caller, Caller)
    return caller


def provide_backend(request: Request[Any, Any, Any]) -> Backend:
    """The service's parts, for handlers."""
    return backend_of(request)
