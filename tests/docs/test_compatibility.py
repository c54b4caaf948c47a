"""The page about compatibility says what is so."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path

from tests.conformance.run import outcome
from tests.conformance.test_conformance import cases

ROOT = Path(__file__).resolve().parents[2]
KNOWN = json.loads((ROOT / "tests" / "conformance" / "known.json").read_text(encoding="utf-8"))


def test_the_cases_that_do_not_pass_are_those_that_are_listed() -> None:
    listed = Counter(name for group in KNOWN for name in group["cases"])
    failing = {name for name, case in cases().items() if outcome(case) != "pass"}
    assert set(listed) == failing
    assert set(listed.values()) == {1}


def test_each_has_a_reason() -> None:
    for group in KNOWN:
        assert group["reason"].endswith(".")
        assert all(reason.endswith(".") for reason in group["cases"].values())


def test_enough_of_the_language_is_smartys() -> None:
    listed = {name for group in KNOWN for name in group["cases"]}
    outputs = [name for name, case in cases().items() if case["kind"] == "output"]
    errors = [name for name, case in cases().items() if case.get("error_phase") == "compile"]
    assert sum(name not in listed for name in outputs) >= 0.99 * len(outputs)
    assert sum(name not in listed for name in errors) >= 0.97 * len(errors)


def test_every_test_that_the_page_names_is_there() -> None:
    page = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
    rows = page.split("| Question ")[1].split("\n\n")[0].splitlines()[2:]
    assert len(rows) > 10
    for row in rows:
        words = re.findall(r"`([\w/.]+)`", row.rsplit("|", 2)[1])
        file = words[0] if words[0].endswith(".py") else "tests/engine/test_copernica.py"
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert f"test_{words[-1]}" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, row
