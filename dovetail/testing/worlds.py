"""The systems that a provider under test talks with: a real one, one that is recorded, and none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from dovetail.engine.ports import Request, Response, Talk
from dovetail.errors import ProviderError, UsageError
from dovetail.integrations.settings import read_settings
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Integration, Kind
from dovetail.testing.subject import SHORTEST_SECRET
from dovetail.testing.tape import Recorder, Tape


class Real:
    """Sends requests over Dovetail's own transport, each different one once."""

    def __init__(self, integration: Integration) -> None:
        self._integration = integration
        self._replies: dict[tuple[str, str, bytes], Response | ProviderError] = {}

    def __call__(self, requests: Sequence[Request]) -> list[Response | ProviderError]:
        """The replies, or why there is none."""
        new = [each for each in requests if _key(each) not in self._replies]
        if new:
            with Connections([self._integration]) as connections:
                replies = connections.talk(self._integration.provider.identifier, _one_batch(new))
            self._replies.update((_key(each), reply) for each, reply in zip(new, replies, strict=True))
        return [self._replies[_key(each)] for each in requests]


def _key(request: Request) -> tuple[str, str, bytes]:
    return request.method, request.url, request.body


def _one_batch(requests: Sequence[Request]) -> Talk[Sequence[Response | ProviderError]]:
    return (yield requests)


def recorder(tape: Path, file: Path, kind: Kind, identifier: str, made_up: Mapping[str, object]) -> Recorder:
    """Records onto a new tape what the integration `identifier` of a dovetail.toml replies.

    The provider under test has the settings `made_up`; addresses and secrets are translated in both directions.

    Raises:
        SettingsError: the file, the integration or a secret is not there.
        UsageError: the real settings do not fit those of the test.
    """
    item = read_settings(file).integration(identifier)
    if item.kind.name != kind.name:
        raise UsageError(f"`{identifier}` in {file} is of the kind {item.kind.name}, and the test is about {kind.name}")
    replaced: dict[str, str] = {}
    secrets: list[str] = []
    for setting in kind.settings:
        shown = made_up.get(setting.name, setting.default)
        if setting.secret:
            if setting.name not in item.secrets:
                continue
            real = item.secrets[setting.name].fetch().reveal()
            if not isinstance(shown, str) or len(shown) < SHORTEST_SECRET or shown == real:
                raise UsageError(f"the test needs a made-up `{setting.name}` of {SHORTEST_SECRET} letters or more")
            secrets.append(real)
            replaced[real] = shown
            continue
        plain = item.plain.get(setting.name)
        if plain == shown:
            continue
        if setting.type != "url" or not plain or not shown:
            raise UsageError(
                f"`{setting.name}` is {shown!r} in the test and {plain!r} in {file}: addresses and secrets may differ"
            )
        replaced[str(plain).rstrip("/")] = str(shown).rstrip("/")
        replaced[urlsplit(str(plain)).netloc] = urlsplit(str(shown)).netloc
    return Recorder(Tape(tape), Real(item.connect()), replaced, secrets)
