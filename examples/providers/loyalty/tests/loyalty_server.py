"""The (made-up) Loyalty service, small enough to run in a test: members and rewards behind an API key."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

MEMBERS = [
    {"id": "1001", "name": "Ann Lee", "email": "ann@example.com", "points": 250, "since": "2024-02-29"},
    {"id": "1002", "name": "Bo Østergård", "email": "bo@example.com", "points": 40, "since": "2025-11-01"},
    {"id": "1003", "name": "Cy <Young>", "email": "cy@example.com", "points": 1200, "since": "2021-01-31"},
]
REWARDS = [
    {"id": "mug", "name": "A mug", "points": 200},
    {"id": "pen", "name": "A pen", "points": 40},
    {"id": "trip", "name": "A trip", "points": 9000},
    {"id": "bag", "name": "A bag", "points": 600},
]


class LoyaltyServer:
    """The service on loopback, as a context manager. `asked`: the addresses of its requests."""

    def __init__(self, key: str) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                if self.headers["authorization"] != f"Bearer {key}":
                    self._reply(401, {"error": "who are you?"})
                    return
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/v1/rewards":
                    self._reply(200, {"items": REWARDS})
                elif parts.path == "/v1/members":
                    self._reply(200, {"items": _members(query)})
                else:
                    self._reply(404, {"error": "nothing here"})

            def _reply(self, status: int, body: object) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> LoyaltyServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _members(query: dict[str, str]) -> list[dict[str, object]]:
    found = [dict(member) for member in MEMBERS if query.get("search", "").lower() in str(member["name"]).lower()]
    if "cards" in query:
        wanted = query["cards"].split(",")
        found = [member for member in found if member["id"] in wanted]
    return found[: int(query.get("limit", 100))]
