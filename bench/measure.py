"""One interleaved run on one core, so that noise meets all alike.

A round goes through the workloads in a new random order, and through the engines of each in a new one: what is compared
was measured within seconds.
"""

from __future__ import annotations

import math
import os
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bench.driver import BUILD, SPECIALISING, STORED, Worker, WorkerFailed
from bench.engines.ports import WORKLOADS
from bench.equality import outputs, unequal

Cell = tuple[str, str]
"""An engine and a workload."""


@dataclass(slots=True)
class Run:
    """What one run measured.

    `speed`: renders per CPU second of each round; `compiling` and `specialising`: CPU ms of doing that with W1, warm,
    of each round; `first_…`: the same for the first time in a process; `memory`: peak MB of a worker that rendered
    W1 for a second; `size`: mean bytes of a mail.
    """

    rounds: int
    seconds: float
    engines: list[str]
    speed: dict[Cell, list[float]] = field(default_factory=dict[Cell, "list[float]"])
    size: dict[str, float] = field(default_factory=dict[str, float])
    compiling: dict[str, list[float]] = field(default_factory=dict[str, "list[float]"])
    first_compiling: dict[str, float] = field(default_factory=dict[str, float])
    specialising: dict[str, list[float]] = field(default_factory=dict[str, "list[float]"])
    first_specialising: dict[str, float] = field(default_factory=dict[str, float])
    memory: dict[str, float] = field(default_factory=dict[str, float])
    wrong: list[str] = field(default_factory=list[str])
    cells: list[Cell] = field(default_factory=list[Cell])

    def median(self, engine: str, workload: str) -> float | None:
        """Renders per CPU second."""
        rounds = self.speed.get((engine, workload))
        return statistics.median(rounds) if rounds else None

    def compile_ratio(self, engine: str, other: str) -> float | None:
        """The time that compiling W1 takes, warm, over another's: the median of the rounds' ratios."""
        mine, theirs = self.compiling.get(engine), self.compiling.get(other)
        if not mine or not theirs:
            return None
        return statistics.median(one / two for one, two in zip(mine, theirs, strict=True))

    def pays_back_after(self, mailing: str, one_off: str, *, cold: bool) -> float | None:
        """The recipients of W1 after which specialising has cost less than it saved: the median over the rounds."""
        quick, slow = self.speed.get((mailing, "w1")), self.speed.get((one_off, "w1"))
        warm, first = self.specialising.get(mailing), self.first_specialising.get(mailing)
        if not quick or not slow or not warm or first is None:
            return None
        costs = [first] * len(warm) if cold else warm
        savings = [1e3 / before - 1e3 / after for before, after in zip(slow, quick, strict=True)]
        return statistics.median(
            cost / saving if saving > 0 else math.inf for cost, saving in zip(costs, savings, strict=True)
        )

    def ratio(self, engine: str, other: str, workload: str) -> float | None:
        """How many times as fast as another: the median of the rounds' ratios."""
        mine, theirs = self.speed.get((engine, workload)), self.speed.get((other, workload))
        if not mine or not theirs:
            return None
        return statistics.median(one / two for one, two in zip(mine, theirs, strict=True))


def measure(engines: list[str], rounds: int, seconds: float, *, everything: bool) -> Run:
    """Check that all write the same, then measure; `everything`: compile times, specialising and memory too."""
    # The workers inherit it; a core of its own for one of them would be a faster or a slower one.
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        return _measured(Run(rounds, seconds, engines), everything=everything)
    finally:
        os.sched_setaffinity(0, cores)


def _measured(run: Run, *, everything: bool) -> Run:
    engines, seconds = run.engines, run.seconds
    workers: dict[str, Worker] = {}
    try:
        for engine in engines:
            workers[engine] = Worker(engine)
        _compare(run, workers)
        for engine, workload in run.cells:
            workers[engine].ask("bench", workload, seconds)  # caches, and V8's optimiser
        _interleave(run, workers, everything=everything)
    finally:
        for worker in workers.values():
            worker.close()
    if everything:
        for engine in engines:
            run.first_compiling[engine] = _first(engine, "compile")
            if engine in SPECIALISING:
                run.first_specialising[engine] = _first(engine, "specialise")
            _peak(run, engine)
        for engine in STORED:
            with Worker(engine) as worker:
                worker.ask("bench", "w1", 0)  # what it compiles is there for the next process
            _peak(run, engine)
    return run


def _compare(run: Run, workers: dict[str, Worker]) -> None:
    for workload in WORKLOADS:
        written: dict[str, list[str]] = {}
        for engine, worker in workers.items():
            try:
                written[engine] = outputs(worker, workload, BUILD)
            except WorkerFailed as error:
                run.wrong.append(f"{engine} {workload}: {error}")
        smarty = written.get("smarty")
        reference = smarty or next(iter(written.values()), [])
        if reference:
            run.size[workload] = statistics.mean(len(text.encode()) for text in reference)
        for engine, texts in written.items():
            differs = unequal(engine, texts, smarty, reference)
            if differs:
                run.wrong.append(f"{engine} {workload}: {differs}")
            else:
                run.cells.append((engine, workload))


def _interleave(run: Run, workers: dict[str, Worker], *, everything: bool) -> None:
    shuffle = random.Random(1).shuffle
    groups: list[list[Callable[[], None]]] = [
        [partial(_bench, run, workers, cell) for cell in run.cells if cell[1] == workload] for workload in WORKLOADS
    ]
    if everything:
        groups.append([partial(_work, workers[engine], "compile", run.compiling) for engine in workers])
        groups.append(
            [
                partial(_work, workers[engine], "specialise", run.specialising)
                for engine in SPECIALISING
                if engine in workers
            ]
        )
    for _ in range(run.rounds):
        shuffle(groups)
        for steps in groups:
            shuffle(steps)
            for step in steps:
                step()


def _bench(run: Run, workers: dict[str, Worker], cell: Cell) -> None:
    engine, workload = cell
    answer = workers[engine].ask("bench", workload, run.seconds)
    renders, cpu = answer["n"], answer["cpu"]
    if not isinstance(renders, int | float) or not isinstance(cpu, int | float):
        raise WorkerFailed(f"{engine} gave no numbers")
    run.speed.setdefault(cell, []).append(renders / cpu)


def _times(worker: Worker, work: str, times: int) -> list[float]:
    took = worker.ask(work, "w1", times)["ms"]
    if not isinstance(took, list):
        raise WorkerFailed(f"{worker.engine} gave no numbers")
    return took


def _work(worker: Worker, work: str, rounds: dict[str, list[float]]) -> None:
    if worker.engine not in rounds:
        _times(worker, work, 1)
    rounds.setdefault(worker.engine, []).append(_times(worker, work, 1)[0])


def _first(engine: str, work: str) -> float:
    """In a fresh process; the median of three."""
    firsts: list[float] = []
    for _ in range(3):
        with Worker(engine) as worker:
            firsts += _times(worker, work, 1)
    return statistics.median(firsts)


def _peak(run: Run, engine: str) -> None:
    with Worker(engine) as worker:
        worker.ask("bench", "w1", 1.0)
        run.memory[engine] = worker.number("kb", "rss") / 1024
