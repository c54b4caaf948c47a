"""A provider whose secrets are fetched when it is first asked something, not when the settings are read.

So `dovetail check` explains `{$mywebshop.…}` without credentials, and a mail that shows nothing of a shop
is rendered although that shop's key is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dovetail.engine.ports import (
    Answer,
    Ask,
    Finding,
    Lifetime,
    Provider,
    Request,
    Suggestion,
    Talk,
)
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError, SettingsError
from dovetail.integrations.secrets import MASK, SecretSource
from dovetail.providers.kinds import Kind


class LateProvider:
    """A `Provider` that describes itself without secrets and works with them."""

    __slots__ = ("_described", "_identifier", "_kind", "_plain", "_ready", "_secrets")

    def __init__(
        self, identifier: str, kind: Kind, plain: Mapping[str, object], secrets: Mapping[str, SecretSource]
    ) -> None:
        self._identifier = identifier
        self._kind = kind
        self._plain = plain
        self._secrets = secrets
        self._described = self._make(dict.fromkeys(secrets, MASK))
        # A kind without secrets is ready at once; two threads that both make one make the same.
        self._ready: Provider | None = None if secrets else self._described

    def _make(self, secrets: Mapping[str, str]) -> Provider:
        try:
            return self._kind.make(self._identifier, {**self._plain, **secrets})
        except (ValueError, TypeError):
            # Not the error's own text: it may hold a secret.
            raise SettingsError(
                f"the settings of `{self._identifier}` are not what {self._kind.name} expects. "
                f"Look at: dovetail integrations show {self._identifier}"
            ) from None

    def _with_secrets(self) -> Provider:
        if self._ready is None:
            fetched: dict[str, str] = {}
            for name, place in self._secrets.items():
                try:
                    fetched[name] = place.fetch().reveal()
                except SettingsError as error:
                    raise SettingsError(f"`{self._identifier}` needs its {name}, but {error}") from None
            self._ready = self._make(fetched)
        return self._ready

    @property
    def described(self) -> Provider:
        """The provider without its secrets: it knows what to ask, and cannot ask."""
        return self._described

    @property
    def identifier(self) -> str:
        """The name under which templates know it."""
        return self._identifier

    @property
    def fingerprint(self) -> str:
        """What its answers depend on; needs no secrets."""
        return self._described.fingerprint

    def schema(self) -> Schema:
        """What stands below the identifier; needs no secrets."""
        return self._described.schema()

    def lifetime(self, ask: Ask) -> Lifetime:
        """How long an answer may be kept; needs no secrets."""
        return self._described.lifetime(ask)

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """Answer the asks.

        Raises:
            SettingsError: a secret is not there.
        """
        return self._with_secrets().resolve(asks)

    def authorize(self, request: Request) -> Request:
        """The request with proof of who asks.

        Raises:
            SettingsError: a secret is not there.
        """
        return self._with_secrets().authorize(request)

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """Live continuations of a path.

        Raises:
            SettingsError: a secret is not there.
        """
        return self._with_secrets().suggest(path, text, limit)

    def check(self) -> Talk[Sequence[Finding]]:
        """Test the connection.

        Raises:
            SettingsError: a secret is not there.
        """
        return self._with_secrets().check()
