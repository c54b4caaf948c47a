"""Files in a folder with a settings file, as the integration `data`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dovetail.providers.file.settings import KIND
from tests.providers.connected import Connected

HEAD = '[integrations.data]\nkind = "file"\n'

Describe = Callable[[str], Connected]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Describe]:
    """Makes the integration `data` from the lines of its description."""
    with ExitStack() as stack:
        yield lambda lines: Connected(KIND, tmp_path, HEAD + lines, stack)
