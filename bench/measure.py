"""One interleaved run: all engines and workloads in a new random order each round, so that noise meets all alike."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass, field

from bench.driver import BUILD, Worker, WorkerFailed
from bench.engines.ports import WORKLOADS
from bench.equality import outputs, unequal

Cell = tuple[str, str]
"""An engine and a workload."""


@dataclass(slots=True)
class Run:
    """What one run measured.

    `speed`: renders per CPU second of each round; `compiled`: CPU ms of compiling W1 (first in a process, and
    warm); `memory`: peak MB of a worker that rendered W1 for a second; `size`: mean bytes of a mail.
    """

    rounds: int
    seconds: float
    engines: list[str]
    speed: dict[Cell, list[float]] = field(default_factory=dict[Cell, "list[float]"])
    size: dict[str, float] = field(default_factory=dict[str, float])
    compiled: dict[str, tuple[float, float]] = field(default_factory=dict[str, "tuple[float, float]"])
    memory: dict[str, float] = field(default_factory=dict[str, float])
    wrong: list[str] = field(default_factory=list[str])
    cells: list[Cell] = field(default_factory=list[Cell])

    def median(self, engine: str, workload: str) -> float | None:
        """Renders per CPU second."""
        rounds = self.speed.get((engine, workload))
        return statistics.median(rounds) if rounds else None

    def ratio(self, engine: str, other: str, workload: str) -> float | None:
        """How many times as fast as another: the median of the rounds' ratios."""
        mine, theirs = self.speed.get((engine, workload)), self.speed.get((other, workload))
        if not mine or not theirs:
            return None
        return statistics.median(one / two for one, two in zip(mine, theirs, strict=True))


def measure(engines: list[str], rounds: int, seconds: float, *, everything: bool) -> Run:
    """Check that all write the same, then measure; `everything`: compile times and memory too."""
    run = Run(rounds, seconds, engines)
    workers = {engine: Worker(engine) for engine in engines}
    try:
        _compare(run, workers)
        for engine, workload in run.cells:
            workers[engine].ask("bench", workload, seconds)  # caches, and V8's optimiser
        _interleave(run, workers)
    finally:
        for worker in workers.values():
            worker.close()
    if everything:
        for engine in engines:
            _compile_time(run, engine)
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


def _interleave(run: Run, workers: dict[str, Worker]) -> None:
    shuffle = random.Random(1).shuffle
    for _ in range(run.rounds):
        order = list(run.cells)
        shuffle(order)
        for engine, workload in order:
            answer = workers[engine].ask("bench", workload, run.seconds)
            renders, cpu = answer["n"], answer["cpu"]
            if not isinstance(renders, int | float) or not isinstance(cpu, int | float):
                raise WorkerFailed(f"{engine} gave no numbers")
            run.speed.setdefault((engine, workload), []).append(renders / cpu)


def _compile_time(run: Run, engine: str) -> None:
    firsts: list[float] = []
    warm: list[float] = []
    for process in range(3):
        with Worker(engine) as worker:
            took = worker.ask("compile", "w1", 8 if process == 0 else 1)["ms"]
        if isinstance(took, list):
            firsts.append(took[0])
            warm += took[1:]
    run.compiled[engine] = (statistics.median(firsts), statistics.median(warm))


def _peak(run: Run, engine: str) -> None:
    with Worker(engine) as worker:
        worker.ask("bench", "w1", 1.0)
        run.memory[engine] = worker.number("kb", "rss") / 1024
