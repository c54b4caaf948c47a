"""The sample shop as a server on loopback: Magento's REST, product pictures and product pages.

It checks OAuth signatures as a real shop does. Its keys are no secrets: they are the same everywhere and open
a shop that only this computer can reach.
"""

from __future__ import annotations

import hmac
import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import cast
from urllib.parse import parse_qsl, unquote, urlsplit

from dovetail.demo.catalogue import PRODUCTS, Product
from dovetail.demo.pictures import picture
from dovetail.demo.rest import Refusal, Rest
from dovetail.demo.sales import Sales
from dovetail.demo.shapes import STORE, Shapes
from dovetail.providers.magento2.oauth import Credentials, signature

PORT = 8377
"""The port that is tried first, so that a settings file from an earlier run still fits."""

KEYS = Credentials(*(f"hazelandoak{name:0<21}" for name in ("key", "keysecret", "token", "tokensecret")))
"""What the shop's clients have to sign with."""

_WORD = re.compile(r"[a-z][A-Za-z-]*")

# Each brace of the style is followed by a blank: the pages lie beside templates, and `dovetail check` reads both.
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Hazel &amp; Oak</title>
<style>
body {{ margin: 0; background: #f6f1e9; color: #2d2a26; font: 17px/1.6 Georgia, serif }}
main {{ max-width: 480px; margin: 0 auto; padding: 32px 20px }}
img {{ max-width: 100%; border-radius: 8px; display: block }}
h1 {{ font-weight: normal; color: #26473d }}
small {{ color: #6f675c; font-family: Helvetica, Arial, sans-serif }}
</style></head>
<body><main><small>Hazel &amp; Oak, the sample shop of Dovetail</small><h1>{title}</h1>{body}</main></body></html>
"""


class DemoShop:
    """The sample shop. Use it as a context manager, or call `start` and `stop`.

    `requests` counts what was asked over REST since the start, by path, with ID for ids and SKUs.
    """

    def __init__(self, port: int = PORT) -> None:
        self.requests: Counter[str] = Counter()
        self._wanted_port = port
        self._lock = threading.Lock()
        self._nonces: set[str] = set()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._rest: Rest | None = None

    def start(self) -> DemoShop:
        """Open the shop: on the wanted port, or on any free one when that is taken."""
        if self._server is not None:
            return self
        try:
            self._server = _Server(("127.0.0.1", self._wanted_port), _Handler)
        except OSError:
            self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.shop = self
        now = datetime.now(tz=UTC)
        self._rest = Rest(Shapes(f"{self.url}/", now), Sales(now))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="dovetail-demo-shop", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the shop. May be called twice."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None

    def __enter__(self) -> DemoShop:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end.

        Raises:
            RuntimeError: the shop is closed.
        """
        if self._server is None:
            raise RuntimeError("the sample shop is closed: call start() first")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def settings(self) -> Mapping[str, str]:
        """Settings of the kind `magento2` for this shop."""
        return {
            "url": self.url,
            "store": STORE,
            "consumer_key": KEYS.consumer_key,
            "consumer_secret": KEYS.consumer_secret,
            "access_token": KEYS.access_token,
            "access_token_secret": KEYS.access_token_secret,
        }

    def file(self, path: str) -> tuple[str, bytes] | None:
        """What stands at a path outside the REST interface: its media type and content; None for nothing."""
        for product in PRODUCTS:
            if path == f"/media/catalog/product{product.file}":
                return "image/png", picture(product.picture)
            if path == f"/{product.url_key}.html":
                return "text/html; charset=utf-8", page(product, f"/media/catalog/product{product.file}").encode()
        return None

    def answer(self, target: str, authorization: str) -> tuple[int, object]:
        """Status and reply for a request below `/rest/`; `target` is the path with its query, as it was sent."""
        parts = urlsplit(target)
        store, *segments = parts.path.removeprefix("/rest/").split("/")
        if store == "V1":  # no code of a store view means the usual one
            store, segments = STORE, [store, *segments]
        # An encoded slash belongs to its segment: it stays encoded until the route is known.
        path = "/" + "/".join(unquote(item).replace("/", "\x00") for item in segments[1:])
        with self._lock:
            self.requests["/".join(item if _WORD.fullmatch(item) else "ID" for item in path.split("/")[1:])] += 1
        try:
            if self._rest is None or segments[:1] != ["V1"]:
                raise Refusal(404, "Request does not match any route.")
            self._check(target, authorization)
            return 200, self._rest.answer(store, path, parse_qsl(parts.query, keep_blank_values=True))
        except Refusal as refusal:
            return refusal.status, refusal.as_json()

    def _check(self, target: str, authorization: str) -> None:
        """OAuth 1.0a, as Magento checks it."""
        scheme, _, rest = authorization.partition(" ")
        pairs = (part.strip().partition("=") for part in rest.split(","))
        proof = {name: unquote(value.strip('"')) for name, _, value in pairs if name.startswith("oauth_")}
        if scheme.lower() != "oauth" or not proof:
            raise Refusal(
                401, "The consumer isn't authorized to access %resources.", {"resources": "Magento_Backend::store"}
            )
        if proof.get("oauth_consumer_key") != KEYS.consumer_key:
            raise Refusal(401, "A consumer having the specified key does not exist")
        if proof.get("oauth_token") != KEYS.access_token:
            raise Refusal(401, "Specified token does not exist")
        given = proof.pop("oauth_signature", "")
        if not hmac.compare_digest(given, signature("GET", self.url + target, proof, KEYS)):
            raise Refusal(401, "The signature is invalid. Verify and try again.")
        with self._lock:
            nonce = proof.get("oauth_nonce", "")
            if nonce in self._nonces:
                raise Refusal(401, "The nonce is already being used by the consumer with ID %1", [1])
            self._nonces.add(nonce)


def page(product: Product, image: str) -> str:
    """A product's page; `image` is the address of its picture."""
    price = f"€ {product.final_price:.2f}"
    was = f" <s>€ {product.price:.2f}</s>" if product.special_price is not None else ""
    body = f'<img src="{image}" alt=""><p><b>{price}</b>{was}</p><p>{escape(product.short)}</p>{product.text}'
    return _PAGE.format(title=escape(product.name), body=body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # On Windows the option would let two shops share a port.
    allow_reuse_address = sys.platform != "win32"
    shop: DemoShop


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "DovetailDemo"
    timeout = 30

    def do_GET(self) -> None:
        """Answer one request."""
        shop = cast("_Server", self.server).shop
        if self.path.startswith("/rest/"):
            status, reply = shop.answer(self.path, self.headers.get("Authorization", ""))
            self._send(status, "application/json; charset=utf-8", json.dumps(reply).encode())
            return
        found = shop.file(unquote(urlsplit(self.path).path))
        if found is None:
            self._send(404, "text/plain; charset=utf-8", b"There is nothing here.")
        else:
            self._send(200, *found)

    def _send(self, status: int, media: str, body: bytes) -> None:
        self.send_response(HTTPStatus(status))
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in the base class
        """Say nothing: the command tells what was asked."""
