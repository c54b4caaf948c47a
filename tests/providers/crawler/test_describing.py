"""Settings, the connection test, suggestions, and what every provider has to keep."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence

import pytest

from dovetail.engine.ports import Key, Query
from dovetail.errors import SettingsError
from dovetail.providers.crawler.settings import KIND
from dovetail.testing.checks import complaints
from dovetail.testing.kit import ProviderKit
from tests.providers.crawler.conftest import Describe
from tests.providers.crawler.website import Website


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('sitemap = "ftp://shop.example/s.xml"\n', "an address that begins with"),
        ('sitemap = "https://"\n', "an address that begins with"),
        ('sitemap = "https://user@shop.example/s.xml"\n', "user name or password"),
        ("max_pages = 0\n", "a whole number from 1 to 50,000"),
        ("max_bytes = 1.5\n", "a whole number"),
        ('user_agent = "(bot)"\n', "begins with a word"),
        ('user_agent = "bot\\n"\n', ""),
    ],
)
def test_faults_are_said(site: Describe, lines: str, words: str) -> None:
    if not words:
        assert site(lines).provider.schema()
        return
    with pytest.raises(SettingsError) as caught:
        site(lines).provider.schema()
    assert words in str(caught.value)


def test_a_settings_file_is_read_without_the_extra() -> None:
    code = (
        "import sys; sys.modules['selectolax'] = sys.modules['protego'] = None\n"
        "from dovetail.errors import SettingsError\n"
        "from dovetail.providers.crawler.settings import KIND\n"
        "try:\n    KIND.make('site', {'sitemap': 'https://shop.example/sitemap.xml'})\n"
        "except SettingsError as error:\n    print(error)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'dovetail-mail[crawler]'" in shown.stdout


def test_the_connection_test(site: Describe, website: Website) -> None:
    described = site()
    (robots, sitemap) = described.check()
    assert robots.ok
    assert not sitemap.ok
    assert "set `sitemap`" in sitemap.help
    website.products(3)
    website.page("/robots.txt", "User-agent: *\nDisallow: /p/2")
    shown = [each.what for each in site().check()]
    assert shown[:3] == [
        "robots.txt allows a part of the site",
        "the sitemap names 2 pages that may be read",
        "1 pages of the sitemap are left out: robots.txt disallows them",
    ]
    assert "/p/1 has" in shown[3]
    assert "product" in shown[3]


def test_suggestions(site: Describe, website: Website) -> None:
    website.products(12)
    described = site()
    assert described.suggest() == ["page", "pages"]
    assert described.suggest("page", text="/1") == ["/p/1", "/p/10", "/p/11", "/p/12"]
    assert described.suggest("page", '"/p/1"', text="prod") == ["product"]
    assert "priceCurrency" in described.suggest("pages", "0", "product", "offers", "0")
    assert described.suggest("page", text="", limit=0) == []


SETTINGS: Mapping[str, object] = {"sitemap": ""}
OTHERS: Mapping[str, object] = {"user_agent": "Other", "max_pages": 7, "max_page_bytes": 7000, "max_bytes": 7000}
KNOWN: Mapping[str, Sequence[Key | Query]] = {"page": ["/p/1", "/p/2", "/p/3"]}


@pytest.fixture(scope="class", autouse=True)
def _server(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.cls is not TestKit:
        yield
        return
    running = Website()
    running.products(5)
    running.page("/robots.txt", "User-agent: *\nDisallow: /admin")
    TestKit.settings = {"sitemap": f"{running.url}/sitemap.xml"}
    yield
    running.close()


class TestKit(ProviderKit):
    """What every provider has to keep, but for what is otherwise with websites: HTML is what they answer with, and a
    key is a path, so that `../../admin` is a page of the site like others (which robots.txt may disallow).
    """

    kind = KIND
    settings = SETTINGS
    other_settings = OTHERS
    known = KNOWN
    most_requests: Mapping[str, int] = {"page": 4}

    def test_requests_go_where_they_may_without_secrets(self) -> None:
        found = complaints(self.subject(), "requests")
        assert all("'../../admin?x=1#y' of `page` changes the address" in each for each in found)

    def test_failures_become_errors_and_never_holes(self) -> None:
        found = complaints(self.subject(), "failures")
        assert [each for each in found if not each.startswith("with HTML instead of JSON")] == []
