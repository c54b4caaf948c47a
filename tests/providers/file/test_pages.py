"""What the pages and examples show is what works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dovetail.integrations.environment import Environment
from dovetail.integrations.folder import FolderLoader
from dovetail.integrations.settings import read_settings
from dovetail.providers.file import settings as files
from dovetail.providers.rest import settings as rest

ROOT = Path(__file__).resolve().parents[3]
KINDS = {"file": files.KIND, "rest": rest.KIND}
BLOCKS = [
    (page, number, block)
    for page in ("rest.md", "files.md")
    for number, block in enumerate(re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.S))
]


@pytest.mark.parametrize(("page", "number", "block"), BLOCKS)
def test_the_settings_of_a_page_have_no_faults(tmp_path: Path, page: str, number: int, block: str) -> None:
    (tmp_path / "dovetail.toml").write_text(block, encoding="utf-8")
    (integration,) = read_settings(tmp_path / "dovetail.toml", KINDS).connect()
    assert integration.provider.schema().members


@pytest.mark.parametrize("page", ["rest.md", "files.md"])
def test_a_page_explains_every_setting_of_its_kind(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    settings = {"rest.md": rest.KIND, "files.md": files.KIND}[page].settings
    assert [each.name for each in settings if f"`{each.name}`" not in text and each.name != "collections"] == []


def test_the_example_of_an_api_has_no_faults() -> None:
    (integration,) = read_settings(ROOT / "examples" / "rest" / "dovetail.toml", KINDS).connect()
    assert set(integration.provider.schema().members) == {"customer", "customers", "order", "orders"}


def test_the_example_of_files_renders() -> None:
    folder = ROOT / "examples" / "files"
    integrations = read_settings(folder / "dovetail.toml", KINDS).connect()
    with Environment(loader=FolderLoader(folder), integrations=integrations, cache_folder=None) as environment:
        shown = str(environment.get_template("stores.tpl").render())
    lines = [line for line in shown.splitlines() if line.strip()]
    assert lines == ["Centre (Utrecht), ask for Fatima, open on Sunday", "Station (Utrecht), ask for Bas"]
