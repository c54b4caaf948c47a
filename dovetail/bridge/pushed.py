"""Requests of other systems that say something changed, verified over their bodies as they came. Pure.

A push is a hint only: what changed is read from the shop, by the same way as without it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from dovetail.errors import DovetailError
from dovetail.integrations.store.hooks import Scheme

LARGEST = 262_144
"""Bytes of a body."""
TOLERANCE = 300.0
"""Seconds that a request's time may differ from ours."""
_REMEMBERED = 86_400.0
"""Seconds for which a request without a time is known again."""
_LONGEST = 256


class Refused(DovetailError):
    """A request that is not what it says. `status` is that of HTTP."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Verified:
    """A request that its sender signed: what it is known by, and until when (Unix seconds)."""

    mark: str
    expires_at: float


def verify(scheme: Scheme, secret: str, headers: Mapping[str, str], body: bytes, now: float) -> Verified:
    """Whether a request was signed with a secret; several secrets stand in one text with spaces between them.

    Names of headers are in small letters. `standard-webhooks`: https://www.standardwebhooks.com. `mage-os`: the
    async-events module of Mage-OS (facts of Magento, "Push instead of polling").

    Raises:
        Refused: it was not, it is old, or too large.
    """
    if len(body) > LARGEST:
        raise Refused("the request is too large", 413)
    if scheme == "mage-os":
        return _mage_os(secret, headers, body, now)
    return _standard(secret, headers, body, now)


def _standard(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> Verified:
    name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or len(name) > _LONGEST or not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        raise Refused("the request says neither its id nor its time", 400)
    if abs(now - int(moment)) > TOLERANCE:
        raise Refused("the request is too old, or from the future")
    signed = f"{name}.{moment}.".encode() + body
    given = [
        part[3:].encode("utf-8", "replace")
        for part in headers.get("webhook-signature", "").split(" ")
        if part.startswith("v1,")
    ]
    for each in secret.split():
        wanted = base64.b64encode(hmac.digest(_key(each), signed, hashlib.sha256))
        # Each is compared, whichever fits: how long that takes says nothing.
        if any([hmac.compare_digest(wanted, other) for other in given]):  # noqa: C419
            return Verified(name, now + 2 * TOLERANCE)
    raise Refused("the signature is wrong")


def _mage_os(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> Verified:
    given = headers.get("x-magento-signature", "").encode("utf-8", "replace")
    for each in secret.split():
        wanted = hmac.new(each.encode(), body, hashlib.sha256).hexdigest().encode()
        if hmac.compare_digest(wanted, given):
            return Verified(wanted.decode(), now + _REMEMBERED)
    raise Refused("the signature is wrong")


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()
