"""What all tests share: tests that need a program outside PyPI are skipped, and listed, where it is missing.

`.ci/run` installs these programs and sets `DOVETAIL_REQUIRE_ALL=1`, which makes such a skip a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("external"):
        missing = [need for need in marker.args if not (Path(need).exists() if "/" in need else shutil.which(need))]
        if not missing:
            continue
        reason = f"needs {' and '.join(missing)}"
        if os.environ.get("DOVETAIL_REQUIRE_ALL"):
            pytest.fail(f"{reason}, and DOVETAIL_REQUIRE_ALL is set")
        pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What environments keep for other processes does not leave the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("DOVETAIL_CACHE", raising=False)
        yield
