"""A website on loopback, and answers from it as the integration `site`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask, Finding, Query, Record
from dovetail.errors import ProviderError
from dovetail.integrations.environment import Environment
from dovetail.integrations.settings import read_settings
from dovetail.providers.connections import Connections
from dovetail.providers.crawler.settings import KIND
from tests.providers.crawler.website import Website
from tests.providers.station import asking


@pytest.fixture
def website() -> Iterator[Website]:
    running = Website()
    yield running
    running.close()


class Crawled:
    """The website as `site`."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._integrations = read_settings(path, {"crawler": KIND}).connect()
        self._stack = stack
        self.provider = self._integrations[0].provider
        self.connections = stack.enter_context(Connections(self._integrations))

    def answers(self, *asks: Ask) -> Sequence[Answer | ProviderError]:
        found = self.connections.run(asking(*asks)).by_ask
        return [found[ask] for ask in asks]

    def answer(self, key: int | str | Query) -> Answer:
        (found,) = self.answers(Ask("site", "page", key))
        assert isinstance(found, Answer), found
        return found

    def one(self, key: int | str) -> Record:
        value = self.answer(key).value
        assert isinstance(value, Record)
        return value

    def pages(self, query: Query | None = None) -> list[Record]:
        value = self.answer(query or Query()).value
        assert isinstance(value, list)
        return [each for each in value if isinstance(each, Record)]

    def error(self, key: int | str | Query) -> ProviderError:
        (found,) = self.answers(Ask("site", "page", key))
        assert isinstance(found, ProviderError), found
        return found

    def check(self) -> Sequence[Finding]:
        return self.connections.talk("site", self.provider.check())

    def suggest(self, *path: str, text: str = "", limit: int = 10) -> list[str]:
        found = self.connections.talk("site", self.provider.suggest(path, text, limit))
        return [each.insert for each in found]

    def render(self, template: str, **variables: object) -> str:
        environment = self._stack.enter_context(Environment(integrations=self._integrations, cache_folder=None))
        return str(environment.from_string(template).render(variables))


Describe = Callable[..., Crawled]


@pytest.fixture
def site(website: Website, tmp_path: Path) -> Iterator[Describe]:
    """Makes the integration `site`, with more lines of settings."""
    with ExitStack() as stack:

        def made(lines: str = "") -> Crawled:
            path = tmp_path / "dovetail.toml"
            head = '[integrations.site]\nkind = "crawler"\nallow_private_addresses = true\n'
            sitemap = "" if "sitemap =" in lines else f'sitemap = "{website.url}/sitemap.xml"\n'
            path.write_text(head + sitemap + lines, encoding="utf-8")
            return Crawled(path, stack)

        yield made
