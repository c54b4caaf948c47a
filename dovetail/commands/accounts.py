"""Folders of templates for the language server: their settings, integrations, sample recipients and renders."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from dovetail.commands.linting import preferences_of, samples_of
from dovetail.commands.options import chosen_server
from dovetail.engine.ports import Answer, Ask, Lifetime, Suggestion
from dovetail.engine.rendered import Rendered
from dovetail.engine.schema import Schema
from dovetail.errors import DovetailError, ProviderError, SettingsError, UnreachableError
from dovetail.integrations.environment import Environment
from dovetail.integrations.folder import FolderLoader
from dovetail.integrations.lint import LintSettings
from dovetail.integrations.settings import FILE_NAME, IntegrationSettings, Settings, read_settings
from dovetail.lsp.features.view import Preferences, Sample
from dovetail.lsp.ports import Account
from dovetail.providers.kinds import Integration
from dovetail.providers.remote import Server

_SHOWN_FOR = 7 * 86_400.0
"""Seconds for which an editor shows what it knew of a shop that cannot be asked now; it says how old that is."""
_SAMPLES = 200
"""Sample recipients that an editor knows."""


@dataclass(frozen=True, slots=True)
class EnvironmentData:
    """An environment's integrations as the live data of an editor."""

    environment: Environment
    integrations: Mapping[str, Integration]

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """What stands under each identifier."""
        return self.environment.engine.schemas

    def lifetime(self, ask: Ask) -> Lifetime:
        """How long an answer may be shown without being asked again."""
        found = self.integrations.get(ask.identifier)
        return found.provider.lifetime(ask) if found is not None else Lifetime(60.0)

    async def answers(self, asks: Sequence[Ask]) -> Mapping[Ask, Answer | ProviderError]:
        """An answer, or why there is none, for each ask.

        Raises:
            ProviderError: nothing can be asked: a credential is missing.
        """
        connections = self.environment.connections
        if connections is None:
            return {}
        try:
            return (await connections.answers_async(asks)).by_ask
        except SettingsError as error:
            raise ProviderError(str(error), identifier=asks[0].identifier) from None

    async def suggestions(self, identifier: str, path: Sequence[str], text: str, limit: int) -> Sequence[Suggestion]:
        """Live continuations of a path.

        Raises:
            ProviderError: the integration cannot be asked.
        """
        connections, found = self.environment.connections, self.integrations.get(identifier)
        if connections is None or found is None:
            return ()
        try:
            return await connections.talk_async(identifier, found.provider.suggest(path, text, limit))
        except SettingsError as error:
            raise ProviderError(str(error), identifier=identifier) from None

    async def render(self, name: str, text: str, variables: Mapping[str, object]) -> Rendered:
        """A text as the mail of a recipient.

        Raises:
            TemplateError: with places in the text.
        """

        def render() -> Rendered:
            return self.environment.from_string(text, name).render(variables)

        # Reading and rendering take longer than a key may wait for.
        return await asyncio.to_thread(render)

    def close(self) -> None:
        """End connections, without waiting for them."""
        threading.Thread(target=self.environment.close, daemon=True).start()


_ASKED_FOR = 5.0
"""Seconds that an editor waits for a service to say what it has, while a folder is opened."""


class RemoteIntegrations:
    """The integrations of a Dovetail service, asked for while the editor still starts; asked again after a failure."""

    def __init__(self, service: Server) -> None:
        self._service = service
        self._asking = ThreadPoolExecutor(1, "dovetail-service")
        self._found = self._ask()

    def settings(self) -> Sequence[IntegrationSettings]:
        """Its integrations.

        Raises:
            DovetailError: it cannot be asked now.
        """
        if self._found.done() and self._found.exception() is not None:
            self._found = self._ask()
        try:
            return self._found.result(_ASKED_FOR)
        except TimeoutError:
            raise UnreachableError(f"the Dovetail service at {self._service.url} does not answer in time") from None

    def _ask(self) -> Future[Sequence[IntegrationSettings]]:
        from dovetail.integrations.remote import settings_of

        return self._asking.submit(lambda: settings_of(self._service, Path(FILE_NAME), LintSettings()).integrations)


def remote_integrations() -> RemoteIntegrations | None:
    """The service that `--server` names.

    Raises:
        SettingsError: that is no address of one.
    """
    service = chosen_server()
    return None if service is None else RemoteIntegrations(service)


@dataclass(frozen=True, slots=True)
class FolderAccounts:
    """Opens folders. `config`: settings for all of them, in place of the dovetail.toml of each.

    `remote_integrations`: integrations of a service, in place of those of the settings.
    """

    config: Path | None
    cache_folder: Path | None
    remote_integrations: RemoteIntegrations | None = None
    root: Path | None = None

    def open(self, folder: Path) -> Account:
        """The account of a folder; without settings that can be used it has no integrations, and says why."""
        path = self.config or folder / FILE_NAME
        settings, notices = Settings(path), list[str]()
        if path.is_file() or self.config is not None:
            try:
                settings = read_settings(path)
            except SettingsError as error:
                notices.append(str(error))
        connected = dict[str, Integration]()
        integrations: Sequence[IntegrationSettings] = settings.integrations
        if self.remote_integrations is not None:
            try:
                integrations = self.remote_integrations.settings()
            except DovetailError as error:
                integrations = ()
                notices.append(f"{error}. Save dovetail.toml, or restart the language server, to try again")
        for item in integrations:
            try:
                connected[item.identifier] = _patient(item.connect())
            except SettingsError as error:
                notices.append(str(error))
        preferences, samples = _linted(settings.lint, notices)
        environment = Environment(
            loader=FolderLoader(folder), integrations=list(connected.values()), cache_folder=self.cache_folder
        )
        data = EnvironmentData(environment, connected)
        return Account(
            owner=_owner(folder, connected),
            data=data,
            render=data.render,
            options=environment.engine.options,
            preferences=preferences,
            samples=samples,
            notices=tuple(notices),
            files=(path, settings.lint.sample) if settings.lint.sample is not None else (path,),
        )


def _linted(lint: LintSettings, notices: list[str]) -> tuple[Preferences, Sequence[Sample]]:
    """What `[lint]` says; what of it cannot be used is told, and done without."""
    preferences, samples = Preferences(clients=lint.clients), tuple[Sample, ...]()
    try:
        preferences = preferences_of(lint)
    except SettingsError as error:
        notices.append(str(error))
    if lint.sample is not None:
        try:
            samples = tuple(samples_of(lint.sample, _SAMPLES))
        except SettingsError as error:
            notices.append(str(error))
    return preferences, samples


def _patient(integration: Integration) -> Integration:
    """An integration that shows old values when it cannot be asked: an editor says so, a mailing does not get them."""
    return replace(integration, policy=replace(integration.policy, on_failure="stale", stale_up_to=_SHOWN_FOR))


def _owner(folder: Path, connected: Mapping[str, Integration]) -> str:
    """What tells this account's shops from others: where it stands, and which shops those are."""
    parts = [
        str(folder.absolute()),
        *(f"{name}={item.provider.fingerprint}" for name, item in sorted(connected.items())),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
