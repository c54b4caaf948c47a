"""The settings of a website that is crawled, and the provider made of them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.errors import SettingsError
from dovetail.providers.crawler.site import AGENT, Site
from dovetail.providers.kinds import Kind, Setting

if TYPE_CHECKING:
    from dovetail.providers.crawler.provider import Crawler

_AGENT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:[/ (][\x20-\x7e]*)?\Z")
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "max_pages": (500, 50_000),
    "max_page_bytes": (2_000_000, 20_000_000),
    "max_bytes": (50_000_000, 1_000_000_000),
}


def make(identifier: str, settings: Mapping[str, object]) -> Crawler:
    """A provider from checked settings.

    Raises:
        SettingsError: a setting cannot be used, or the extra `crawler` is not installed.
    """
    site = Site(
        identifier=identifier,
        sitemap=_address(identifier, settings),
        agent=_agent(identifier, settings),
        max_pages=_bound(identifier, settings, "max_pages"),
        max_page_bytes=_bound(identifier, settings, "max_page_bytes"),
        max_bytes=_bound(identifier, settings, "max_bytes"),
    )
    missing = [name for name in ("protego", "selectolax") if importlib.util.find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"`{identifier}` needs {' and '.join(missing)} to read websites. pip install 'dovetail-mail[crawler]'"
        )
    from dovetail.providers.crawler.provider import Crawler

    return Crawler(site)


def _address(identifier: str, settings: Mapping[str, object]) -> str:
    given = str(settings.get("sitemap") or "").strip()
    made = Site(identifier=identifier, sitemap=given).address(given) if re.match(r"https?://", given) else None
    if made is None or not Site(identifier=identifier, sitemap=given).owns(made):
        example = "https://www.example.com/sitemap.xml"
        raise SettingsError(f"the `sitemap` of `{identifier}` is not a web address, such as {example}")
    return made


def _agent(identifier: str, settings: Mapping[str, object]) -> str:
    agent = str(settings.get("user_agent") or AGENT).strip()
    if not _AGENT.match(agent):
        raise SettingsError(f"the `user_agent` of `{identifier}` begins with a word, such as {AGENT}/1.0 (+https://…)")
    return agent


def _bound(identifier: str, settings: Mapping[str, object], name: str) -> int:
    usual, most = _BOUNDS[name]
    value = settings.get(name, usual)
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
    if not number.is_integer() or not 1 <= number <= most:
        raise SettingsError(f"the `{name}` of `{identifier}` is a whole number from 1 to {most:,}")
    return int(number)


KIND = Kind(
    name="crawler",
    title="Website",
    summary="The pages of a website, by its sitemap, their meta tags and JSON-LD: see docs/crawler.md",
    settings=(
        Setting(
            name="sitemap",
            type="url",
            required=True,
            summary="the sitemap, or the index of sitemaps",
            example="https://www.example.com/sitemap.xml",
        ),
        Setting(
            name="user_agent",
            default=AGENT,
            summary="how the crawler calls itself; the first word is what robots.txt knows it by",
            example=f"{AGENT}/1.0 (+https://www.example.com/about)",
        ),
        Setting(
            name="max_pages", type="number", default=500, summary="so many pages one list reads at most", example="100"
        ),
        Setting(
            name="max_page_bytes",
            type="number",
            default=2_000_000,
            summary="so much of one page is looked at (bytes)",
            example="500000",
        ),
        Setting(
            name="max_bytes",
            type="number",
            default=50_000_000,
            summary="a list stops reading pages behind so many bytes",
            example="10000000",
        ),
    ),
    make=make,
)
