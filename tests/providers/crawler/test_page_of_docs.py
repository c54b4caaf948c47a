"""What docs/crawler.md shows is what works."""

from __future__ import annotations

import re
from pathlib import Path

from dovetail.integrations.settings import read_settings
from dovetail.providers.crawler.schema import FIELDS
from dovetail.providers.crawler.settings import KIND
from tests.providers.crawler.conftest import Describe
from tests.providers.crawler.website import PRODUCT, Website

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "crawler.md").read_text("utf-8")


def test_the_settings_of_the_page_have_no_faults(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    (tmp_path / "dovetail.toml").write_text(block, encoding="utf-8")
    (integration,) = read_settings(tmp_path / "dovetail.toml", {"crawler": KIND}).connect()
    assert integration.provider.schema().members


def test_the_page_explains_every_setting_and_field() -> None:
    names = [*(each.name for each in KIND.settings), *FIELDS]
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_template_of_the_page(site: Describe, website: Website) -> None:
    website.page("/chairs/oak", PRODUCT.format(number=1, price="99.95"))
    website.page("/blog/a", "<title>One &amp; two</title>")
    website.sitemap("/chairs/oak", "/blog/a")
    (template,) = re.findall(r"```smarty\n(.*?)```", PAGE, re.S)
    shown = site().render(template)
    assert f'<a href="{website.url}/chairs/oak"><img src="{website.url}/img/stoel.jpg" alt="">' in shown
    assert "Stoel &amp; tafel</a> 99.95 EUR" in shown
    assert "One &amp; two" in shown
