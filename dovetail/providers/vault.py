"""Answers about persons on disk: encrypted, under names that say nothing.

The only file that meets cryptography (an extra). Fernet: AES-128-CBC with HMAC-SHA256, the key 32 bytes in URL-safe
base64. A text is bound to its name, so that nobody who can write into the folder can put one person's answer in
another's place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING

from dovetail.errors import SettingsError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_KEY_BYTES = 32

SEALED = "fernet:"
"""What an encrypted text begins with."""


def new_key() -> str:
    """A new key for a vault."""
    return urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


class Vault:
    """Encrypts with a key that is fetched when it is first needed. Without one it is not `usable`, and says why."""

    def __init__(self, fetch_key: Callable[[], str]) -> None:
        self._fetch_key = fetch_key
        self._fernet: Fernet | None = None
        self._name_key = b""
        self._opened = False
        self.trouble = ""

    def usable(self) -> bool:
        """Whether there is a key."""
        if not self._opened:
            self._opened = True
            self.trouble = self._open()
        return self._fernet is not None

    def _open(self) -> str:
        try:
            from cryptography.fernet import Fernet
        except ImportError:
            return _because("the package cryptography is missing: pip install 'dovetail-mail[encryption]'")
        try:
            text = self._fetch_key()
        except SettingsError as error:
            return _because(str(error))
        try:
            key = urlsafe_b64decode(text.encode("ascii"))
            self._fernet = Fernet(text.encode("ascii"))
        except ValueError:
            # Not the error's own text: it may hold the key.
            return _because("its key is not one. Make one with: dovetail cache key")
        self._name_key = hmac.digest(key, b"dovetail cache names", "sha256")
        return ""

    def name(self, name: str) -> str:
        """A name under which nobody without the key can tell what was asked: names are hashes of e-mail addresses."""
        return hmac.new(self._name_key, name.encode(), hashlib.sha256).hexdigest()

    def seal(self, name: str, text: str) -> str:
        """A text encrypted for its name."""
        assert self._fernet is not None, "only a usable vault seals"
        return SEALED + self._fernet.encrypt(json.dumps([name, text]).encode()).decode("ascii")

    def open(self, name: str, sealed: str) -> str | None:
        """The text; None when it was not sealed with this key, or for another name, or was changed."""
        held, text = self._opened_up(sealed) or ("", None)
        return text if held == name else None

    def peek(self, sealed: str) -> str | None:
        """The text, whatever its name; None when it was not sealed with this key."""
        opened = self._opened_up(sealed)
        return opened[1] if opened else None

    def _opened_up(self, sealed: str) -> tuple[str, str] | None:
        from cryptography.fernet import InvalidToken

        assert self._fernet is not None, "only a usable vault opens"
        try:
            name, text = json.loads(self._fernet.decrypt(sealed.removeprefix(SEALED).encode("ascii")))
        except (InvalidToken, ValueError):
            return None
        return str(name), str(text)


def _because(reason: str) -> str:
    return f"answers about persons are kept in memory only: {reason}"
