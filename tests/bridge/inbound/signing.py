"""The other side: what each system would send, signed as its documentation says."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from standardwebhooks.webhooks import Webhook

from dovetail.bridge.inbound.verify import Accepted, Pushed, Refused

NOW = 1_800_000_000.0
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"t" * 32).decode()
TOKEN = "verification-token"
CLIENT = "our-client-id"
PATHS = ("/prod/keys/pub-key-11111111-aaaa.pem", "/prod/keys/pub-key-22222222-bbbb.pem")
KEY_NAME = "one._domainkey.copernica.com"
HOST = "hooks.ours.example"
TARGET = "/hooks/hook_1?from=copernica"
COVERED = "(request-target) Host Date Content-length Content-type X-Copernica-ID Digest X-nonce"

ORDER = b'{"type": "order.created", "data": {"id": 17, "name": "Zo\xc3\xab"}}'
EVENT = b'{"event_id": "e1", "recipient_client_id": "our-client-id", "data": {"key": "k"}}'
FORM = b"type=create&profile=17&fields%5Bname%5D=Ann"


def pushed(headers: dict[str, str], body: bytes, method: str = "POST", query: dict[str, str] | None = None) -> Pushed:
    return Pushed(method, headers, body, query or {})


def altered(request: Pushed, **headers: str | None) -> Pushed:
    """A request with other headers (`_` for `-`); None: without this one."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in {**request.headers, **named}.items() if value is not None}
    return replace(request, headers=kept)


def refused(act: Callable[[], object]) -> int:
    """The status of a refusal, whose reason says nothing of what was sent or is secret."""
    with pytest.raises(Refused) as caught:
        act()
    reason = str(caught.value)
    assert reason
    assert reason.isascii()
    for word in (SECRET, TOKEN, CLIENT, "order.created", "recipient", "profile", "v1,", "Zo", "secret-text"):
        assert word not in reason
    return caught.value.status


def spoiled(text: str, at: int) -> str:
    """A signature with one of its characters changed to another that could stand there."""
    return text[:at] + ("a" if text[at] != "a" else "b") + text[at + 1 :]


def shortened(value: object) -> str:
    """A parameter in the name of a test."""
    return ascii(value)[:24]


def same(one: Accepted, other: Accepted) -> bool:
    """Whether the second would be refused as the first sent again."""
    return one.nonce == other.nonce


@cache
def rsa_key(number: int) -> RSAPrivateKey:
    assert number >= 0
    return generate_private_key(65537, 2048)


def signed_with(number: int, message: bytes) -> str:
    return base64.b64encode(rsa_key(number).sign(message, PKCS1v15(), SHA256())).decode()


def pem(number: int) -> str:
    return rsa_key(number).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def record(number: int) -> str:
    """A TXT record as of DKIM."""
    der = rsa_key(number).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def standard(body: bytes = ORDER, secret: str = SECRET, at: float = NOW, name: str = "msg_1") -> Pushed:
    """As the reference implementation signs."""
    signature = Webhook(secret).sign(name, datetime.fromtimestamp(at, UTC), body.decode())
    headers = {"webhook-id": name, "webhook-timestamp": str(int(at)), "webhook-signature": signature}
    return pushed(headers, body)


def mage_os(body: bytes = ORDER, token: str = TOKEN) -> Pushed:
    return pushed({"x-magento-signature": hmac.new(token.encode(), body, hashlib.sha256).hexdigest()}, body)


def adobe(body: bytes = EVENT) -> Pushed:
    headers = {
        "x-adobe-digital-signature-1": signed_with(0, body),
        "x-adobe-public-key1-path": PATHS[0],
        "x-adobe-digital-signature-2": signed_with(1, body),
        "x-adobe-public-key2-path": PATHS[1],
    }
    return pushed(headers, body)


def adobe_keys() -> dict[str, str]:
    return {PATHS[0]: pem(0), PATHS[1]: pem(1)}


def copernica(
    body: bytes = FORM,
    at: float = NOW,
    covered: str = COVERED,
    key_name: str = KEY_NAME,
    algorithm: str = "rsa-sha256",
    target: str = TARGET,
    **changed: str,
) -> Pushed:
    """As Copernica's documentation shows; `changed` headers (`_` for `-`) are signed too."""
    headers = {
        "host": HOST,
        "date": format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True),
        "x-copernica-id": "account-1234",
        "digest": f"SHA-256={base64.b64encode(hashlib.sha256(body).digest()).decode()}",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
        "x-nonce": "fsd9f2",
    } | {name.replace("_", "-"): value for name, value in changed.items()}
    values = headers | {"(request-target)": f"post {target}"}
    message = "\n".join(f"{name}: {values[name]}" for name in covered.lower().split()).encode()
    signature = signed_with(0, message)
    headers["signature"] = f'keyId="{key_name}",algorithm="{algorithm}",headers="{covered}",signature="{signature}"'
    return pushed(headers, body)
