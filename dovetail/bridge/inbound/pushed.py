"""A request as it came, what is known once it is accepted, and what all schemes ask of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from dovetail.bridge.inbound.refusal import Refused

LIMIT = 262_144
"""Bytes that a body may have."""

TOLERANCE = 300.0
"""Seconds that the time in a request may be before or after ours."""

REMEMBERED = 86_400.0
"""Seconds for which a request that says no time is to be known again."""

_LONGEST_HEADER = 8_192


@dataclass(frozen=True, slots=True)
class Pushed:
    """A request as it came. Names of headers are in small letters; `body` is what was sent, byte by byte."""

    method: str
    # Not shown: a request that ends in a log would bring signatures and data of persons there.
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    query: Mapping[str, str] = field(repr=False)

    def header(self, name: str, missing: int = 400) -> str:
        """A header's value: never empty, printable ASCII only.

        Raises:
            Refused: `missing` where it is not there, 400 where it is odd.
        """
        value = self.headers.get(name, "")
        if not value:
            raise Refused(f"the header {name} is missing", missing)
        if len(value) > _LONGEST_HEADER or not readable(value):
            raise Refused(f"the header {name} cannot be read", 400)
        return value

    def check_size(self) -> None:
        """Nothing is computed over a body that is too large.

        Raises:
            Refused: 413.
        """
        if len(self.body) > LIMIT:
            raise Refused(f"the request is larger than {LIMIT} bytes", 413)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that its sender signed.

    The caller stores `nonce` (64 hex digits) and refuses a request with the same one until `expires_at` (Unix seconds).
    """

    nonce: str
    expires_at: float


def readable(text: str) -> bool:
    """Whether a text is printable ASCII: with a line break in it, one header could pass for two."""
    return text.isascii() and text.isprintable()


def timely(moment: float, now: float) -> float:
    """Until when (Unix seconds) a request of `moment` is to be known again.

    Raises:
        Refused: 401, it is more than `TOLERANCE` from `now`.
    """
    if abs(now - moment) > TOLERANCE:
        raise Refused("the request is too old, or from the future")
    # Longer than it would be taken: our clock may be set back meanwhile.
    return moment + 2 * TOLERANCE


def nonce(scheme: str, *parts: bytes) -> str:
    """A digest that names a request: the same for the same parts, another for any others."""
    digest = hashlib.sha256(scheme.encode())
    for part in parts:
        # With its length, so that no byte can move from one part into the next.
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
