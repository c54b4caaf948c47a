"""Requests that are made once however often they are sent: the header `Idempotency-Key` of a POST."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response

from dovetail.integrations.store.answers import Given, given, keep
from dovetail.service.problems import Problem

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection

_LONGEST = 200


class Repeated(Exception):
    """The same request was answered before; `status` and `body` are the answer then."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__("answered before")
        self.status, self.body = status, body


def once_only(
    connection: Connection,
    account: str,
    key: str | None,
    request: object,
    now: float,
    make: Callable[[], tuple[int, object]],
) -> tuple[int, object]:
    """What `make` gives, or what it gave when a request with this key came before; in the transaction of `make`.

    Raises:
        Problem: 400 for a key that is none, 409 when it came with another request.
        Repeated: it was answered.
    """
    if key is None:
        return make()
    before = _before(connection, account, key, request, now)
    if before is not None:
        raise Repeated(before.status, before.body)
    status, made = make()
    body = msgspec.json.encode(made).decode()
    keep(connection, account, key, Given(_digest(request), status, body), now)
    return status, made


def mark(connection: Connection, account: str, key: str | None, request: object, now: float) -> str | None:
    """The id of what the request with this key made before, for what takes longer than a transaction.

    Raises:
        Problem: as `once_only`.
    """
    before = None if key is None else _before(connection, account, key, request, now)
    return None if before is None else before.body


def remember(connection: Connection, account: str, key: str | None, request: object, id_: str, now: float) -> None:
    """Keep the id of what a request with this key made."""
    if key is not None:
        keep(connection, account, key, Given(_digest(request), 201, id_), now)


def _digest(request: object) -> str:
    return hashlib.sha256(msgspec.json.encode(request, order="sorted")).hexdigest()


def _before(connection: Connection, account: str, key: str, request: object, now: float) -> Given | None:
    if not 1 <= len(key) <= _LONGEST or not key.isprintable():
        raise Problem(400, f"an Idempotency-Key has 1 to {_LONGEST} characters")
    before = given(connection, account, key, now)
    if before is not None and before.request != _digest(request):
        raise Problem(409, "this Idempotency-Key came with another request before")
    return before


def repeated(_: Any, error: Repeated) -> Response[Any]:
    """The answer of then."""
    return Response(msgspec.json.decode(error.body), status_code=error.status, headers={"Idempotency-Replayed": "true"})
