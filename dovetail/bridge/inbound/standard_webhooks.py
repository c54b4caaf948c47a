"""Standard Webhooks, symmetric: https://www.standardwebhooks.com."""

from __future__ import annotations

import base64
import hashlib
import hmac

from dovetail.bridge.inbound.pushed import Accepted, Pushed, nonce, timely
from dovetail.bridge.inbound.refusal import Refused
from dovetail.bridge.inbound.signatures import any_fits
from dovetail.errors import SettingsError


def verify_standard_webhooks(pushed: Pushed, secrets: tuple[str, ...], now: float) -> Accepted:
    """Whether a request was signed with one of the secrets (`whsec_` and base64; several while they are rotated).

    The nonce is the message's id: a message that is sent again has it too, with another time and signature.

    Raises:
        Refused: 400, 401 or 413.
        SettingsError: there is no secret, or one is not base64.
    """
    keys = standard_webhook_keys(secrets)
    pushed.check_size()
    given = pushed.header("webhook-signature", missing=401).split(" ")
    name, moment = pushed.header("webhook-id"), pushed.header("webhook-timestamp")
    # Id, time and body are signed with dots between them: with one in the id, part of a body could pass for the time.
    if "." in name:
        raise Refused("the header webhook-id cannot be read", 400)
    if not moment.isdigit() or len(moment) > 12:
        raise Refused("the header webhook-timestamp is no number of seconds", 400)
    expires_at = timely(int(moment), now)
    signed = f"{name}.{moment}.".encode() + pushed.body
    wanted = [f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys]
    if not any_fits(wanted, given):
        raise Refused("the signature is wrong")
    return Accepted(nonce("standard-webhooks", name.encode()), expires_at)


def standard_webhook_keys(secrets: tuple[str, ...]) -> list[bytes]:
    """What secrets are as bytes.

    Raises:
        SettingsError: there is no secret, or one is not base64.
    """
    if not secrets:
        raise SettingsError("the webhook has no secret")
    return [_key(secret) for secret in secrets]


def _key(secret: str) -> bytes:
    text = secret.removeprefix("whsec_")
    try:
        # Some senders leave the padding out.
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise SettingsError("a secret of the webhook is not `whsec_` and base64")
    return key
