"""Async-events, the module of Mage-OS: the body signed with the subscription's verification token."""

from __future__ import annotations

import hashlib
import hmac

from dovetail.bridge.inbound.pushed import REMEMBERED, Accepted, Pushed, nonce
from dovetail.bridge.inbound.refusal import Refused
from dovetail.bridge.inbound.signatures import any_fits
from dovetail.errors import SettingsError


def verify_mage_os(pushed: Pushed, tokens: tuple[str, ...], now: float) -> Accepted:
    """Whether a request was signed with one of the verification tokens (several while they are rotated).

    It says no time, so an old one is known by its nonce only: by body and signature, for `REMEMBERED` seconds.

    Raises:
        Refused: 400, 401 or 413.
        SettingsError: there is no token, or an empty one.
    """
    # Anybody can sign with an empty token.
    if not tokens or not all(tokens):
        raise SettingsError("the webhook has no verification token")
    pushed.check_size()
    given = pushed.header("x-magento-signature", missing=401)
    wanted = [hmac.digest(token.encode(), pushed.body, hashlib.sha256).hex() for token in tokens]
    if not any_fits(wanted, [given]):
        raise Refused("the signature is wrong")
    return Accepted(nonce("mage-os", pushed.body, given.encode()), now + REMEMBERED)
