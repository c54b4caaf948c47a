"""Verifying pushed requests: a function for each scheme, and what they take, give and raise.

All of them are pure, and verify the body as it came, before anybody reads it. A push is a hint only: what changed is
read from the shop, by the same way as without it.
"""

from __future__ import annotations

from dovetail.bridge.inbound.adobe import ADOBE_KEYS, adobe_challenge, adobe_key_paths, verify_adobe
from dovetail.bridge.inbound.copernica import copernica_key_name, verify_copernica
from dovetail.bridge.inbound.mage_os import verify_mage_os
from dovetail.bridge.inbound.pushed import LIMIT, REMEMBERED, TOLERANCE, Accepted, Pushed
from dovetail.bridge.inbound.refusal import Refused
from dovetail.bridge.inbound.standard_webhooks import standard_webhook_keys, verify_standard_webhooks

__all__ = [
    "ADOBE_KEYS",
    "LIMIT",
    "REMEMBERED",
    "TOLERANCE",
    "Accepted",
    "Pushed",
    "Refused",
    "adobe_challenge",
    "adobe_key_paths",
    "copernica_key_name",
    "standard_webhook_keys",
    "verify_adobe",
    "verify_copernica",
    "verify_mage_os",
    "verify_standard_webhooks",
]
