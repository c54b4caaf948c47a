"""A page with the editor, as somebody's own page would have it: under a strict content security policy."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dovetail.lsp

ASSETS = Path(next(iter(dovetail.lsp.__path__))) / "assets/monaco"
TYPES = {".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf", ".html": "text/html; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; worker-src 'self'; "
    "img-src 'self' data:; connect-src ws://127.0.0.1:*"
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
  theme: "light",
  onStatus: (status) => window.told.push(status),
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
