"""Credentials at rest: each encrypted by itself, and bound to the place where it stands.

Fernet (AES-128-CBC with HMAC-SHA256). The first key encrypts, all of them decrypt: so keys are changed without a
moment in which something cannot be read. Whoever can write into the database cannot move one account's credential
to another's integration, since its place is sealed with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from dovetail.errors import SettingsError
from dovetail.integrations.secrets import Secret, place_in
from dovetail.providers.vault import new_key

KEY_VARIABLE = "DOVETAIL_KEY"
"""The environment variable with the keys, the newest first, separated by commas."""


class Seal:
    """Encrypts and decrypts credentials with one or more keys, the newest first.

    Raises:
        SettingsError: there is no key, one of them is none, or the package for it is missing.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            from cryptography.fernet import Fernet, MultiFernet
        except ImportError:
            raise SettingsError(
                "credentials in a database need the package cryptography: pip install 'dovetail-mail[service]'"
            ) from None
        try:
            self._fernet = MultiFernet([Fernet(key.encode("ascii")) for key in keys])
        except ValueError:
            # Not the error's own text: it may hold a key.
            raise SettingsError(
                f"the key for credentials is none. Make one with: dovetail keys seal, and put it into {KEY_VARIABLE}"
            ) from None

    def seal(self, place: str, secret: str) -> str:
        """A credential for its place, such as `account/identifier/setting`."""
        return self._fernet.encrypt(json.dumps([place, secret]).encode()).decode("ascii")

    def open(self, place: str, sealed: str) -> Secret:
        """The credential.

        Raises:
            SettingsError: it was sealed with another key, or for another place.
        """
        from cryptography.fernet import InvalidToken

        try:
            held, secret = json.loads(self._fernet.decrypt(sealed.encode("ascii")))
        except (InvalidToken, ValueError):
            held, secret = "", ""
        if held != place:
            raise SettingsError(
                f"this credential cannot be read with the keys in {KEY_VARIABLE}. Give the key it was sealed with, "
                "or enter the credential anew"
            )
        return Secret(str(secret))

    def renew(self, sealed: str) -> str:
        """The same credential sealed with the newest key.

        Raises:
            SettingsError: none of the keys opens it.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.rotate(sealed.encode("ascii")).decode("ascii")
        except InvalidToken:
            raise SettingsError("a credential was sealed with a key that is not among those given") from None


def keys_for(beside: Path | None) -> list[str]:
    """The keys: of the environment (`DOVETAIL_KEY`), else of a file beside a SQLite database, which is made once.

    The variable has the keys, or says where they stand: `keyring:NAME`, `file:PATH`.

    Raises:
        SettingsError: there is no key, and no place for one.
    """
    text = os.environ.get(KEY_VARIABLE, "")
    place = place_in(text)
    # A variable that names a variable says nothing more.
    if place is not None and place.where != "env":
        text = place.fetch().reveal()
    given = [part.strip() for part in text.split(",") if part.strip()]
    if given:
        return given
    if beside is None:
        raise SettingsError(
            f"there is no key for credentials. Make one with: dovetail keys seal, put it into {KEY_VARIABLE}"
        )
    try:
        beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made once, whole, and for its owner only: two programs that start together agree on one.
        made = beside.with_name(f"{beside.name}.{os.getpid()}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(new_key())
        try:
            os.link(made, beside)
        except FileExistsError:
            pass
        finally:
            made.unlink()
        return [line.strip() for line in beside.read_text().splitlines() if line.strip()]
    except OSError as error:
        raise SettingsError(f"the key's file {beside} cannot be used: {error.strerror}") from None
