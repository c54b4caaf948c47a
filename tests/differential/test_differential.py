"""Beside Debian's Smarty 4, no output differs for a reason that is not written down."""

from __future__ import annotations

import pytest

from tests.differential.run import SMARTY, Allowed, Ending, Job, allowed, compare, jobs


@pytest.mark.external("php", str(SMARTY))
def test_generated_templates_give_what_smarty_4_gives() -> None:
    found = compare(jobs(400, seed=1))
    assert found.open == []
    assert found.equal > 250


def test_every_allowed_difference_has_a_reason_and_a_pattern() -> None:
    known = allowed()
    assert len({entry.reason for entry in known}) == len(known)
    assert all(entry.template or entry.smarty4 or entry.ours for entry in known)


def test_a_difference_is_allowed_only_where_all_patterns_are_found() -> None:
    entry = Allowed("because", template="ternary", ours="^output: a$")
    job = Job("a ternary", {})
    assert entry.explains(job, Ending("error", "x"), Ending("output", "a"))
    assert not entry.explains(job, Ending("error", "x"), Ending("output", "ab"))
    assert not entry.explains(Job("another", {}), Ending("error", "x"), Ending("output", "a"))
