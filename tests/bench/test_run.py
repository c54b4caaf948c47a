"""The benchmark itself runs, with real workers; what it measures in so little time is of no interest."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.driver import ROOT, SMARTY

ENGINES = "dovetail,dovetail_python,dovetail_specialised,dovetail_mailing,smarty"


@pytest.mark.external("php", str(SMARTY))
def test_a_quick_run_finds_that_our_texts_are_those_of_smarty_byte_for_byte() -> None:
    command = [sys.executable, "bench/run.py", "--quick", "--only", ENGINES, "--rounds", "1", "--seconds", "0.001"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["equal"] is True
    for name in ("dovetail/smarty", "dovetail_python/smarty"):
        assert said["ratios"][name].keys() == {"w1", "w1b", "w2", "w3"}
    assert said["ratios"]["dovetail_mailing/smarty"].keys() == {"w1", "w1b"}
