"""Which attempts deserve another, and when: pure decisions, the same for every integration."""

from __future__ import annotations

import json
from datetime import UTC
from email.utils import parsedate_to_datetime

from dovetail.engine.ports import Request, Response

ATTEMPTS = 4
"""How often a request is sent at most."""

LONGEST_WAIT = 20.0
"""A server that wants a longer pause (seconds) is given up for this render."""

_TRANSIENT = frozenset({429, 502, 503})


def repeatable(request: Request) -> bool:
    """Whether sending a request twice does no harm (RFC 9110 §9.2.2; a POST may have taken effect)."""
    return request.safe or request.method in {"GET", "PUT", "DELETE"}


def should_retry(request: Request, response: Response, attempt: int) -> bool:
    """Whether a reply is a passing fault. `attempt` counts from 1."""
    if attempt >= ATTEMPTS or not repeatable(request):
        return False
    if response.status in _TRANSIENT:
        return True
    if response.status in {500, 504}:
        # Often deterministic: a record that the shop fails on, a page too large for its time. Once more, no oftener.
        return attempt == 1
    if response.status == 401:
        # A nonce may collide; the next attempt has another one.
        return attempt == 1 and b"nonce" in response.body
    return response.status == 200 and garbled(request, response)


def verdict(request: Request, response: Response) -> str:
    """What a reply says about the other system as a whole: `well`, `unsaid`, or what is wrong, for people.

    A 500 says nothing: often it is one record that the shop fails on. Nor does a 429 that names its pause.
    """
    if response.status in {429, 500}:
        return "unsaid" if response.status == 500 or "retry-after" in response.headers else "the last with status 429"
    if response.status in {502, 503, 504}:
        return f"the last with status {response.status}"
    if response.status == 200 and garbled(request, response):
        return "the last with an answer that is not JSON"
    return "well"


def garbled(request: Request, response: Response) -> bool:
    """Whether a body is not what was expected: HTML of a bot check, a PHP warning before the JSON, cut off."""
    if request.expects == "bytes":
        return False
    try:
        json.loads(response.body)
    except (ValueError, RecursionError):
        return True
    return False


def wait(attempt: int, response: Response | None, jitter: float, now: float) -> float:
    """Seconds before the next attempt: what `Retry-After` says, else growing from 0.2 s with up to half of jitter."""
    asked = retry_after(response, now) if response is not None else None
    if asked is not None:
        return asked
    return 0.2 * 2.0 ** (attempt - 1) * (1 + jitter / 2)


def retry_after(response: Response, now: float) -> float | None:
    """The pause that a server asks for at `now`, in seconds (RFC 9110 §10.2.3: a number or a date)."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now)
