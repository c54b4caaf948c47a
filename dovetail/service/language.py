"""The language server of an account over WebSocket: a page gets a ticket with its key, and opens the socket with that.

A browser cannot send a key in a WebSocket's head, and an address with a key in it would stand in logs: so a ticket is
for one use, within half a minute.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from litestar import WebSocket, post, websocket
from litestar.exceptions import WebSocketDisconnect
from msgspec import Struct

from dovetail.service.access import Caller, backend_of
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS

OPEN_AT_ONCE = 100
"""Editors that one process serves at a time."""


class Ticket(Struct):
    """A ticket for one WebSocket, within half a minute."""

    ticket: str


@post(
    "/lsp-tickets",
    sync_to_thread=False,
    opt={"scope": "read"},
    responses=REFUSALS,
    tags=["Editor"],
    summary="A ticket for the language server",
)
def ticket(caller: Caller, backend: Backend) -> Ticket:
    """Open the WebSocket /api/v1/lsp?ticket=… with it."""
    return Ticket(backend.tickets.give(caller.key))


@websocket("/api/v1/lsp", opt={"public": True})
async def converse(socket: WebSocket[Any, Any, Any]) -> None:
    """The language server protocol, a message a text frame."""
    backend = backend_of(socket)
    origin = socket.headers.get("origin")
    # A page of somebody else's has no ticket; and were one to get hold of it, its browser tells whose page it is.
    same = origin is None or urlsplit(origin).netloc == socket.headers.get("host")
    key = backend.tickets.take(socket.query_params.get("ticket", "")) if same else None
    if key is None or backend.language is None or backend.editors >= OPEN_AT_ONCE:
        await socket.close(code=4401 if key is None else 4503)
        return
    await socket.accept()
    backend.editors += 1

    async def frames() -> AsyncIterator[str]:
        while True:
            yield await socket.receive_text()

    async def send(message: str) -> None:
        if message:
            await socket.send_text(message)
        else:
            await socket.close()

    try:
        await backend.language(key.account, key.identifiers, frames(), send)
    except WebSocketDisconnect:
        pass
    finally:
        backend.editors -= 1
