"""The run as tables, for the terminal and for RESULTS.md."""

from __future__ import annotations

import json
import math
import platform
import re
import statistics
from datetime import UTC, datetime
from pathlib import Path

from bench.driver import BENCH
from bench.engines.ports import WORKLOADS
from bench.goals import Other, Outcome, Row, as_json, ratios
from bench.measure import Run

RESULTS = BENCH / "RESULTS.md"
HEADING = "## Renders"


def speeds(run: Run) -> list[str]:
    """A row for each engine, the fastest on W1 first; in brackets times Jinja2 and times Smarty."""
    rows = [
        "| engine | " + " | ".join(_named(name) for name in WORKLOADS) + " | compile W1 ms, first / warm | memory MB |",
        "|---|" + "---:|" * (len(WORKLOADS) + 2),
    ]
    for engine in sorted(run.engines, key=lambda name: -(run.median(name, "w1") or 0)):
        cells = [_cell(run, engine, workload) for workload in WORKLOADS]
        first, warm, memory = run.first_compiling.get(engine), run.compiling.get(engine), run.memory.get(engine)
        cells.append(f"{first:.1f} / {statistics.median(warm):.1f}" if first is not None and warm else "")
        cells.append(f"{memory:.0f}" if memory else "")
        rows.append(f"| {engine} | " + " | ".join(cells) + " |")
    return rows


def _named(workload: str) -> str:
    return f"W{workload[1:]}"


def _cell(run: Run, engine: str, workload: str) -> str:
    speed = run.median(engine, workload)
    if speed is None:
        return ""
    beside = [run.ratio(engine, other, workload) for other in ("jinja2", "smarty")]
    shown = " / ".join("–" if ratio is None else f"{ratio:.3g}" for ratio in beside)
    return f"{speed:,.0f} ({shown})"


def against_goals(outcomes: list[Outcome]) -> list[str]:
    """A row for each line of the issue's table."""
    rows = [
        "| path | against | of | without our C | floor | | with our C | goal | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for outcome in outcomes:
        row = outcome.row
        if outcome.missing and not isinstance(row.figure, Other):
            continue
        if not outcome.measured and isinstance(row.figure, Other):
            figures = (f"see bench/{row.figure.script}.py", "", "see there", "")
        else:
            figures = (
                _figures(row, outcome.floor),
                _mark(outcome.floor, outcome.below_floor),
                _figures(row, outcome.goal),
                _mark(outcome.goal, outcome.below_goal),
            )
        rows.append(
            f"| {row.path} | {row.against} | {', '.join(row.names)} | {figures[0]} | {_limits(row, row.floors)} "
            f"| {figures[1]} | {figures[2]} | {_limits(row, row.goals)} | {figures[3]} |"
        )
    return rows


def _figures(row: Row, figures: tuple[float | None, ...]) -> str:
    return _with_unit(row, ", ".join(map(_figure, figures)))


def _figure(figure: float | None) -> str:
    if figure is None:
        return "–"
    if math.isinf(figure):
        return "never"
    decimals = 0 if figure >= 99.5 else 1 if figure >= 9.95 else 2 if figure >= 0.995 else 3
    return f"{figure:.{decimals}f}"


def _limits(row: Row, limits: tuple[float, ...]) -> str:
    shown = ", ".join(f"{limit:g}" for limit in (limits if len(set(limits)) > 1 else limits[:1]))
    return _with_unit(row, f"≤ {shown}" if row.at_most else shown)


def _with_unit(row: Row, shown: str) -> str:
    return f"{shown} {row.unit}" if row.unit else shown


def _mark(figures: tuple[float | None, ...], missed: tuple[str, ...]) -> str:
    if None in figures:
        return "not measured"
    return f"NO: {', '.join(missed)}" if missed else "yes"


def spread(run: Run) -> float:
    """The median, over all cells, of the quartiles' distance as a part of the median: how noisy the run was."""
    widths: list[float] = []
    for rounds in run.speed.values():
        if len(rounds) >= 4:
            low, middle, high = statistics.quantiles(rounds, n=4)
            widths.append((high - low) / middle)
    return statistics.median(widths) if widths else 0.0


def summary(run: Run, outcomes: list[Outcome]) -> str:
    """The last line of the command."""
    values: dict[str, object] = {"rounds": run.rounds, "equal": not run.wrong, "ratios": ratios(run)}
    values["rows"] = [as_json(outcome) for outcome in outcomes]
    if run.compiling:
        values["compile_w1_ms"] = _medians(run.compiling)
        values["specialise_w1_ms"] = _medians(run.specialising)
        values["first_specialise_w1_ms"] = {name: round(took, 2) for name, took in run.first_specialising.items()}
    if run.memory:
        values["memory_mb"] = {engine: round(peak, 1) for engine, peak in run.memory.items()}
    return json.dumps(values)


def _medians(rounds: dict[str, list[float]]) -> dict[str, float]:
    return {name: round(statistics.median(times), 2) for name, times in rounds.items()}


def section(run: Run, outcomes: list[Outcome], versions: dict[str, str]) -> str:
    """The part of RESULTS.md about renders."""
    sizes = ", ".join(f"{_named(name)} {size:,.0f}" for name, size in run.size.items())
    lines = [
        HEADING,
        "",
        f"`python bench/run.py`, {datetime.now(UTC):%Y-%m-%d}: {_machine()}.",
        "",
        ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
        "",
        f"Renders per CPU second: medians of {run.rounds} interleaved rounds of {run.seconds:g} s for each cell, all",
        "on one core; in brackets times Jinja2 and times Smarty, as medians of the rounds' ratios. Mean bytes of a "
        "mail: " + sizes + f". Noise (IQR / median, median of all cells): {spread(run):.1%}.",
        "",
        "`dovetail` renders one-off. `_specialised` is specialised to what all recipients share and gives text,",
        "`_mailing` is `Mailing.render_bytes`: UTF-8, taken one mail at a call as in all other cells, `_passes` the",
        "same 96 at a time by one loop. `_python` has none of our C (MarkupSafe's escape is used), `_pure`",
        "no C extension at all. `hand` is Python written by hand for each template, with the escape of the Dovetail in",
        "its column and the `money` of all Python engines; it expects every key and type to be as in these data.",
        "Compiling and specialising W1 is timed in the same rounds; what is cold is the first time in a fresh process.",
        "The memory in the second table is that of a process that has loaded W1 from disk, as a mailing's workers do.",
        "",
        *speeds(run),
        "",
        "### Against the goals",
        "",
        *against_goals(outcomes),
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


def write(run: Run, outcomes: list[Outcome], versions: dict[str, str]) -> None:
    """Replace the part about renders in RESULTS.md; what stands around it stays."""
    text = RESULTS.read_text(encoding="utf-8")
    made = section(run, outcomes, versions)
    kept = re.compile(rf"^{HEADING}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if kept.search(text):
        text = kept.sub(lambda _: made + "\n", text)
    else:
        text = text.rstrip() + "\n\n" + made
    RESULTS.write_text(text.rstrip() + "\n", encoding="utf-8")
