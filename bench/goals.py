"""What the ratios have to be: floors that hold in any case, and goals. All from one interleaved run."""

from __future__ import annotations

from dataclasses import dataclass

from bench.measure import Run


@dataclass(frozen=True, slots=True)
class Goal:
    """An engine of ours beside another: `floors` and `goals` are by workload."""

    engine: str
    other: str
    workloads: tuple[str, ...]
    floors: tuple[float, ...]
    goals: tuple[float, ...]

    @property
    def name(self) -> str:
        return f"{self.engine}/{self.other}"


_ALL = ("w1", "w1b", "w2", "w3")
_ITEMS = ("w1", "w2", "w3")
_MAILS = ("w1", "w1b")
GOALS = (
    Goal("dovetail", "jinja2", _ALL, (5, 4.5, 6, 2.5), (8, 8, 9, 4.3)),
    Goal("dovetail_pure", "jinja2", _ALL, (3, 3, 4, 1.4), (4, 4, 5, 1.8)),
    Goal("dovetail", "jinja2_item", _ITEMS, (2.2, 2.8, 2.5), (3.5, 4.5, 4)),
    Goal("dovetail", "smarty", _ALL, (1.4,) * 4, (2.2,) * 4),
    Goal("dovetail", "hand", _ALL, (0.55,) * 4, (0.85,) * 4),
    Goal("dovetail_mailing", "jinja2", _MAILS, (45, 35), (90, 65)),
    Goal("dovetail_mailing", "smarty", _MAILS, (12, 9), (25, 18)),
    Goal("dovetail_mailing", "dovetail", ("w2",), (0.95,), (1.0,)),
)
COMPILE_FLOOR, COMPILE_GOAL = 0.6, 0.4
MEMORY_FLOOR, MEMORY_GOAL = 25, 20


def ratios(run: Run) -> dict[str, dict[str, float]]:
    """Every ratio of the goals that the run measured."""
    found: dict[str, dict[str, float]] = {}
    for goal in GOALS:
        for workload in goal.workloads:
            ratio = run.ratio(goal.engine, goal.other, workload)
            if ratio is not None:
                found.setdefault(goal.name, {})[workload] = round(ratio, 3)
    return found


def compile_ratio(run: Run) -> float | None:
    """Our compile time of W1, warm, over Jinja2's."""
    if "dovetail" in run.compiled and "jinja2" in run.compiled:
        return round(run.compiled["dovetail"][1] / run.compiled["jinja2"][1], 3)
    return None
