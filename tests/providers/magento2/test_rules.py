"""The table of Magento's rules names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
ROWS = [line for line in (HERE / "RULES.md").read_text().splitlines() if line.startswith("| ")]


def test_every_rule_names_tests_that_exist_or_says_why_there_is_none() -> None:
    files = [*HERE.glob("test_*.py"), *(HERE.parent.parent / "doubles").glob("test_*.py")]
    known = {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)}
    rules = [row for row in ROWS if not row.startswith("| rule |")]
    assert len(rules) > 70
    for row in rules:
        named = re.findall(r"`(test_\w+)`", row)
        assert named or "elsewhere:" in row or "not built" in row, row
        assert set(named) <= known, set(named) - known
