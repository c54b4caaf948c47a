"""The run as tables, for the terminal and for RESULTS.md."""

from __future__ import annotations

import json
import platform
import re
import statistics
from datetime import UTC, datetime
from pathlib import Path

from bench.driver import BENCH
from bench.engines.ports import WORKLOADS
from bench.goals import COMPILE_FLOOR, COMPILE_GOAL, GOALS, MEMORY_FLOOR, MEMORY_GOAL, compile_ratio, ratios
from bench.measure import Run

RESULTS = BENCH / "RESULTS.md"
HEADING = "## Renders"


def speeds(run: Run) -> list[str]:
    """A row for each engine, the fastest on W1 first; in brackets times Jinja2 and times Smarty."""
    rows = [
        "| engine | " + " | ".join(name.upper() for name in WORKLOADS) + " | compile W1 ms, first / warm | memory MB |",
        "|---|" + "---:|" * (len(WORKLOADS) + 2),
    ]
    for engine in sorted(run.engines, key=lambda name: -(run.median(name, "w1") or 0)):
        cells = [_cell(run, engine, workload) for workload in WORKLOADS]
        times, memory = run.compiled.get(engine), run.memory.get(engine)
        cells.append(f"{times[0]:.1f} / {times[1]:.1f}" if times else "")
        cells.append(f"{memory:.0f}" if memory else "")
        rows.append(f"| {engine} | " + " | ".join(cells) + " |")
    return rows


def _cell(run: Run, engine: str, workload: str) -> str:
    speed = run.median(engine, workload)
    if speed is None:
        return ""
    beside = [run.ratio(engine, other, workload) for other in ("jinja2", "smarty")]
    shown = " / ".join("–" if ratio is None else f"{ratio:.3g}" for ratio in beside)
    return f"{speed:,.0f} ({shown})"


def against_goals(run: Run) -> list[str]:
    """A row for each line of the goals."""
    rows = ["| | against | workloads | measured | floor | goal | |", "|---|---|---|---|---|---|---|"]
    found = ratios(run)
    for goal in GOALS:
        measured = found.get(goal.name)
        if measured is None:
            continue
        values = [measured.get(workload) for workload in goal.workloads]
        shown = ", ".join("–" if value is None else f"{value:.2f}" for value in values)
        floors = all(value is not None and value >= floor for value, floor in zip(values, goal.floors, strict=True))
        goals = all(value is not None and value >= most for value, most in zip(values, goal.goals, strict=True))
        rows.append(
            f"| {goal.engine} | {goal.other} | {', '.join(goal.workloads).upper()} | {shown} "
            f"| {_listed(goal.floors)} | {_listed(goal.goals)} | {_verdict(floors, goals)} |"
        )
    compiling = compile_ratio(run)
    if compiling is not None:
        verdict = _verdict(compiling <= COMPILE_FLOOR, compiling <= COMPILE_GOAL)
        rows.append(
            f"| compile, warm | jinja2's | W1 | {compiling:.2f} | ≤ {COMPILE_FLOOR} | ≤ {COMPILE_GOAL} | {verdict} |"
        )
    memory = run.memory.get("dovetail")
    if memory is not None:
        verdict = _verdict(memory <= MEMORY_FLOOR, memory <= MEMORY_GOAL)
        rows.append(
            f"| memory of a worker | | W1 | {memory:.1f} MB | {MEMORY_FLOOR} MB | {MEMORY_GOAL} MB | {verdict} |"
        )
    return rows


def _listed(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in dict.fromkeys(values)) if len(set(values)) == 1 else _all(values)


def _all(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _verdict(floor: bool, goal: bool) -> str:
    if goal:
        return "goal"
    return "floor" if floor else "below"


def spread(run: Run) -> float:
    """The median, over all cells, of the quartiles' distance as a part of the median: how noisy the run was."""
    widths: list[float] = []
    for rounds in run.speed.values():
        if len(rounds) >= 4:
            low, middle, high = statistics.quantiles(rounds, n=4)
            widths.append((high - low) / middle)
    return statistics.median(widths) if widths else 0.0


def summary(run: Run) -> str:
    """The last line of the command."""
    values: dict[str, object] = {"rounds": run.rounds, "ratios": ratios(run), "equal": not run.wrong}
    if run.compiled:
        values["compile_w1_warm_ms"] = {engine: round(times[1], 2) for engine, times in run.compiled.items()}
        values["compile_ratio"] = compile_ratio(run)
    if run.memory:
        values["memory_mb"] = {engine: round(peak, 1) for engine, peak in run.memory.items()}
    return json.dumps(values)


def section(run: Run, versions: dict[str, str]) -> str:
    """The part of RESULTS.md about renders."""
    sizes = ", ".join(f"{name.upper()} {size:,.0f}" for name, size in run.size.items())
    lines = [
        HEADING,
        "",
        f"`python bench/run.py`, {datetime.now(UTC):%Y-%m-%d}: {_machine()}.",
        "",
        ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
        "",
        f"Renders per CPU second: medians of {run.rounds} interleaved rounds of {run.seconds:g} s for each cell; in",
        "brackets times Jinja2 and times Smarty, as medians of the rounds' ratios. `dovetail_pure` has no C extension;",
        "`hand` is the Python that one would write by hand, with the same escape. Mean bytes of a mail: "
        + sizes
        + f". Noise (IQR / median, median of all cells): {spread(run):.1%}.",
        "",
        *speeds(run),
        "",
        "### Against the goals",
        "",
        *against_goals(run),
        "",
    ]
    if run.wrong:
        lines += ["### Not equal, and not measured", "", *(f"- {wrong}" for wrong in run.wrong), ""]
    else:
        lines += ["All texts are equal for all 96 recipients; Dovetail's are Smarty's, byte for byte.", ""]
    return "\n".join(lines)


def _machine() -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    cores = 0
    if info.exists():
        text = info.read_text(encoding="utf-8")
        named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
        cpu, cores = (named[1] if named else cpu), len(re.findall(r"^processor\s*:", text, re.MULTILINE))
    return f"{cores or 'some'} shared cores ({cpu}), {platform.system()}"


def write(run: Run, versions: dict[str, str]) -> None:
    """Replace the part about renders in RESULTS.md; what stands around it stays."""
    text = RESULTS.read_text(encoding="utf-8")
    made = section(run, versions)
    kept = re.compile(rf"^{HEADING}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if kept.search(text):
        text = kept.sub(lambda _: made + "\n", text)
    else:
        text = text.rstrip() + "\n\n" + made
    RESULTS.write_text(text.rstrip() + "\n", encoding="utf-8")
