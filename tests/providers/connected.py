"""One integration by its settings: what it answers, and what templates make of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from dovetail.engine.ports import Answer, Ask, Query, Record
from dovetail.errors import ProviderError
from dovetail.integrations.environment import Environment
from dovetail.integrations.settings import read_settings
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Kind
from tests.providers.station import asking


class Connected:
    """The only integration of the settings text `text`, which is written into `folder`; open as long as `stack` is."""

    def __init__(self, kind: Kind, folder: Path, text: str, stack: ExitStack) -> None:
        path = folder / "dovetail.toml"
        path.write_text(text, encoding="utf-8")
        self._integrations = read_settings(path, {kind.name: kind}).connect()
        self._stack = stack
        self.provider = self._integrations[0].provider
        self.connections = stack.enter_context(Connections(self._integrations))

    def answers(self, *asks: Ask) -> Sequence[Answer | ProviderError]:
        found = self.connections.run(asking(*asks)).by_ask
        return [found[ask] for ask in asks]

    def entities(self, collection: str, *keys: int | str) -> Sequence[Answer | ProviderError]:
        return self.answers(*(self._ask(collection, key) for key in keys))

    def answer(self, collection: str, key: int | str | Query) -> Answer:
        (found,) = self.answers(self._ask(collection, key))
        assert isinstance(found, Answer), found
        return found

    def one(self, collection: str, key: int | str) -> Record:
        value = self.answer(collection, key).value
        assert isinstance(value, Record)
        return value

    def records(self, collection: str, query: Query | None = None) -> list[Record]:
        value = self.answer(collection, query or Query()).value
        assert isinstance(value, list)
        return [each for each in value if isinstance(each, Record)]

    def keys(self, collection: str, query: Query | None = None) -> list[object]:
        return [each.key for each in self.records(collection, query)]

    def error(self, collection: str, key: int | str | Query) -> ProviderError:
        (found,) = self.answers(self._ask(collection, key))
        assert isinstance(found, ProviderError), found
        return found

    def render(self, template: str, **variables: object) -> str:
        environment = self._stack.enter_context(Environment(integrations=self._integrations, cache_folder=None))
        return str(environment.from_string(template).render(variables))

    def _ask(self, collection: str, key: int | str | Query) -> Ask:
        return Ask(self.provider.identifier, collection, key)
