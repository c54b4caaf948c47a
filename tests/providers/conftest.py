"""What tests of providers stand on: a scripted server with a provider that asks it, and a place for packages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.providers.station import Station, Things


@pytest.fixture
def station() -> Iterator[Station]:
    """A server with scripted replies."""
    station = Station()
    yield station
    station.close()


@pytest.fixture
def things(station: Station) -> Things:
    """The provider that asks it."""
    return Things(station.url)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path in which packages can be installed; they are named `plugged_…`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for module in [name for name in sys.modules if name.startswith("plugged_")]:
        del sys.modules[module]
