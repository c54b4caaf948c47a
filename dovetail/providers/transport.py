"""Sends requests: the only file that meets httpx.

Politeness and prudence stand here, for every provider alike: few connections to a shop, retries only where
they do no harm, no foreign addresses, no cookies, no redirects, bounded replies. A reply is handed on as it
came, whatever its status; only what is no reply is an error.
"""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import ssl
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from dovetail.engine.ports import Request, Response
from dovetail.errors import OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.addresses import is_public
from dovetail.providers.clocks import skew
from dovetail.providers.gates import Gate, Passage
from dovetail.providers.kinds import Integration
from dovetail.providers.lanes import Lanes
from dovetail.providers.quiet import keep_headers_out_of_logs
from dovetail.providers.retries import ATTEMPTS, LONGEST_WAIT, repeatable, retry_after, should_retry, verdict, wait
from dovetail.providers.tally import TALLY, Tally

log = logging.getLogger(__name__)

LARGEST_REPLY = 64 * 1024 * 1024
"""Bytes of one reply that are read at most."""


_KEPT_REPLIES = 500

_FAULTS = (httpx.TransportError, httpx.DecodingError, OSError)
"""What is no reply."""


class Transport:
    """Sends requests of all integrations from one event loop.

    Processes that are given the same `folder` count their requests together.
    """

    def __init__(self, integrations: Mapping[str, Integration], folder: Path | None = None) -> None:
        self._integrations = integrations
        # A client for each integration: two shops behind one address must not share a connection, whose
        # certificate was checked for one of them only.
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._trusted: ssl.SSLContext | None = None
        self._gates = {
            name: Gate(name, item.policy, Lanes(folder, name, item.policy.concurrency))
            for name, item in integrations.items()
        }
        self._skews: dict[str, float] = {}
        self._kept: OrderedDict[tuple[str, str], tuple[float, Response]] = OrderedDict()
        self._flying: dict[tuple[str, str], asyncio.Task[Response | ProviderError]] = {}
        self.sent = Tally()

    async def close(self) -> None:
        """End all connections."""
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()
        for gate in self._gates.values():
            gate.close()

    def forget(self) -> None:
        """Forget the replies that many answers need."""
        self._kept.clear()

    def new_run(self) -> None:
        """Begin new budgets."""
        for gate in self._gates.values():
            gate.new_run()

    async def send(self, identifier: str, request: Request) -> Response | ProviderError:
        """The reply, or why there is none. Equal requests that are under way share one reply."""
        if request.method != "GET":
            return await self._attempts(identifier, request)
        key = (identifier, request.url)
        kept = self._kept.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        flight = self._flying.get(key)
        if flight is None:
            # A task of its own: whoever else waits for it must not be stopped when the first one is.
            flight = self._flying[key] = asyncio.create_task(self._attempts(identifier, request))
            flight.add_done_callback(lambda _: self._flying.pop(key, None))
        result = await asyncio.shield(flight)
        if request.keep_for and isinstance(result, Response) and result.status == 200:
            self._kept[key] = (time.monotonic() + request.keep_for, result)
            while len(self._kept) > _KEPT_REPLIES:
                self._kept.popitem(last=False)
        return result

    async def _attempts(self, identifier: str, request: Request) -> Response | ProviderError:
        gate = self._gates[identifier]
        # Made before a turn is taken: reading the authorities takes a second on a slow machine.
        client = self._client(identifier)
        attempt = 0
        while True:
            attempt += 1
            response: Response | None = None
            try:
                async with gate.passage() as passage:
                    response = await self._attempt(client, identifier, request, attempt, passage)
            except ProviderError as error:
                return error
            except _FAULTS as error:
                # A certificate does not get better by asking again.
                final = attempt >= ATTEMPTS or isinstance(_root(error), ssl.SSLError)
                if final or not repeatable(request):
                    return _unreachable(identifier, request, error)
            if response is not None and not should_retry(request, response, attempt):
                # As it came, whatever its status: what that means, the provider knows best.
                return response
            pause = wait(attempt, response, random.random(), time.time())  # noqa: S311  # jitter, not a secret
            if pause > LONGEST_WAIT:
                return self._too_long(identifier, response, pause)
            if response is not None and (response.status == 429 or retry_after(response, time.time()) is not None):
                # One refusal is meant for all: the other requests to this integration wait as well.
                gate.hold(pause)
            log.info("%s: attempt %d failed, next in %.1f s", identifier, attempt, pause)
            await asyncio.sleep(pause)

    async def _attempt(
        self, client: httpx.AsyncClient, identifier: str, request: Request, attempt: int, passage: Passage
    ) -> Response:
        try:
            response = await self._once(client, identifier, request, attempt)
        except _FAULTS as error:
            passage.failed(_unreachable(identifier, request, error).message)
            raise
        match verdict(request, response):
            case "well":
                passage.succeeded()
            case "unsaid":
                pass
            case trouble:
                passage.failed(trouble)
        return response

    def _too_long(self, identifier: str, response: Response | None, pause: float) -> UnreachableError:
        asked = f"asks to wait {pause:.0f} seconds (status {response.status if response else 0})"
        self._gates[identifier].shut(pause, f"it {asked}")
        return UnreachableError(
            f"`{identifier}` {asked}",
            identifier=identifier,
            help="try again later; where it limits requests (429), its operator can raise the limit",
            retryable=True,
        )

    async def _once(self, client: httpx.AsyncClient, identifier: str, request: Request, attempt: int) -> Response:
        integration = self._integrations[identifier]
        # Signed anew each time: a nonce is used up even by an attempt that failed.
        sent_at = time.time()
        authorised = integration.provider.authorize(replace(request, at=sent_at + self._skews.get(identifier, 0.0)))
        url = _usable(identifier, authorised.url)
        headers = {"accept": "application/json", **authorised.headers, "host": url.netloc.decode("ascii")}
        extensions: dict[str, object] = {"target": _target(authorised.url)}
        if not integration.policy.allow_private_addresses:
            # The address that was checked is the one that is used: a name may point elsewhere a moment later.
            address = await _public_address(identifier, url, attempt)
            extensions["sni_hostname"] = url.host
            url = url.copy_with(host=address)
        self.sent.requests += 1
        if (tally := TALLY.get()) is not None:
            tally.requests += 1
        async with asyncio.timeout(integration.policy.timeout):
            sent = client.build_request(
                authorised.method,
                # Path and query go by `target` alone: httpx would spell them anew, and write them into its log.
                url.copy_with(path="/", query=None, fragment=None),
                headers=headers,
                content=authorised.body or None,
                extensions=extensions,
                timeout=httpx.Timeout(integration.policy.timeout, pool=None),
            )
            reply = await client.send(sent, stream=True)
            try:
                body = bytearray()
                async for piece in reply.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST_REPLY:
                        raise OddAnswerError(
                            f"`{identifier}` sent a reply of more than {LARGEST_REPLY // 1024 // 1024} MB",
                            identifier=identifier,
                            help="ask for fewer records at once",
                        )
            finally:
                await reply.aclose()
        response = Response(
            reply.status_code, {k.lower(): v for k, v in reply.headers.items()}, bytes(body), time.time()
        )
        difference = skew(response.headers, sent_at, response.at)
        if difference is not None:
            self._skews[identifier] = difference
        return response

    def _client(self, identifier: str) -> httpx.AsyncClient:
        client = self._clients.get(identifier)
        if client is None:
            keep_headers_out_of_logs()
            if self._trusted is None:
                # The authorities that come with httpx, and those of this machine: a shop may have its own.
                self._trusted = httpx.create_ssl_context()
                self._trusted.load_default_certs()
            client = self._clients[identifier] = httpx.AsyncClient(
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=15),
                follow_redirects=False,
                # A PHP session cookie would make the shop answer one request at a time.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                verify=self._trusted,
                # A .netrc would replace the signature, and a proxy would resolve names behind our back.
                trust_env=False,
                headers={"user-agent": "Dovetail"},
            )
        return client


