"""Smarty's true outputs: a case that passed once keeps passing. `passing.txt` is the record.

Renew it with `python tests/conformance/run.py tests/conformance/cases.jsonl --record tests/conformance/passing.txt`.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.conformance.run import Case, outcome

HERE = Path(__file__).parent


def cases() -> dict[str, Case]:
    lines = (HERE / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def test_no_case_that_passed_fails() -> None:
    known = cases()
    recorded = (HERE / "passing.txt").read_text(encoding="utf-8").split()
    assert len(recorded) == len(set(recorded)) > 0
    lost = {name: result for name in recorded if (result := outcome(known[name])) != "pass"}
    assert lost == {}


def test_the_record_is_complete() -> None:
    recorded = set((HERE / "passing.txt").read_text(encoding="utf-8").split())
    new = sorted(name for name, case in cases().items() if name not in recorded and outcome(case) == "pass")
    assert new == [], "these pass now: renew passing.txt"


def test_at_least_65_percent_of_the_outputs_are_right() -> None:
    recorded = set((HERE / "passing.txt").read_text(encoding="utf-8").split())
    outputs = [name for name, case in cases().items() if case["kind"] == "output"]
    assert sum(name in recorded for name in outputs) >= 0.65 * len(outputs)
