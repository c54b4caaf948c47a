"""A website on loopback, and answers from it as the integration `site`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Finding, Query, Record
from dovetail.errors import ProviderError
from dovetail.providers.crawler.settings import KIND
from tests.providers.connected import Connected
from tests.providers.crawler.website import Website

HEAD = '[integrations.site]\nkind = "crawler"\nallow_private_addresses = true\n'


@pytest.fixture
def website() -> Iterator[Website]:
    running = Website()
    yield running
    running.close()


class Crawled:
    """The website as `site`, whose only collection is `page`."""

    def __init__(self, connected: Connected) -> None:
        self._connected = connected
        self.provider = connected.provider
        self.connections = connected.connections
        self.answers = connected.answers
        self.render = connected.render

    def answer(self, key: int | str | Query) -> Answer:
        return self._connected.answer("page", key)

    def one(self, key: int | str) -> Record:
        return self._connected.one("page", key)

    def pages(self, query: Query | None = None) -> list[Record]:
        return self._connected.records("page", query)

    def error(self, key: int | str | Query) -> ProviderError:
        return self._connected.error("page", key)

    def check(self) -> Sequence[Finding]:
        return self.connections.talk("site", self.provider.check())

    def suggest(self, *path: str, text: str = "", limit: int = 10) -> list[str]:
        found = self.connections.talk("site", self.provider.suggest(path, text, limit))
        return [each.insert for each in found]


Describe = Callable[..., Crawled]


@pytest.fixture
def site(website: Website, tmp_path: Path) -> Iterator[Describe]:
    """Makes the integration `site`, with more lines of settings."""
    with ExitStack() as stack:

        def made(lines: str = "") -> Crawled:
            sitemap = "" if "sitemap =" in lines else f'sitemap = "{website.url}/sitemap.xml"\n'
            return Crawled(Connected(KIND, tmp_path, HEAD + sitemap + lines, stack))

        yield made
