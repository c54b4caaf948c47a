"""The command line in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.dovetail_process import CommandLine


@pytest.fixture
def dovetail(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, {})
