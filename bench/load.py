"""How long the newsletter W1 takes from its text in memory to code that can be called, from a warm store and without.

    python bench/load.py

W1 with its two includes is made ready in fresh processes and again and again in one: from a folder in which an earlier
process has kept it, and from its source. Of a fresh process this counts all that happens after `dovetail` is
imported, the modules of the modifiers and, from source, the grammar included. And the memory of a process that
renders W1 for a second. Prints a table and, last, one JSON line with milliseconds of CPU time and megabytes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.engines.ports import data, templates, variables

ROOT = Path(__file__).parents[1]
RUNS = 21
MOST_MILLISECONDS = 3.0
MOST_MEGABYTES = 25.0
NAMES = ("w1.tpl", "inc_header.tpl", "inc_footer.tpl")

CHILD = f"""
import json, re, sys
from pathlib import Path
from time import perf_counter, process_time

begun = process_time()
from dovetail import DictLoader, Environment
imported = process_time() - begun

given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
folder = Path(sys.argv[2]) if sys.argv[2] else None

def ready():
    if 'dovetail.grammar.parse' in sys.modules:
        from dovetail.grammar.parse import _read
        _read.cache_clear()  # tags are remembered by their text
    before = process_time()
    env = Environment(loader=DictLoader(given["sources"]), cache_folder=folder)
    for name in {NAMES!r}:
        env.get_template(name).program.prepare()
    return env, (process_time() - before) * 1e3

env, fresh = ready()
render = env.get_template("w1.tpl").render
end = perf_counter() + float(sys.argv[4])
while True:
    text = render(given["variables"])
    if perf_counter() > end:
        break
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
again = [ready()[1] for _ in range(int(sys.argv[3]))]
read = "dovetail.grammar.parse" in sys.modules
print(json.dumps([imported * 1e3, fresh, again, peak, read, text]))
"""


class Child:
    """What one fresh process measured: with a folder, from the templates in it."""

    def __init__(self, given: Path, folder: Path | None, again: int = 0, seconds: float = 0) -> None:
        command = [sys.executable, "-c", CHILD, str(given), str(folder or ""), str(again), str(seconds)]
        # As where it is installed: pip leaves bytecode beside the modules.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(given.parent / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env=environment)
        self.imported, self.fresh, self.again, self.peak, self.read, self.text = json.loads(done.stdout)


def warm(given: Path, folder: Path, again: int = 0, seconds: float = 0) -> Child:
    """A fresh process that finds its templates in the folder."""
    child = Child(given, folder, again, seconds)
    if child.read:
        raise SystemExit("the templates of the store were not used; was the engine edited meanwhile?")
    return child


def both(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {"median": statistics.median(ordered), "p95": ordered[round(0.95 * (len(ordered) - 1))]}


def main() -> int:
    """Measure, print, and say by the exit code whether the limits hold."""
    with tempfile.TemporaryDirectory() as place:
        given, folder = Path(place, "given.json"), Path(place, "cache")
        sources = {f"{name}.tpl": text for name, text in templates("smarty").items()}
        shown = variables(data(), "w1", 0)
        given.write_text(json.dumps({"sources": sources, "variables": shown}), encoding="utf-8")
        first = Child(given, folder)
        Child(given, None)
        stored, plain = [], []
        for _run in range(RUNS):
            stored.append(warm(given, folder))
            plain.append(Child(given, None))
        if {child.text for child in [*stored, *plain]} != {first.text}:
            raise SystemExit("the templates of the store print something else")
        figures = {
            "import dovetail": both([child.imported for child in stored]),
            "from the store, fresh process": both([child.fresh for child in stored]),
            "from the store, again": both(warm(given, folder, again=200).again),
            "from source, fresh process": both([child.fresh for child in plain]),
            "from source, again": both(Child(given, None, again=40).again),
        }
        memory = {
            "from the store": warm(given, folder, seconds=1).peak,
            "from source": Child(given, None, seconds=1).peak,
        }
    limits = dict.fromkeys(("from the store, fresh process", "from the store, again"), MOST_MILLISECONDS)
    print(f"{'ms of CPU time':<32} {'median':>8} {'p95':>8} {'limit':>8}")
    for name, took in figures.items():
        limit = f"{limits[name]:.1f}" if name in limits else ""
        print(f"{name:<32} {took['median']:>8.2f} {took['p95']:>8.2f} {limit:>8}")
    print(f"\n{'MB after a second of rendering':<32} {'':>8} {'peak':>8} {'limit':>8}")
    for name, peak in memory.items():
        limit = f"{MOST_MEGABYTES:.1f}" if name == "from the store" else ""
        print(f"{name:<32} {'':>8} {peak:>8.1f} {limit:>8}")
    rounded = {name: {key: round(value, 3) for key, value in took.items()} for name, took in figures.items()}
    print(json.dumps({"load": rounded, "memory": {name: round(peak, 1) for name, peak in memory.items()}}))
    fine = all(figures[name]["median"] <= limit for name, limit in limits.items())
    return 0 if fine and memory["from the store"] <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
