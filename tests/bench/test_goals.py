"""The table of the goals: what its figures are held to, and how it says that they are not there."""

from __future__ import annotations

import math

import pytest

from bench.elsewhere import Elsewhere
from bench.engines.ports import WORKLOADS
from bench.goals import ROWS, Outcome, Row, as_json, outcomes
from bench.measure import Run
from bench.report import against_goals


def run(**speeds: float) -> Run:
    """Two rounds at twice as different a pace, in which each engine is equally fast in all workloads."""
    made = Run(2, 0.1, list(speeds))
    for engine, speed in speeds.items():
        for workload in WORKLOADS:
            made.speed[engine, workload] = [speed, speed / 2]
    return made


def outcome(path: str, against: str, made: Run, **others: Elsewhere) -> Outcome:
    (found,) = [item for item in outcomes(made, others) if (item.row.path, item.row.against) == (path, against)]
    return found


def test_every_row_has_a_floor_and_a_goal_for_each_figure_and_the_goal_is_the_harder_one() -> None:
    for row in ROWS:
        assert len(row.names) == len(row.floors) == len(row.goals)
        assert all((goal < floor) == row.at_most for floor, goal in zip(row.floors, row.goals, strict=True)), row.path


def test_floors_are_those_without_our_c_and_goals_those_with_it() -> None:
    found = outcome("one-off", "Smarty, opcache", run(smarty=100, dovetail=230, dovetail_python=130))
    assert (found.floor, found.goal) == ((1.3,) * 4, (2.3,) * 4)
    assert found.below_floor == ("W1", "W1b", "W2", "W3")
    assert found.below_goal == ()


def test_a_figure_is_the_median_of_the_rounds_ratios() -> None:
    made = run(jinja2=10)
    made.speed["dovetail", "w1"] = [20, 45]
    assert made.ratio("dovetail", "jinja2", "w1") == pytest.approx((2 + 9) / 2)


def test_specialising_pays_back_when_what_it_saves_is_what_it_cost() -> None:
    made = run(dovetail=1_000, dovetail_mailing=10_000)
    made.specialising["dovetail_mailing"] = [9.0, 18.0]
    made.first_specialising["dovetail_mailing"] = 90.0
    assert made.pays_back_after("dovetail_mailing", "dovetail", cold=False) == pytest.approx(10)
    assert made.pays_back_after("dovetail_mailing", "dovetail", cold=True) == pytest.approx((100 + 50) / 2)


def test_specialising_that_saves_nothing_never_pays_back() -> None:
    made = run(dovetail=1_000, dovetail_mailing=900)
    made.specialising["dovetail_mailing"] = [9.0, 18.0]
    made.first_specialising["dovetail_mailing"] = 90.0
    found = outcome("specialising W1 pays back after", "recipients", made)
    assert found.goal == (math.inf, math.inf)
    assert found.below_goal == ("cold", "warm")
    assert as_json(found)["with_our_c"] == [None, None]


def test_what_must_be_small_is_held_from_above() -> None:
    made = run(dovetail=1)
    made.memory = {"dovetail_stored": 19.0, "dovetail_stored_python": 26.0}
    found = outcome("memory of a worker", "", made)
    assert (found.below_floor, found.below_goal) == (("W1",), ())


def test_figures_of_other_scripts_are_taken_in_or_pointed_to() -> None:
    row = "re-parse after a keystroke, p95"
    given = outcome(row, "", run(), reparse=Elsewhere({"43 kB": 0.4, "430 kB": 2.6}))
    assert (given.below_floor, given.below_goal) == ((), ("430 kB",))
    (_, _, pointed) = against_goals([outcome(row, "", run())])
    assert "see bench/reparse.py" in pointed


def shown(row: Row, *figures: float | None) -> str:
    return against_goals([Outcome(row, figures, figures)])[-1]


def test_a_figure_that_is_missing_is_no_pass() -> None:
    row = next(row for row in ROWS if row.against == "Smarty, opcache" and row.path == "mailing")
    assert "| 26.0, – | 12, 9 | not measured |" in shown(row, 26.0, None)
    assert "| 26.0, 18.1 | 12, 9 | yes |" in shown(row, 26.0, 18.1)
