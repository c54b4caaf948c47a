"""The law of specialisation: for any template and any data, shared or not, nothing of the result changes.

The many: `python -m tests.engine.specialise.pairs 10000`.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dovetail.engine.specialise import Bounds
from dovetail.errors import TemplateSyntaxError
from tests.engine.specialise.pairs import agree, ending, pair, specialised

_CHUNKS = 8
_CHUNK = 100


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.randoms(use_true_random=False))
def test_a_specialised_template_comes_to_the_same(choices: random.Random) -> None:
    made = pair(choices)
    found = made.endings()
    if found is not None:
        usual, special = found
        assert agree(usual, special), f"{made}\n{usual}\n{special}"


@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_so_do_those_of_fixed_seeds(chunk: int) -> None:
    differ: list[str] = []
    for seed in range(chunk * _CHUNK, (chunk + 1) * _CHUNK):
        found = pair(random.Random(seed)).endings()
        if found is not None and not agree(*found):
            differ.append(f"seed {seed}: {found}")
    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("bounds", [Bounds(rounds=3), Bounds(size=200), Bounds(rounds=0, size=0)])
def test_bounds_change_no_result(bounds: Bounds) -> None:
    for seed in range(100):
        made = pair(random.Random(seed))
        engine = made.engine()
        try:
            program = engine.get_template("main").program
        except TemplateSyntaxError:
            continue
        variables = {**made.shared, **made.own}
        usual = ending(engine, program, variables)
        special = ending(engine, specialised(engine, program, made.shared, bounds), variables)
        assert agree(usual, special), f"seed {seed}: {made}\n{usual}\n{special}"
