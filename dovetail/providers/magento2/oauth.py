"""OAuth 1.0a as Magento checks it: HMAC-SHA256 over parameters in PHP's natural order.

RFC 5849 sorts parameters by bytes; Magento sorts them with PHP's strnatcmp, so that `[2]` comes before
`[10]`. Both orders agree until an index reaches ten (facts/magento.md §3, "Signing").
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from urllib.parse import quote, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Credentials:
    """The four values of a Magento integration (System > Integrations)."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


def encode(text: str) -> str:
    """Percent-encoding of RFC 3986: everything but letters, digits and `-._~`."""
    return quote(text, safe="-._~")


def header(method: str, url: str, credentials: Credentials, nonce: str, timestamp: int) -> str:
    """The Authorization header for exactly this URL. A nonce (32 characters at most) is good for one attempt."""
    proof = {
        "oauth_consumer_key": credentials.consumer_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(timestamp),
        "oauth_token": credentials.access_token,
        "oauth_version": "1.0",
    }
    proof["oauth_signature"] = signature(method, url, proof, credentials)
    return "OAuth " + ",".join(f'{name}="{encode(value)}"' for name, value in proof.items())


def signature(method: str, url: str, proof: Mapping[str, str], credentials: Credentials) -> str:
    """The signature, in base64."""
    text = base_string(method, url, proof)
    key = f"{encode(credentials.consumer_secret)}&{encode(credentials.access_token_secret)}"
    return b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def base_string(method: str, url: str, proof: Mapping[str, str]) -> str:
    """What is signed: the method, the address without its query, and all parameters in order."""
    parts = urlsplit(url)
    pairs = {encode(name): encode(value) for name, value in (*_query(parts.query), *proof.items())}
    ordered = sorted(pairs, key=cmp_to_key(natural_order))
    joined = "&".join(f"{name}={pairs[name]}" for name in ordered)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return "&".join([method.upper(), encode(f"{parts.scheme}://{host}{port}{parts.path or '/'}"), encode(joined)])


def _query(query: str) -> Sequence[tuple[str, str]]:
    # Magento looks only at pairs with exactly one `=`, and does not read `+` as a space.
    split = [part.split("=") for part in query.split("&")]
    return [(unquote(pair[0]), unquote(pair[1])) for pair in split if len(pair) == 2]


def natural_order(left: str, right: str) -> int:
    """PHP's strnatcmp: runs of digits compare as numbers, except after a leading zero, where they compare
    digit by digit like fractions; white space does not count.
    """
    a = b = 0
    while True:
        while a < len(left) and left[a].isspace():
            a += 1
        while b < len(right) and right[b].isspace():
            b += 1
        if a >= len(left) or b >= len(right):
            return (a < len(left)) - (b < len(right))
        if _digit(left[a]) and _digit(right[b]):
            first, second = _run(left, a), _run(right, b)
            order = _fractions(first, second) if first[0] == "0" or second[0] == "0" else _numbers(first, second)
            if order:
                return order
            a += len(first)
            b += len(second)
            continue
        if left[a] != right[b]:
            return -1 if left[a] < right[b] else 1
        a += 1
        b += 1


def _digit(character: str) -> bool:
    return "0" <= character <= "9"


def _run(text: str, start: int) -> str:
    end = start
    while end < len(text) and _digit(text[end]):
        end += 1
    return text[start:end]


def _numbers(first: str, second: str) -> int:
    if len(first) != len(second):
        return -1 if len(first) < len(second) else 1
    return (first > second) - (first < second)


def _fractions(first: str, second: str) -> int:
    return (first > second) - (first < second)
