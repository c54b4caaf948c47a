"""The schemes by which a hook's requests are signed: what each is given, and who verifies it."""

from __future__ import annotations

import re

from dovetail.bridge.inbound.keys import PublicKeys
from dovetail.bridge.inbound.verify import (
    Accepted,
    Pushed,
    adobe_key_paths,
    copernica_key_name,
    standard_webhook_keys,
    verify_adobe,
    verify_copernica,
    verify_mage_os,
    verify_standard_webhooks,
)
from dovetail.errors import SettingsError
from dovetail.integrations.store.hooks import Scheme

_SHORTEST = 16
_CLIENT = re.compile(r"[A-Za-z0-9_-]{8,100}\Z")
_ACCOUNT = re.compile(r"[1-9][0-9]{0,9}\Z")


def check_secret(scheme: Scheme, secret: str) -> None:
    """Whether a scheme can work with what it is given.

    `standard-webhooks`: `whsec_` and base64; `mage-os`: verification tokens; of both several, with spaces between,
    while they are rotated. `adobe-io-events`: the client id of the project; `copernica`: the number of the account.

    Raises:
        SettingsError: it cannot.
    """
    match scheme:
        case "standard-webhooks":
            standard_webhook_keys(tuple(secret.split()))
        case "mage-os":
            if not secret.split() or min(len(token) for token in secret.split()) < _SHORTEST:
                raise SettingsError(f"a verification token has {_SHORTEST} characters or more")
        case "adobe-io-events":
            if not _CLIENT.match(secret):
                raise SettingsError("for Adobe I/O Events, give the client id of your project")
        case "copernica":
            if not _ACCOUNT.match(secret):
                raise SettingsError("for Copernica, give the number of your account")


def verify(scheme: Scheme, secret: str, pushed: Pushed, target: str, keys: PublicKeys, now: float) -> Accepted:
    """Whether a request to a hook was signed by who it is for. `target`: the path with the query, as they came.

    Raises:
        Refused: it was not.
        KeysUnreachable: that cannot be known at this moment.
    """
    match scheme:
        case "standard-webhooks":
            return verify_standard_webhooks(pushed, tuple(secret.split()), now)
        case "mage-os":
            return verify_mage_os(pushed, tuple(secret.split()), now)
        case "adobe-io-events":
            pushed.check_size()
            return verify_adobe(pushed, keys.of_paths(adobe_key_paths(pushed)), secret, now)
        case "copernica":
            pushed.check_size()
            # Whose host it was signed for is in the signed target too: no other host has this hook's address.
            host = pushed.header("host")
            return verify_copernica(pushed, keys.of_name(copernica_key_name(pushed)), int(secret), host, target, now)
