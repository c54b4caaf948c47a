"""An account of a Dovetail service, used from here: `dovetail.connect`, and the CLI's and editors' `--server`.

Templates are compiled and rendered here, with everything that an `Environment` can; the service is asked for data only,
and its credentials for shops stay there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import quote, urlsplit

from dovetail.engine.limits import Limits
from dovetail.engine.ports import Loader, Talk
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError, SettingsError
from dovetail.integrations.environment import Environment
from dovetail.integrations.lint import LintSettings
from dovetail.integrations.settings import IntegrationSettings, Settings
from dovetail.providers.kinds import Integration, Kind, Policy
from dovetail.providers.remote import Offered, Remote, Server, listed, offered, read

if TYPE_CHECKING:
    from dovetail.providers.connections import Connections

KEY_VARIABLE = "DOVETAIL_API_KEY"
"""The environment variable in which the CLI and editors find the API key."""
_T = TypeVar("_T")
_SERVICE = "service"
_BELIEVED = 3.0
"""Seconds for which a template's text is believed without asking again."""
# Whoever names a service may have it in his own network; and it may have to ask a slow shop first.
_POLICY = Policy(allow_private_addresses=True, timeout=60.0)


def server(url: str, key: str | Callable[[], str] | None = None) -> Server:
    """A service by its address; without a key, `DOVETAIL_API_KEY` has it.

    Raises:
        SettingsError: that is no address of a service.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise SettingsError(f"`{url}` is no address of a Dovetail service. It looks like https://dovetail.example")
    if callable(key):
        return Server(url, key)
    return Server(url, _from_environment if key is None else lambda: key)


class RemoteEnvironment(Environment):
    """An environment whose templates are asked for over connections of their own."""

    texts: RemoteTemplates | None = None

    def close(self) -> None:
        """End all connections and the cache. May be called twice."""
        super().close()
        if self.texts is not None:
            self.texts.close()


def connect(
    url: str,
    *,
    key: str | Callable[[], str] | None = None,
    loader: Loader | None = None,
    escape_html: bool = True,
    limits: Limits | None = None,
    undefined: Literal["blank", "strict"] = "blank",
    cache_folder: Path | Literal["default"] | None = "default",
    now: float | None = None,
    timezone: tzinfo = UTC,
    language: str = "en",
) -> Environment:
    """An environment with the integrations and the templates of an account of a Dovetail service.

    `url`: the service's address. `key`: an API key with the scopes `read` and `render`, or what fetches one when it is
    needed; without one, the environment variable `DOVETAIL_API_KEY`. `loader`: templates from elsewhere, in place of
    the account's own. The rest is as for `Environment`. Close it, or use it as a context manager.

    Which integrations there are is asked here, once. Loading a template of the account asks the service, and waits.

    Raises:
        SettingsError: the address or the key cannot be used.
        ProviderError: the service cannot be asked, or refuses the key.
    """
    service = server(url, key)
    texts = RemoteTemplates(service) if loader is None else None
    environment = RemoteEnvironment(
        loader=loader if texts is None else texts,
        integrations=connected(service),
        account=f"remote {url}",
        escape_html=escape_html,
        limits=limits,
        undefined=undefined,
        cache_folder=cache_folder,
        now=now,
        timezone=timezone,
        language=language,
    )
    environment.texts = texts
    return environment


def connected(service: Server) -> Sequence[Integration]:
    """The integrations of a service, for an `Environment`.

    Raises:
        ProviderError: the service cannot be asked, or refuses the key.
        SettingsError: there is no key.
    """
    return [Integration(Remote(service, each), _POLICY) for each in _offered(service)]


def _line(service: Server) -> Connections:
    # Late: naming a service must not cost the import of an HTTP client.
    from dovetail.providers.connections import Connections

    # As an integration, the service is asked with the patience and the care with which shops are.
    nobody = Offered(_SERVICE, "", Schema(kind="remote", summary="", members={}), {})
    return Connections([Integration(Remote(service, nobody), _POLICY)])


def _from_environment() -> str:
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise SettingsError(
            f"there is no API key for the Dovetail service. Make one in its console, with the scopes read and render, "
            f"and put it into the environment variable {KEY_VARIABLE}"
        )
    return key


def settings_of(service: Server, path: Path, lint: LintSettings) -> Settings:
    """The integrations of a service as if they stood in the settings file at `path`.

    Raises:
        ProviderError: the service cannot be asked, or refuses the key.
        SettingsError: there is no key.
    """
    return Settings(path, tuple(_settings(service, item) for item in _offered(service)), lint)


def _settings(service: Server, item: Offered) -> IntegrationSettings:
    schema = item.schema
    kind = Kind(
        name=schema.kind, title=schema.kind, summary=schema.summary, settings=(),
        make=lambda _identifier, _settings: Remote(service, item),
    )  # fmt: skip
    return IntegrationSettings(item.identifier, kind, {"url": service.url}, {}, _POLICY)


def _offered(service: Server) -> Sequence[Offered]:
    with _line(service) as line:
        return line.talk(_SERVICE, offered(service))


@dataclass(frozen=True, slots=True)
class _Text:
    text: str | None
    at: float


@dataclass(slots=True)
class RemoteTemplates:
    """The templates of a service's account, each asked for when it is needed."""

    service: Server
    _known: dict[str, _Text] = field(default_factory=dict[str, _Text])
    _asked: Connections | None = None

    def load(self, name: str) -> str | None:
        """The text of a template, as it was at most three seconds ago.

        Raises:
            ProviderError: the service cannot be asked.
        """
        known = self._known.get(name)
        if known is not None and time.monotonic() - known.at < _BELIEVED:
            return known.text
        found = self._talk(self._one(name))
        self._known[name] = found
        return found.text

    def names(self) -> Sequence[str]:
        """All names.

        Raises:
            ProviderError: the service cannot be asked.
        """
        return self._talk(self._all())

    def close(self) -> None:
        """End the connections."""
        if self._asked is not None:
            self._asked.close()
            self._asked = None

    def _talk(self, talk: Talk[_T]) -> _T:
        if self._asked is None:
            self._asked = _line(self.service)
        return self._asked.talk(_SERVICE, talk)

    def _one(self, name: str) -> Talk[_Text]:
        reply = (yield [self.service.get(f"/templates/{quote(name)}")])[0]
        if not isinstance(reply, ProviderError) and reply.status in (400, 404):
            return _Text(None, time.monotonic())
        return _Text(str(read(reply, _SERVICE).get("text", "")), time.monotonic())

    def _all(self) -> Talk[Sequence[str]]:
        return [str(each["name"]) for each in (yield from listed(self.service, "/templates"))]
