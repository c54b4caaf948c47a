"""The example provider as an installed package, and the service that it asks."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.dovetail_process import ROOT, CommandLine
from tests.examples.loyalty import FOLDER, KEY, Running
from tests.examples.loyalty import service as run_service


@pytest.fixture
def service() -> Iterator[Running]:
    with run_service(KEY) as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with what pip would write of the example: its module, and its metadata from pyproject.toml."""
    site = tmp_path / "site"
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    metadata = site / f"dovetail_loyalty-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = [
        f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in found.items())
        for group, found in project["entry-points"].items()
    ]
    (metadata / "entry_points.txt").write_text("\n".join(points))
    (site / "dovetail_loyalty.py").write_text((FOLDER / "dovetail_loyalty.py").read_text())
    monkeypatch.syspath_prepend(str(site))
    yield site
    sys.modules.pop("dovetail_loyalty", None)


@pytest.fixture
def dovetail(tmp_path: Path, site: Path, service: Running) -> CommandLine:
    """The command line in a folder whose dovetail.toml names the service."""
    (tmp_path / "dovetail.toml").write_text(
        f'[integrations.loyalty]\nkind = "loyalty"\nurl = "{service.url}"\nkey = {{ env = "LOYALTY_KEY" }}\n'
        "allow_private_addresses = true\n"
    )
    return CommandLine(tmp_path, {"PYTHONPATH": f"{site}:{ROOT}", "LOYALTY_KEY": KEY})
