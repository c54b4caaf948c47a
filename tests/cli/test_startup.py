"""What the first moments of a command do not pay for (the times themselves: bench/startup.py)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.dovetail_process import ROOT

HEAVY = {"asyncio", "diskcache", "httpx", "keyring", "lark", "pygls", "sqlite3", "ssl", "tomllib"}


def loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "code",
    [
        "import dovetail",
        "from dovetail.cli import run; run(['--help'])",
        "from dovetail.cli import run; run(['--version'])",
        "from dovetail.cli import run; run(['mail', '--help'])",
    ],
)
def test_help_and_import_load_no_heavy_library(code: str) -> None:
    names = loaded(code)
    assert "dovetail" in names
    assert names & HEAVY == set()


def test_a_mail_without_a_shop_loads_no_http_client() -> None:
    code = "from dovetail import Environment; Environment().from_string('{$x}').render(x=1)"
    assert loaded(code) & {"httpx", "diskcache", "asyncio", "ssl"} == set()
