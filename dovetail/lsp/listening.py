"""Many clients at once: over TCP, and over WebSocket for pages in a browser.

Each client has a server of its own. A page anywhere on the web can open a WebSocket to this machine, so that one is
answered only with the token that was printed at the start, and only for origins that were named.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from dovetail.errors import UsageError
from dovetail.lsp.ports import Accounts
from dovetail.lsp.server import Messages, converse, new_server, prepare

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

_LARGEST = 16_000_000
"""Bytes of one message: a template has a megabyte at most."""


def serve_tcp(
    host: str, port: int, accounts: Accounts, cache_folder: Path | None, version: str, say: Callable[[str], None]
) -> None:
    """Serve editors over TCP until Ctrl-C."""

    async def serve() -> None:
        prepare()

        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await converse(reader, writer, accounts, cache_folder, version)

        server = await asyncio.start_server(one, host, port, limit=_LARGEST)
        say(f"listening on tcp://{_shown(host)}:{server.sockets[0].getsockname()[1]}")
        async with server:
            await server.serve_forever()

    asyncio.run(serve())


def serve_websocket(
    host: str,
    port: int,
    origins: Sequence[str],
    accounts: Accounts,
    cache_folder: Path | None,
    version: str,
    say: Callable[[str], None],
) -> None:
    """Serve pages over WebSocket until Ctrl-C.

    Raises:
        UsageError: the library for it is not installed.
    """
    try:
        from websockets.asyncio.server import serve
    except ModuleNotFoundError:
        raise UsageError("--ws needs the library websockets. Install: pip install 'dovetail-mail[console]'") from None

    token = secrets.token_urlsafe(24)

    async def run() -> None:
        prepare()
        port_now = port

        def check(connection: ServerConnection, request: Request) -> Response | None:
            allowed = origins or (f"http://{_shown(host)}:{port_now}",)
            if request.headers.get("Origin") not in (None, *allowed):
                return connection.respond(HTTPStatus.FORBIDDEN, "this page may not connect: start with --origin URL\n")
            given = parse_qs(urlsplit(request.path).query).get("token", [""])[0]
            if not hmac.compare_digest(given.encode(), token.encode()):
                return connection.respond(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong\n")
            return None

        async def one(connection: ServerConnection) -> None:
            await _converse(connection, accounts, cache_folder, version)

        async with serve(one, host, port, process_request=check, max_size=_LARGEST) as server:
            port_now = next(iter(server.sockets)).getsockname()[1]
            say(f"listening on ws://{_shown(host)}:{port_now}/?token={token}")
            await server.serve_forever()

    asyncio.run(run())


async def _converse(connection: ServerConnection, accounts: Accounts, cache_folder: Path | None, version: str) -> None:
    """Serve one page: each message is a text frame, which is what editors in pages read."""
    from websockets.exceptions import ConnectionClosed

    async def send(message: str) -> None:
        if message:
            await connection.send(message)
        else:
            await connection.close()

    with suppress(ConnectionClosed):
        await converse_in_frames(connection, send, accounts, cache_folder, version)


async def converse_in_frames(
    frames: AsyncIterable[str | bytes],
    send: Callable[[str], Awaitable[None]],
    accounts: Accounts,
    cache_folder: Path | None,
    version: str,
) -> None:
    """Serve one client whose messages are frames, whoever carries them; `send` is given '' at the end."""
    outgoing = asyncio.Queue[str]()
    server = await new_server(accounts, cache_folder, version, lambda _: outgoing.put_nowait(""))
    messages = Messages(server, outgoing.put_nowait)

    async def pass_on() -> None:
        # One after the other, as they were made.
        while message := await outgoing.get():
            await send(message)
        await send("")

    sending = asyncio.create_task(pass_on())
    try:
        async for frame in frames:
            messages.take(frame)
    except ValueError:
        # No JSON: whoever speaks so is no client of ours.
        pass
    finally:
        sending.cancel()
        server.connection.end()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
