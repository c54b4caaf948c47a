"""Issue 4's table as data: floors that hold without our C file, goals with it, and how each figure is found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bench.elsewhere import Elsewhere
from bench.measure import Run


@dataclass(frozen=True, slots=True)
class Column:
    """The engines of ours, and the hand-written one, that stand in one column of the table."""

    one_off: str
    mailing: str
    stored: str
    hand: str


FLOOR = Column("dovetail_python", "dovetail_mailing_python", "dovetail_stored_python", "hand_python")
GOAL = Column("dovetail", "dovetail_mailing", "dovetail_stored", "hand")


class Figure(Protocol):
    """Where a row's figures come from."""

    def of(self, run: Run, others: Mapping[str, Elsewhere], column: Column, name: str) -> float | None:
        """One figure; None where it was not measured."""
        ...


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as fast as another; `mine` and `other` are engines, or names of a column's engines."""

    mine: str
    other: str

    def engines(self, column: Column) -> tuple[str, str]:
        """The two, in a column."""
        of = {"one-off": column.one_off, "mailing": column.mailing, "hand": column.hand}
        return of.get(self.mine, self.mine), of.get(self.other, self.other)

    def of(self, run: Run, others: Mapping[str, Elsewhere], column: Column, name: str) -> float | None:
        return run.ratio(*self.engines(column), name.lower())


class PaysBack:
    """Recipients after which specialising W1 has cost less than it saved; `name` is cold or warm."""

    def of(self, run: Run, others: Mapping[str, Elsewhere], column: Column, name: str) -> float | None:
        return run.pays_back_after(column.mailing, column.one_off, cold=name == "cold")


class Compiling:
    def of(self, run: Run, others: Mapping[str, Elsewhere], column: Column, name: str) -> float | None:
        return run.compile_ratio(column.one_off, "jinja2")


class Memory:
    """Of a process that renders W1, and has loaded it from disk as the workers of a mailing do."""

    def of(self, run: Run, others: Mapping[str, Elsewhere], column: Column, name: str) -> float | None:
        return run.memory.get(column.stored)


@dataclass(frozen=True, slots=True)
class Other:
    """What another script measures; it has no column of its own for what is without our C file."""

    script: str

    def of(self, run: Run, others: Mapping[str, Elsewhere], column: Column, name: str) -> float | None:
        found = others.get(self.script)
        return found.figures.get(name) if found else None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: `floors` and `goals` are those of the figures `names`."""

    path: str
    against: str
    names: tuple[str, ...]
    floors: tuple[float, ...]
    goals: tuple[float, ...]
    figure: Figure
    at_most: bool = False
    unit: str = ""


_ALL = ("W1", "W1b", "W2", "W3")
_BOTH = ("W1", "W1b")
_SIZES = ("43 kB", "430 kB")
ROWS = (
    Row("one-off", "Jinja2, dot syntax", _ALL, (5, 4.5, 6, 2.5), (8, 8, 9, 4.3), Ratio("one-off", "jinja2")),
    Row(
        "one-off, no C extension at all",
        "Jinja2, dot syntax",
        _ALL,
        (3, 3, 4, 1.4),
        (4, 4, 5, 1.8),
        Ratio("dovetail_pure", "jinja2"),
    ),
    Row(
        "one-off",
        "Jinja2, item syntax",
        ("W1", "W2", "W3"),
        (2.2, 2.8, 2.5),
        (3.5, 4.5, 4),
        Ratio("one-off", "jinja2_item"),
    ),
    Row("one-off", "Smarty, opcache", _ALL, (1.4,) * 4, (2.2,) * 4, Ratio("one-off", "smarty")),
    Row("one-off", "hand-written, same escape", _ALL, (0.55,) * 4, (0.85,) * 4, Ratio("one-off", "hand")),
    Row("mailing", "Jinja2, dot syntax", _BOTH, (45, 35), (90, 65), Ratio("mailing", "jinja2")),
    Row("mailing", "Smarty, opcache", _BOTH, (12, 9), (25, 18), Ratio("mailing", "smarty")),
    Row("mailing", "our own one-off", ("W2",), (0.95,), (1.0,), Ratio("mailing", "one-off")),
    Row("specialising W1 pays back after", "recipients", ("cold", "warm"), (100, 100), (40, 40), PaysBack(), True),
    Row("compile W1, warm", "Jinja2's time", ("W1",), (0.6,), (0.4,), Compiling(), True),
    Row("load W1 from disk, no Lark", "", ("fresh process", "again"), (3, 3), (1, 1), Other("load"), True, "ms"),
    Row("re-parse after a keystroke, p95", "", _SIZES, (2, 5), (0.5, 2.5), Other("reparse"), True, "ms"),
    Row("2 workers, by the clock", "1 worker", ("W1", "W2"), (1.7, 1.7), (1.95, 1.95), Other("million")),
    Row("memory of a worker", "", ("W1",), (25,), (20,), Memory(), True, "MB"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row's figures came to: those without our C file, held to the floors, and those with it, to the goals."""

    row: Row
    floor: tuple[float | None, ...]
    goal: tuple[float | None, ...]
    below_floor: tuple[str, ...] = field(default=())
    below_goal: tuple[str, ...] = field(default=())

    @property
    def measured(self) -> bool:
        """Whether every figure is there."""
        return None not in self.floor and None not in self.goal

    @property
    def missing(self) -> bool:
        """Whether no figure is there."""
        return not any(figure is not None for figure in (*self.floor, *self.goal))


def outcomes(run: Run, others: Mapping[str, Elsewhere]) -> list[Outcome]:
    """All rows, with what was measured."""
    made: list[Outcome] = []
    for row in ROWS:
        floor = tuple(row.figure.of(run, others, FLOOR, name) for name in row.names)
        goal = tuple(row.figure.of(run, others, GOAL, name) for name in row.names)
        made.append(Outcome(row, floor, goal, _missed(row, floor, row.floors), _missed(row, goal, row.goals)))
    return made


def _missed(row: Row, figures: tuple[float | None, ...], limits: tuple[float, ...]) -> tuple[str, ...]:
    sign = -1 if row.at_most else 1
    return tuple(
        name
        for name, figure, limit in zip(row.names, figures, limits, strict=True)
        if figure is not None and sign * figure < sign * limit
    )


def ratios(run: Run) -> dict[str, dict[str, float]]:
    """Every ratio of the rows that the run measured, by `engine/other` and workload."""
    found: dict[str, dict[str, float]] = {}
    for row in ROWS:
        if not isinstance(row.figure, Ratio):
            continue
        for column in (FLOOR, GOAL):
            mine, other = row.figure.engines(column)
            for name in row.names:
                ratio = run.ratio(mine, other, name.lower())
                if ratio is not None:
                    found.setdefault(f"{mine}/{other}", {})[name.lower()] = round(ratio, 3)
    return found


def as_json(outcome: Outcome) -> dict[str, object]:
    """A row for programs; a figure that was not measured is null, and so is one without end."""

    def plain(figures: tuple[float | None, ...]) -> list[float | None]:
        return [None if figure is None or math.isinf(figure) else round(figure, 3) for figure in figures]

    row = outcome.row
    return {
        "path": row.path,
        "against": row.against,
        "of": list(row.names),
        "without_our_c": plain(outcome.floor),
        "floor": list(row.floors),
        "with_our_c": plain(outcome.goal),
        "goal": list(row.goals),
        "below_floor": list(outcome.below_floor),
        "below_goal": list(outcome.below_goal),
    }
