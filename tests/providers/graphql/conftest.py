"""A GraphQL API on loopback, and environments and answers from descriptions of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask, Query, Record
from dovetail.errors import ProviderError
from dovetail.integrations.environment import Environment
from dovetail.integrations.settings import read_settings
from dovetail.providers.connections import Connections
from dovetail.providers.graphql.settings import KIND
from tests.providers.graphql.shop import GraphQLShop
from tests.providers.station import asking

HEAD = '[integrations.shop]\nkind = "graphql"\nallow_private_addresses = true\nurl = "{url}"\n'


@pytest.fixture
def api() -> Iterator[GraphQLShop]:
    running = GraphQLShop()
    yield running
    running.close()


class Described:
    """The API as `shop`, by a description."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._integrations = read_settings(path, {"graphql": KIND}).connect()
        self._stack = stack
        self.provider = self._integrations[0].provider
        self.connections = stack.enter_context(Connections(self._integrations))

    def answers(self, *asks: Ask) -> Sequence[Answer | ProviderError]:
        found = self.connections.run(asking(*asks)).by_ask
        return [found[ask] for ask in asks]

    def entities(self, collection: str, *keys: int | str) -> Sequence[Answer | ProviderError]:
        return self.answers(*(Ask("shop", collection, key) for key in keys))

    def answer(self, collection: str, key: int | str | Query) -> Answer:
        (found,) = self.answers(Ask("shop", collection, key))
        assert isinstance(found, Answer), found
        return found

    def one(self, collection: str, key: int | str) -> Record:
        value = self.answer(collection, key).value
        assert isinstance(value, Record)
        return value

    def keys(self, collection: str, query: Query | None = None) -> list[object]:
        value = self.answer(collection, query or Query()).value
        assert isinstance(value, list)
        return [each.key for each in value if isinstance(each, Record)]

    def error(self, collection: str, key: int | str | Query) -> ProviderError:
        (found,) = self.answers(Ask("shop", collection, key))
        assert isinstance(found, ProviderError), found
        return found

    def render(self, template: str, **variables: object) -> str:
        environment = self._stack.enter_context(Environment(integrations=self._integrations, cache_folder=None))
        return str(environment.from_string(template).render(variables))


Describe = Callable[[str], Described]


@pytest.fixture
def shop(api: GraphQLShop, tmp_path: Path) -> Iterator[Describe]:
    """Makes the integration `shop` from the lines of its description that come behind `url`."""
    with ExitStack() as stack:

        def made(lines: str) -> Described:
            path = tmp_path / "dovetail.toml"
            path.write_text(HEAD.format(url=api.url) + lines, encoding="utf-8")
            return Described(path, stack)

        yield made
