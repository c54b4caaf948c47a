"""Secrets: where they stand, how they are fetched when they are needed, and why they never show.

`dovetail.toml` says only where a secret is: in an environment variable, in the operating system's
keyring, or in a file of its own (as container platforms mount them). Nothing is fetched until an
integration is really asked, so that checking a template in CI needs no credentials at all.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, cast

from dovetail.errors import SettingsError

KEYRING_SERVICE = "dovetail"
"""The service name under which the keyring keeps Dovetail's secrets; the entry's name is the user name."""

MASK = "•••"

Where = Literal["env", "keyring", "file"]
WHERE: tuple[Where, ...] = ("env", "keyring", "file")


class Secret:
    """A secret's text, which shows itself as `•••` wherever it is printed; `reveal()` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: for the code that signs a request, nobody else."""
        return self._text

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written down")


def place_in(text: str) -> SecretPlace | None:
    """The place that `env:NAME`, `keyring:NAME` or `file:PATH` names; None: it names none, and may be a secret."""
    found, _, name = text.strip().partition(":")
    where: Where | None = next((place for place in WHERE if place == found), None)
    return SecretPlace(where, name) if where is not None and name else None


class SecretSource(Protocol):
    """Where a secret is had from when it is needed."""

    def fetch(self) -> Secret:
        """Get the secret.

        Raises:
            SettingsError: it is not there; says what to do.
        """
        ...


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret stands: `name` is a variable, a keyring entry or a path (relative to `folder`)."""

    where: Where
    name: str
    folder: Path = Path()

    def describe(self) -> str:
        """For people: `environment variable SHOP_TOKEN`."""
        words = {"env": "environment variable", "keyring": "keyring entry", "file": "file"}
        return f"{words[self.where]} {self.name}"

    def fetch(self) -> Secret:
        """Get the secret.

        Raises:
            SettingsError: it is not there, or it is empty; says what to do.
        """
        text = _FETCH[self.where](self)
        if not text:
            raise SettingsError(f"the {self.describe()} is empty. {_REMEDY[self.where].format(name=self.name)}")
        return Secret(text)

    def is_there(self) -> bool:
        """Whether `fetch` would succeed now."""
        try:
            self.fetch()
        except SettingsError:
            return False
        return True


def place_of(value: object, folder: Path) -> SecretPlace | None:
    """The place that a settings file's `{ env = "NAME" }` names, or None when it names none."""
    if isinstance(value, dict) and len(value) == 1:
        ((where, name),) = cast("dict[str, object]", value).items()
        if where in WHERE and isinstance(name, str) and name:
            return SecretPlace(where, name, folder)
    return None


_REMEDY = {
    "env": "Set it before you start dovetail, for example: export {name}='…'",
    "keyring": "Put it there with: python -m keyring set " + KEYRING_SERVICE + " {name}",
    "file": "Write the secret, and nothing else, into that file.",
}


def _from_env(place: SecretPlace) -> str:
    text = os.environ.get(place.name)
    if text is None:
        raise SettingsError(f"the {place.describe()} is not set. {_REMEDY['env'].format(name=place.name)}")
    # A value pasted with its line end is the most common reason for "the signature is invalid".
    return text.strip()


def _from_file(place: SecretPlace) -> str:
    path = place.folder / Path(place.name).expanduser()
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"the secret's file {path} cannot be read: {reason}. {_REMEDY['file']}") from None


def _from_keyring(place: SecretPlace) -> str:
    keyring, fault = _keyring()
    try:
        text = keyring.get_password(KEYRING_SERVICE, place.name)
    except fault:
        raise SettingsError(
            f"the keyring is locked or missing, so the {place.describe()} cannot be read. "
            'Unlock it, or use { env = "…" } in dovetail.toml'
        ) from None
    if text is None:
        raise SettingsError(f"there is no {place.describe()}. {_REMEDY['keyring'].format(name=place.name)}")
    return text.strip()


def store_in_keyring(name: str, secret: Secret) -> None:
    """Put a secret into the operating system's keyring.

    Raises:
        SettingsError: there is no keyring that takes it.
    """
    keyring, fault = _keyring()
    try:
        keyring.set_password(KEYRING_SERVICE, name, secret.reveal())
    except fault:
        raise SettingsError(
            "the keyring does not take secrets here (locked, or a machine without one). "
            "Use environment variables instead: leave out --keyring"
        ) from None


class _Keyring(Protocol):
    """What is used of the optional package keyring."""

    def get_password(self, service_name: str, username: str, /) -> str | None: ...

    def set_password(self, service_name: str, username: str, password: str, /) -> None: ...


def _keyring() -> tuple[_Keyring, type[Exception]]:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise SettingsError(
            "secrets in the keyring need the package keyring: pip install 'dovetail-mail[keyring]'"
        ) from None
    return cast("_Keyring", keyring), cast("type[Exception]", keyring.errors.KeyringError)


_FETCH = {"env": _from_env, "keyring": _from_keyring, "file": _from_file}