def _target(url: str) -> bytes:
    """Path and query exactly as given: they are signed, so nothing may spell them anew."""
    rest = url.split("://", 1)[1].split("#", 1)[0]
    start = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    return (rest[start:] if rest[start:].startswith("/") else f"/{rest[start:]}").encode("ascii")


def _usable(identifier: str, address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise OddAnswerError(
            f"`{identifier}` has no usable address", identifier=identifier, help="its url begins with https://"
        )
    return url


async def _public_address(identifier: str, url: httpx.URL, attempt: int) -> str:
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpx.ConnectError(f"the name {url.host} is not known") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_public(address):
            raise UnreachableError(
                f"`{identifier}` leads to the private address {address}",
                identifier=identifier,
                help="set allow_private_addresses = true for a shop in your own network",
            )
    # Each attempt tries another one: a name may have an address that is down, or IPv6 that leads nowhere.
    return addresses[(attempt - 1) % len(addresses)]


def _unreachable(identifier: str, request: Request, error: Exception) -> UnreachableError:
    host = httpx.URL(request.url).netloc.decode("ascii")
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        what = f"`{identifier}` does not answer in time ({host})"
    elif isinstance(error, httpx.ConnectError):
        what = f"`{identifier}` cannot be reached at {host}"
        reason = _root(error)
        if isinstance(reason, socket.gaierror):
            what += ": there is no such name (DNS)"
        elif isinstance(reason, ssl.SSLCertVerificationError):
            what += f": its certificate is not valid ({reason.verify_message})"
        elif isinstance(reason, ssl.SSLError):
            what += ": it does not speak TLS (https) there"
    else:
        what = f"`{identifier}` broke off its answer ({host})"
    return UnreachableError(
        what, identifier=identifier, help="check the address and whether the shop is online", retryable=True
    )


def _root(error: BaseException) -> BaseException:
    """The first cause of an exception."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
