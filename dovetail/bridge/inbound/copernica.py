"""Copernica's webhooks: headers, a digest of the body among them, signed with RSA (draft-cavage-http-signatures-11).

The public key is a TXT record of DNS in the form of DKIM (RFC 6376 §3.6.1). It changes every month, so it is looked up
for each request, or kept for as long as DNS says.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from dovetail.bridge.inbound.pushed import Accepted, Pushed, nonce, readable, timely
from dovetail.bridge.inbound.refusal import Refused
from dovetail.bridge.inbound.signatures import any_fits, rsa_fits

_TARGET = "(request-target)"
_COVERED = (_TARGET, "host", "date", "x-copernica-id", "digest")
"""What a signature covers at least; one that leaves any of these out is not Copernica's."""

_PARAMETER = r'[A-Za-z]+="[^"]*"'
_PARAMETERS = re.compile(rf"{_PARAMETER}(?:[, ]+{_PARAMETER})*")
_KEY_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.){1,8}copernica\.com", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Signature:
    """The header `Signature`: the name of its key in DNS, the headers that it covers in their order, and itself."""

    key: str
    covers: tuple[str, ...]
    text: str = field(repr=False)


def copernica_key_name(pushed: Pushed) -> str:
    """The name in DNS whose TXT record holds the public key: always one below copernica.com. Nothing is verified yet.

    Raises:
        Refused: 400 or 401.
    """
    return _signature(pushed).key


def verify_copernica(
    pushed: Pushed, keys: Mapping[str, str], account: int, host: str, target: str, now: float
) -> Accepted:
    """Whether Copernica signed a request of our account, for this host and address, lately.

    `keys`: TXT records (`v=DKIM1; k=rsa; p=…`) by their names in DNS. `host` is ours; `target` is the path with the
    query, as they came. That it came over HTTPS is the caller's to see.

    Raises:
        Refused: 400, 401 or 413.
    """
    pushed.check_size()
    signature = _signature(pushed)
    if pushed.header("host").lower() != host.lower():
        raise Refused("the request is for another host")
    # The pages of Copernica write it with either sign, and once with a capital.
    if pushed.header("x-copernica-id").lower() not in {f"account-{account}", f"account_{account}"}:
        raise Refused("the request is of another account")
    expires_at = timely(_moment(pushed.header("date")), now)
    _check_digest(pushed)
    signed = _signed(pushed, signature.covers, target)
    if signature.key not in keys or not rsa_fits(_pem(keys[signature.key]), signature.text, signed):
        raise Refused("the signature fits no public key that is known")
    return Accepted(nonce("copernica", signed), expires_at)


def _signature(pushed: Pushed) -> _Signature:
    text = pushed.header("signature", missing=401)
    found = re.findall(r'([A-Za-z]+)="([^"]*)"', text) if _PARAMETERS.fullmatch(text) else []
    parameters: dict[str, str] = dict(found)
    if len(parameters) != len(found) or not {"keyId", "algorithm", "headers", "signature"} <= parameters.keys():
        raise Refused("the header signature cannot be read", 400)
    if parameters["algorithm"].lower() != "rsa-sha256":
        raise Refused("the request is not signed with rsa-sha256", 400)
    key, covers = parameters["keyId"].lower(), tuple(parameters["headers"].lower().split())
    if not _KEY_NAME.fullmatch(key):
        raise Refused("the signature is not by a key of copernica.com")
    missing = [name for name in _COVERED if name not in covers]
    if missing:
        raise Refused(f"the signature does not cover {', '.join(missing)}")
    return _Signature(key, covers, parameters["signature"])


def _moment(text: str) -> float:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise Refused("the header date is no date", 400) from None


def _check_digest(pushed: Pushed) -> None:
    algorithm, _, given = pushed.header("digest").partition("=")
    if algorithm.lower() != "sha-256":
        raise Refused("the header digest is none of SHA-256", 400)
    if not any_fits([base64.b64encode(hashlib.sha256(pushed.body).digest()).decode()], [given]):
        raise Refused("the body is not the one that was signed")


def _signed(pushed: Pushed, covers: tuple[str, ...], target: str) -> bytes:
    """The text that was signed (§2.3 of the draft): a line for each header that is covered."""
    values = {**pushed.headers, _TARGET: f"{pushed.method.lower()} {target}"}
    # Their names are the sender's: they stand in no reason.
    if not all(values.get(name) and readable(values[name]) for name in covers):
        raise Refused("a header that the signature covers is missing or cannot be read", 400)
    return "\n".join(f"{name}: {values[name]}" for name in covers).encode()


def _pem(record: str) -> str:
    """The key of a TXT record in PEM; of one that holds none, a text that is no key."""
    pairs = (part.partition("=") for part in record.split(";"))
    tags = {name.strip(): "".join(value.split()) for name, _, value in pairs}
    if tags.get("v", "DKIM1") != "DKIM1" or tags.get("k", "rsa") != "rsa":
        return ""
    return f"-----BEGIN PUBLIC KEY-----\n{tags.get('p', '')}\n-----END PUBLIC KEY-----\n"
