"""Posts an event to a destination by Standard Webhooks 1.0.

The caller gives the HTTP client, and with it the rules for private addresses, proxies and certificates.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dovetail.bridge.actions.outcome import Undelivered
from dovetail.engine.ports import Response
from dovetail.errors import SettingsError, UsageError
from dovetail.providers.retries import retry_after

if TYPE_CHECKING:
    import httpx

LARGEST_PAYLOAD = 20_000
"""Bytes of a body that are sent at most, as Standard Webhooks recommends."""

_SCHEDULE = (0.0, 5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)

_LONGEST_WAIT = _SCHEDULE[-1]
"""A destination may not put an event off for longer (seconds)."""

_LARGEST_REPLY = 64 * 1024

_PASSING = frozenset({408, 425, 429})

# A dot would let the end of an id be read as the time, and the time as the body: the three are signed as one.
_ID = re.compile(r"[!-\-/-~]{1,256}")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where events are posted. Each of the `secrets` signs, so that a receiver can change from one to the next.

    `timeout` is in seconds, for the whole exchange.
    """

    # The path of a webhook is often its password.
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    timeout: float = 20.0


def check(destination: Destination) -> None:
    """Whether a destination can be used at all.

    Raises SettingsError: the address is not one of http or https, there is no secret, a secret is not
    `whsec_` and 24 to 64 bytes in base64, or the timeout is no time.
    """
    try:
        parts = urlsplit(destination.url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("the address of a webhook begins with https:// and names a host")
    if not 0 < destination.timeout < float("inf"):
        raise SettingsError("the timeout of a webhook is a number of seconds above 0")
    if not destination.secrets:
        raise SettingsError("a webhook needs a secret that signs it")
    for secret in destination.secrets:
        signing_key(secret)


def retry_delay(attempt: int, jitter: float) -> float | None:
    """Seconds to wait before an attempt, by the schedule of Standard Webhooks; None: it is given up.

    `attempt` counts from 1, which is sent at once. `jitter`, from 0 to 1, adds up to a tenth, so that events
    which failed together do not come back together. Raises UsageError for an attempt before the first.
    """
    if attempt < 1:
        raise UsageError("attempts count from 1")
    if attempt > len(_SCHEDULE):
        return None
    return _SCHEDULE[attempt - 1] * (1 + jitter / 10)


async def post(
    client: httpx.AsyncClient,
    destination: Destination,
    id: str,  # noqa: A002
    body: bytes,
    now: float,
    address: str | None = None,
) -> None:
    """Post a JSON `body`, signed at `now` (seconds since 1970).

    `id` names the event and stays the same with each attempt, so that a receiver can tell a repetition. `address`: the
    IP address to connect to, where its name was looked up already and must not lead elsewhere meanwhile.
    Raises Undelivered for everything but a 2xx answer.
    """
    import httpx

    try:
        check(destination)
        headers = _headers(destination.secrets, id, body, now)
        url = httpx.URL(destination.url)
    except SettingsError as error:
        raise Undelivered(str(error), again=False) from None
    except httpx.InvalidURL:
        raise Undelivered("the address of the webhook is not one", again=False) from None
    there = {} if address is None else {"host": address}
    named = {} if address is None else {"sni_hostname": url.host}
    request = client.build_request(
        "POST",
        # Path and query go by `target` alone: httpx writes the address into its log, and they may be a password.
        url.copy_with(userinfo=b"", path="/", query=None, fragment=None, **there),
        headers={**headers, "host": url.netloc.decode("ascii")},
        content=body,
        extensions={"target": url.raw_path, **named},
        timeout=destination.timeout,
    )
    auth = httpx.BasicAuth(url.username, url.password) if url.userinfo else None
    reply: httpx.Response | None = None
    try:
        async with asyncio.timeout(destination.timeout):
            reply = await client.send(request, stream=True, auth=auth, follow_redirects=False)
            try:
                await _read_off(reply)
            finally:
                await reply.aclose()
    except (httpx.TransportError, OSError) as error:
        # Once the status is there, the answer is given: what happens to its body does not matter.
        if reply is None:
            raise Undelivered(_fault(error, destination.timeout), again=True) from None
    _judge(reply.status_code, reply.headers, now)


async def _read_off(reply: httpx.Response) -> None:
    """Read a short body and forget it: only then can the connection serve once more."""
    size = 0
    async for piece in reply.aiter_raw():
        size += len(piece)
        if size > _LARGEST_REPLY:
            return


def _headers(secrets: tuple[str, ...], id: str, body: bytes, now: float) -> dict[str, str]:  # noqa: A002
    if not _ID.fullmatch(id):
        raise Undelivered("the id of an event is up to 256 ASCII characters without a space or a dot", again=False)
    if len(body) > LARGEST_PAYLOAD:
        raise Undelivered(f"the payload has {len(body)} bytes, more than {LARGEST_PAYLOAD}", again=False)
    signed = b"%s.%d.%s" % (id.encode("ascii"), int(now), body)
    signatures = (base64.b64encode(hmac.digest(signing_key(secret), signed, "sha256")) for secret in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(f"v1,{signature.decode('ascii')}" for signature in signatures),
    }


def signing_key(secret: str) -> bytes:
    """A secret's bytes.

    Raises SettingsError: it is not `whsec_` and 24 to 64 bytes in base64.
    """
    text = secret.removeprefix("whsec_")
    key = b""
    if text != secret:
        # Some issue secrets without the padding, and receivers take them.
        with suppress(binascii.Error, ValueError):
            key = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    if not 24 <= len(key) <= 64:
        raise SettingsError("the secret of a webhook is `whsec_` and 24 to 64 bytes in base64")
    return key


def new_signing_secret() -> str:
    """A secret that nobody guesses."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode('ascii')}"


def _fault(error: Exception, timeout: float) -> str:
    import httpx

    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"the destination did not answer within {timeout:g} seconds"
    if isinstance(error, httpx.ConnectError):
        return "the destination cannot be reached"
    return "the destination broke off the connection"


def _judge(status: int, headers: Mapping[str, str], now: float) -> None:
    if 200 <= status < 300:
        return
    if status == 410:
        raise Undelivered("the destination wants no more events (410)", again=False, disable=True)
    if 300 <= status < 400:
        raise Undelivered(f"the destination has moved ({status}), and redirects are not followed", again=False)
    again = status in _PASSING or status >= 500
    after: float | None = None
    if again:
        after = retry_after(Response(status, headers, b"", now), now)
    raise Undelivered(
        f"the destination answered with status {status}",
        again=again,
        after=None if after is None else min(after, _LONGEST_WAIT),
    )
