"""The command line in a folder of its own, and a shop for it to talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.dovetail_process import CommandLine, connected
from tests.doubles.shop import Shop


@pytest.fixture
def dovetail(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, {})


@pytest.fixture(scope="session")
def running_shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8") as shop:
        yield shop


@pytest.fixture
def shop(running_shop: Shop) -> Shop:
    running_shop.clear()
    return running_shop


@pytest.fixture
def with_shop(tmp_path: Path, shop: Shop) -> CommandLine:
    """A command line whose folder has a dovetail.toml for the shop; the secrets are in the environment."""
    return connected(tmp_path, shop)
