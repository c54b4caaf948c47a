"""Every case of the conformance suite prints the same, whatever of its data is shared."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache

import pytest

from dovetail.errors import DovetailError
from tests.conformance.run import ROOT, Case, engine
from tests.engine.specialise.pairs import agree, ending, specialised

_PARTS = 8
SHARING: dict[str, Callable[[random.Random], bool]] = {
    "all": lambda choices: True,
    "none": lambda choices: False,
    "half": lambda choices: choices.randrange(2) == 0,
}


@cache
def cases() -> list[Case]:
    path = ROOT / "tests" / "conformance" / "cases.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("sharing", SHARING)
def test_cases_print_the_same_when_data_are_shared(sharing: str, part: int) -> None:
    choices = random.Random(part)
    differ: list[str] = []
    compared = 0
    for case in cases()[part::_PARTS]:
        made = engine(case)
        made.clock = lambda: 1_700_000_000.0
        try:
            program = made.get_template("main.tpl").program
        except DovetailError:
            continue
        data = case["data"] if isinstance(case["data"], dict) else {}
        shared = {name: value for name, value in data.items() if SHARING[sharing](choices)}
        compared += 1
        plain, special = ending(made, program, data), ending(made, specialised(made, program, shared), data)
        if not agree(plain, special):
            differ.append(f"{case['id']}: {case['template']!r}\n  {plain}\n  {special}")
    assert not differ, "\n".join(differ)
    assert compared > 50
