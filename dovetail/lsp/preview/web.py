"""The preview's web server: HTTP on this machine only, for one page and its events.

h11 speaks the protocol. Every address has a token in it that no other page knows; answers forbid to be framed, and the
page may load nothing but itself and the pictures of the mail.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files

import h11

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src http: https: data:; font-src https: data:; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ASSETS = {
    "": ("preview.html", "text/html; charset=utf-8"),
    "preview.js": ("preview.js", "text/javascript; charset=utf-8"),
    "preview.css": ("preview.css", "text/css; charset=utf-8"),
}
_LARGEST_BODY = 10_000
_PATIENCE = 30.0
"""Seconds a request may take to arrive."""

Act = Callable[[str, str, Mapping[str, object]], Awaitable[None]]
"""What the page wants: the name of a text, an action (`click`, `sample`), and what belongs to it."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something the page is told: `name` is the event's, `data` goes as JSON."""

    name: str
    data: Mapping[str, object]


class Pages:
    """Serves previews under `/TOKEN/NAME/`. `act` is called for what is done in a page."""

    def __init__(self, act: Act, opened: Callable[[str], None]) -> None:
        self.token = secrets.token_urlsafe(18)
        self._act = act
        self._opened = opened
        self._server: asyncio.Server | None = None
        self._listeners = dict[str, set[asyncio.Queue[Event]]]()
        self._latest = dict[tuple[str, str], Event]()
        self._clients = set[asyncio.StreamWriter]()

    async def start(self) -> None:
        """Listen on a free port of this machine."""
        if self._server is None:
            self._server = await asyncio.start_server(self._client, "127.0.0.1", 0)

    def url(self, name: str) -> str:
        """The address of a text's preview."""
        return f"http://127.0.0.1:{self._port()}/{self.token}/{name}/"

    def watched(self, name: str) -> bool:
        """Whether a page shows this text now."""
        return bool(self._listeners.get(name))

    def tell(self, name: str, event: Event) -> None:
        """Tell the pages of a text; one that opens later is told the latest of each kind."""
        self._latest[name, event.name] = event
        for queue in self._listeners.get(name, ()):
            queue.put_nowait(event)

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._clients):
                writer.close()
            self._server = None

    def _port(self) -> int:
        if self._server is None:
            return 0
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    # --- one client

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, h11.RemoteProtocolError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        async with asyncio.timeout(_PATIENCE):
            request, body = await _read(connection, reader)
        if request is None:
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
        parts = request.target.decode("latin-1").split("?")[0].split("/", 3)
        # A page elsewhere that makes its own name mean this machine (DNS rebinding) asks under that name.
        here = headers.get("host") == f"127.0.0.1:{self._port()}"
        if len(parts) != 4 or not here or not hmac.compare_digest(parts[1].encode(), self.token.encode()):
            await _send(connection, writer, 404, "text/plain; charset=utf-8", b"not here\n")
            return
        name, rest = parts[2], parts[3]
        method = request.method.decode()
        if method == "GET" and rest in _ASSETS:
            asset, kind = _ASSETS[rest]
            content = files("dovetail.lsp").joinpath("assets", "preview", asset).read_bytes()
            await _send(connection, writer, 200, kind, content)
        elif method == "GET" and rest == "events":
            await self._events(name, connection, reader, writer)
        elif method == "POST" and rest in ("click", "sample") and headers.get("origin") == f"http://{headers['host']}":
            given = _object(body)
            if given is not None:
                await self._act(name, rest, given)
            await _send(connection, writer, 204 if given is not None else 400, "", b"")
        else:
            await _send(connection, writer, 404, "text/plain; charset=utf-8", b"not here\n")

    async def _events(
        self, name: str, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Server-sent events (WHATWG HTML 9.2) until the page is closed."""
        queue = asyncio.Queue[Event]()
        for (text, _), event in self._latest.items():
            if text == name:
                queue.put_nowait(event)
        self._listeners.setdefault(name, set()).add(queue)
        self._opened(name)
        head = [*_HEADERS.items(), ("Content-Type", "text/event-stream"), ("Connection", "close")]
        writer.write(connection.send(h11.Response(status_code=200, headers=head)) or b"")
        gone = asyncio.ensure_future(reader.read(1))
        try:
            while not gone.done():
                coming = asyncio.ensure_future(queue.get())
                await asyncio.wait({coming, gone}, timeout=15, return_when=asyncio.FIRST_COMPLETED)
                if coming.done():
                    event = coming.result()
                    message = f"event: {event.name}\ndata: {json.dumps(event.data)}\n\n"
                else:
                    coming.cancel()
                    message = ": still here\n\n"
                if not gone.done():
                    writer.write(connection.send(h11.Data(data=message.encode())) or b"")
                    await writer.drain()
        finally:
            gone.cancel()
            self._listeners[name].discard(queue)


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request | None, bytes]:
    request: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
            if len(body) > _LARGEST_BODY:
                return None, b""
        elif isinstance(event, h11.EndOfMessage):
            return request, body
        else:
            return None, b""


async def _send(
    connection: h11.Connection, writer: asyncio.StreamWriter, status: int, kind: str, content: bytes
) -> None:
    headers = [*_HEADERS.items(), ("Content-Length", str(len(content))), ("Connection", "close")]
    if kind:
        headers.append(("Content-Type", kind))
    writer.write(connection.send(h11.Response(status_code=status, headers=headers)) or b"")
    if content:
        writer.write(connection.send(h11.Data(data=content)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()


def _object(body: bytes) -> Mapping[str, object] | None:
    try:
        given = json.loads(body)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None
