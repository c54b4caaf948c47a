"""What the benchmark's workers are started with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.driver import BUILD, ROOT, surroundings


@pytest.mark.parametrize(("engine", "pure"), [("dovetail", False), ("dovetail_python", True), ("jinja2", False)])
def test_workers_have_what_an_installation_has_whatever_is_set_here(
    engine: str, pure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("DOVETAIL_PURE", "1")
    asked = "import sys, os; print(sys.dont_write_bytecode, sys.pycache_prefix, 'DOVETAIL_PURE' in os.environ)"
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, env=surroundings(engine), cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", str(Path(BUILD, "bytecode")), str(pure)]
