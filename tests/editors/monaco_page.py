"""A page with the editor, as somebody's own page would have it: under a strict policy; and who uses it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, WebSocketRoute, expect

import dovetail.lsp

ASSETS = Path(next(iter(dovetail.lsp.__path__))) / "assets/monaco"
TYPES = {".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf", ".html": "text/html; charset=utf-8"}
PATIENCE = 60_000

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; worker-src 'self'; "
    "img-src 'self' data: http://127.0.0.1:*; connect-src ws://127.0.0.1:*"
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Editor</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/dovetail-editor.css"><style>body { margin: 0 } #editor { height: 100vh }</style></head>
<body><main id="editor"></main><script type="module" src="/page.js"></script></body></html>"""
SCRIPT = """
import { createEditor } from "/dovetail-editor.js";
const given = new URLSearchParams(location.search);
window.told = [];
window.made = createEditor(document.getElementById("editor"), {
  socket: () => window.socket ?? given.get("socket"),
  root: given.get("root"),
  uri: given.get("root") + "/" + given.get("name"),
  text: given.get("text"),
  settings: JSON.parse(given.get("settings") ?? "{}"),
  theme: "light",
  onStatus: (status) => window.told.push(status),
  ...(given.has("quiet") ? {} : { onMessage: (text) => window.told.push({ kind: "message", text }) }),
  onShowDocument: (uri) => window.told.push({ kind: "shown", uri }),
  onChange: (text) => (window.now = text),
});
"""


class Pages:
    """A server of the page on this machine."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.split("?")[0]
                if name in ("/", "/page.js"):
                    body = (PAGE if name == "/" else SCRIPT).encode()
                    kind = ".html" if name == "/" else ".js"
                else:
                    file = ASSETS / Path(name).name
                    if not file.is_file():
                        self.send_error(404)
                        return
                    body, kind = file.read_bytes(), file.suffix
                self.send_response(200)
                self.send_header("Content-Type", TYPES[kind])
                self.send_header("Content-Security-Policy", POLICY)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Server:
    """`dovetail lsp --ws` for the mails of one folder."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "dovetail", "lsp", "--ws", "127.0.0.1:0", "--origin", origin],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.socket = self._process.stdout.readline().split()[-1]

    def close(self) -> None:
        self._process.kill()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Editor:
    """A page with the editor and its server."""

    def __init__(self, browser: Browser, pages: Pages, mails: Path) -> None:
        self.base, self._mails = pages.url, mails
        self.server = Server(mails, pages.url)
        self.page: Page = browser.new_page(viewport={"width": 900, "height": 420})
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def visit(self, text: str, **also: str) -> None:
        given = {"socket": self.server.socket, "root": self._mails.as_uri(), "name": "mail.tpl", "text": text}
        self.page.goto(f"{self.base}/?{urlencode({**given, **also})}")
        self.wait("window.told?.some(each => each.state === 'ready')")

    def open(self, text: str) -> None:
        self.visit(text)
        expect(self.page.locator(".codelens-decoration").first).to_contain_text("Preview", timeout=PATIENCE)

    def wait(self, expression: str) -> None:
        """Until something holds; playwright's own waiting needs a page that evaluates strings, which the policy forbids."""
        end = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"{expression} never came; the text is {self.text!r}"
            self.page.wait_for_timeout(50)

    def at(self, line: int, column: int) -> None:
        self.page.evaluate(f"made.editor.setPosition({{lineNumber: {line}, column: {column}}}); made.focus()")

    def run(self, action: str) -> None:
        self.page.evaluate(f"void made.editor.getAction({action!r}).run()")

    @property
    def text(self) -> str:
        return str(self.page.evaluate("made.text()"))

    def until(self, text: str) -> None:
        self.wait(f"made.text() === {json.dumps(text)}")

    def details(self, text: str) -> None:
        """Open what is told about the chosen completion; the same keys open the list where it has closed meanwhile."""
        shown = self.page.locator(".suggest-details:visible").filter(has_text=text)
        end = time.monotonic() + PATIENCE / 1000
        while not shown.count():
            assert time.monotonic() < end, "nothing was told about the completion"
            self.page.keyboard.press("Control+Space")
            self.page.wait_for_timeout(1500)

    def hold(self, holds: Callable[[], bool]) -> None:
        """Until something holds here; the browser's events are taken meanwhile."""
        end = time.monotonic() + PATIENCE / 1000
        while not holds():
            assert time.monotonic() < end, "that never came"
            self.page.wait_for_timeout(50)


NEVER = object()
"""For a question that is never answered."""


class Scripted:
    """A server in place of ours, for what ours says seldom: it answers what it was given, and keeps what it was told."""

    def __init__(self, page: Page, answers: Mapping[str, Any]) -> None:
        self.told: list[dict[str, Any]] = []
        self._answers = {"initialize": {"capabilities": {}}, **answers}
        self._route: WebSocketRoute | None = None
        page.route_web_socket("**/*", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        self._route = route
        route.on_message(self._take)

    def _take(self, message: str | bytes) -> None:
        told = json.loads(message)
        self.told.append(told)
        if "id" in told and "method" in told:
            answer = self._answers.get(told["method"])
            result = answer(told["params"]) if callable(answer) else answer
            if result is not NEVER:
                self.send(id=told["id"], result=result)

    def send(self, **message: object) -> None:
        assert self._route is not None
        self._route.send(json.dumps({"jsonrpc": "2.0", **message}))

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [each for each in self.told if each.get("method") == method]
