"""Every form of a template writes the same mails, and none of them gives up on the workloads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast
from unittest.mock import patch

import pytest

from bench import counts
from bench.counts import Forms, Said, data, digest, forms
from bench.engines.formats import money, truncate
from bench.engines.hand import same_escape
from bench.engines.ports import RECIPIENTS, WORKLOADS, variables
from bench.equality import normal
from bench.workloads.build import sources

ROOT = Path(__file__).parents[2]
WITHOUT_EXTENSIONS = "import sys; sys.modules['markupsafe._speedups'] = None; from bench.counts import main; main()"

Elsewhere: TypeAlias = "Mapping[str, Said]"


@cache
def here(workload: str) -> Forms:
    return forms(workload)


def in_a_process(*command: str, compiled: bool, escape: str | None) -> Elsewhere:
    """What `bench.counts` says without our C, and, with that, what it ran on."""
    environment = {**os.environ, "DOVETAIL_PURE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, check=True)
    found = cast("Mapping[str, object]", json.loads(done.stdout))
    assert found["compiled"] is compiled
    assert escape is None or found["escape"] == escape
    workloads = cast("Mapping[str, Mapping[str, object]]", found["workloads"])
    return {
        workload: Said(
            cast("dict[str, str]", made["digests"]),
            cast("int", made["gave_up"]),
            tuple(cast("list[str]", made["without"])),
        )
        for workload, made in workloads.items()
    }


@pytest.fixture(scope="module", params=["none of our C", "no C extension at all"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    if request.param == "none of our C":
        yield in_a_process("-m", "bench.counts", compiled=False, escape=None)
    else:
        yield in_a_process("-c", WITHOUT_EXTENSIONS, compiled=False, escape="")


@pytest.mark.parametrize("workload", WORKLOADS)
def test_all_forms_write_the_same_mails(workload: str) -> None:
    mails = here(workload).mails
    assert len(mails["plain"]) == RECIPIENTS
    for name, texts in mails.items():
        assert texts == mails["plain"], name


@pytest.mark.parametrize("workload", WORKLOADS)
def test_all_have_a_quick_form_and_none_gives_up(workload: str) -> None:
    came = here(workload)
    assert (came.gave_up, came.without) == (0, ())


def test_a_form_that_gives_up_is_counted() -> None:
    incomplete = {**data(), "recipients": [{"id": 1} for _ in range(RECIPIENTS)]}
    with patch.object(counts, "data", lambda: incomplete):
        assert forms("w1").gave_up >= RECIPIENTS


@pytest.mark.parametrize("workload", WORKLOADS)
def test_the_same_holds_without_the_accelerator(elsewhere: Elsewhere, workload: str) -> None:
    expected = digest(here(workload).mails["plain"])
    made = elsewhere[workload]
    assert made.digests.keys() == here(workload).mails.keys()
    assert set(made.digests.values()) == {expected}
    assert (made.gave_up, made.without) == (0, ())


@pytest.mark.parametrize("workload", WORKLOADS)
def test_every_mail_is_the_hand_written_one(workload: str) -> None:
    names: dict[str, object] = {"escape": same_escape(), "money": money, "truncate": truncate}
    exec(sources("hand")[workload], names)
    by_hand = names["render"]
    assert callable(by_hand)
    for number, mail in enumerate(here(workload).mails["quick"]):
        assert normal(mail) == normal(by_hand(**variables(data(), workload, number))), f"recipient {number}"
