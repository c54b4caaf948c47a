"""A real HTTP server on loopback with scripted replies, and a small provider that asks it."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

from dovetail.engine.ports import (
    Answer,
    Answers,
    Ask,
    Finding,
    Lifetime,
    Rendering,
    Request,
    Response,
    Suggestion,
    Talk,
)
from dovetail.engine.schema import Member, Schema
from dovetail.errors import OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.kinds import Integration, Policy


@dataclass(frozen=True)
class Reply:
    """One scripted reply. `promised`: more bytes than come. `drop`: no reply at all."""

    status: int = 200
    body: bytes = b'"fine"'
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    promised: int = 0
    drop: bool = False


@dataclass(frozen=True)
class Seen:
    """One request as it came in, to the byte."""

    line: str
    headers: Mapping[str, str]
    at: float
    """Seconds of a clock that only goes forward."""

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]


class Station:
    """Replies to `/name` what is scripted for it, in turn, then `"fine"`."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.seen: list[Seen] = []
        self.scripts: dict[str, list[Reply]] = {}
        self.busiest = 0
        self._busy = 0
        self._lock = threading.Lock()
        station = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                station._serve(self)

            do_POST = do_GET  # noqa: N815  # http.server names it

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            # Threads of dropped connections must not hold up the end of a test.
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake in the request's own thread, where its failure harms nobody.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self.url = f"https://localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def script(self, name: str, *replies: Reply) -> None:
        self.scripts.setdefault(f"/{name}", []).extend(replies)

    def paths(self) -> Sequence[str]:
        return [each.path for each in self.seen]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.seen.append(
                Seen(handler.requestline, {k.lower(): v for k, v in handler.headers.items()}, time.monotonic())
            )
            script = self.scripts.get(handler.path.partition("?")[0], [])
            reply = script.pop(0) if script else Reply()
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            handler.rfile.read(int(handler.headers.get("content-length", 0)))
            time.sleep(reply.delay)
            if reply.drop:
                handler.close_connection = True
                return
            handler.send_response_only(reply.status)
            if "date" not in reply.headers:
                handler.send_header("date", handler.date_time_string())
            for name, value in reply.headers.items():
                handler.send_header(name, value)
            handler.send_header("content-length", str(max(len(reply.body), reply.promised)))
            handler.end_headers()
            handler.wfile.write(reply.body)
            handler.close_connection = reply.promised > len(reply.body)
        finally:
            with self._lock:
                self._busy -= 1

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass(frozen=True)
class Things:
    """`thing.name` is what the station replies to `/name`; `secret.name` the same, but personal."""

    url: str
    identifier: str = "station"
    fingerprint: str = "one"
    request: Request = field(default_factory=lambda: Request("GET", ""))
    broken: bool = False
    _attempts: count[int] = field(default_factory=count)

    def schema(self) -> Schema:
        thing = Member(kind="keyed", collection="thing", summary="A thing")
        return Schema(kind="things", summary="Things", members={"thing": thing})

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        if self.broken:
            raise KeyError("jan@example.org")
        replies = yield [replace(self.request, url=f"{self.url}/{ask.key}") for ask in asks]
        return {ask: self._read(reply) for ask, reply in zip(asks, replies, strict=True)}

    def _read(self, reply: Response | ProviderError) -> Answer | ProviderError:
        if isinstance(reply, ProviderError):
            return reply
        if reply.status == 404:
            return Answer(None, found=False, fetched_at=reply.at)
        if reply.status != 200:
            return UnreachableError(f"status {reply.status}", retryable=True)
        try:
            return Answer(json.loads(reply.body), fetched_at=reply.at)
        except ValueError:
            return OddAnswerError("no JSON")

    def lifetime(self, ask: Ask) -> Lifetime:
        return Lifetime(60.0, personal=ask.collection == "secret")

    def authorize(self, request: Request) -> Request:
        proof = {"x-attempt": str(next(self._attempts)), "x-time": str(request.at)}
        return replace(request, headers={**request.headers, **proof})

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        yield []
        return []

    def check(self) -> Talk[Sequence[Finding]]:
        replies = yield [Request("GET", f"{self.url}/check")]
        return [Finding(isinstance(replies[0], Response), "the station")]


def connected(things: Things, **policy: object) -> Integration:
    """The provider as an integration that may be on loopback."""
    return Integration(things, Policy(allow_private_addresses=True, **policy))  # type: ignore[arg-type]


def asking(*asks: Ask) -> Rendering[Answers]:
    """A render of one round that needs these asks."""
    return (yield asks)


def thing(name: str, identifier: str = "station") -> Ask:
    return Ask(identifier, "thing", name)


def value(answers: Answers, ask: Ask) -> object:
    answer = answers.by_ask[ask]
    assert isinstance(answer, Answer), answer
    return answer.value


def error(answers: Answers, ask: Ask) -> ProviderError:
    answer = answers.by_ask[ask]
    assert isinstance(answer, ProviderError), answer
    return answer
