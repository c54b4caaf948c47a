"""An API on loopback, and environments and answers from descriptions of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dovetail.providers.rest.settings import KIND
from tests.providers.connected import Connected
from tests.providers.rest.double import JsonApi

HEAD = '[integrations.crm]\nkind = "rest"\nallow_private_addresses = true\nurl = "{url}"\n'

Describe = Callable[[str], Connected]


@pytest.fixture
def api() -> Iterator[JsonApi]:
    running = JsonApi()
    yield running
    running.close()


@pytest.fixture
def crm(api: JsonApi, tmp_path: Path) -> Iterator[Describe]:
    """Makes the integration `crm` from the lines of its description that come behind `url`."""
    with ExitStack() as stack:
        yield lambda lines: Connected(KIND, tmp_path, HEAD.format(url=api.url) + lines, stack)
