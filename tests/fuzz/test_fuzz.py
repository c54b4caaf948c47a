"""Twenty seconds of fuzzing find nothing; `python tests/fuzz/run.py --seconds 600` looks longer."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.target import fault, make

RUN = Path(__file__).with_name("run.py")


def fuzzed(*options: str) -> dict[str, object]:
    ended = subprocess.run(
        [sys.executable, str(RUN), *options], capture_output=True, text=True, check=False, timeout=110
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-2000:]
    figures: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    return figures


@pytest.mark.fuzz
def test_random_templates_break_nothing() -> None:
    figures = fuzzed("--seconds", "10", "--seed", "1", "--plain")
    assert figures["findings"] == 0
    assert isinstance(figures["runs"], int)
    assert figures["runs"] > 50


@pytest.mark.fuzz
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed (the extra `fuzz`)")
def test_templates_that_seek_new_ways_through_the_code_break_nothing() -> None:
    figures = fuzzed("--seconds", "10", "--seed", "1")
    assert (figures["findings"], figures["guided"]) == (0, True)


def test_the_same_seed_makes_the_same_templates() -> None:
    first, second = random.Random(5), random.Random(5)
    # As text, since NAN is not equal to itself.
    assert [repr(make(first)) for _ in range(50)] == [repr(make(second)) for _ in range(50)]


def test_faults_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fault("{$a}", {"a": 1}) is None

    def broken(*given: object) -> None:
        raise KeyError("boom")

    def endless(*given: object) -> None:
        while True:
            pass

    monkeypatch.setattr("tests.fuzz.target.run", broken)
    assert fault("{$a}", {}) == "KeyError: 'boom'"
    monkeypatch.setattr("tests.fuzz.target.run", endless)
    assert fault("{$a}", {}) == "hang: more than 1 s"
