"""How long `import dovetail` and `dovetail --help` take, each in fresh processes: median of ten.

    python bench/startup.py

Prints a table and, last, one JSON line with seconds. An empty `python -c ''` stands beside them, since that
part is the machine's and not Dovetail's.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

RUNS = 10
COMMANDS = {
    "python": [sys.executable, "-c", ""],
    "import": [sys.executable, "-c", "import dovetail"],
    "help": [sys.executable, "-m", "dovetail", "--help"],
    "version": [sys.executable, "-m", "dovetail", "--version"],
}
LIMITS = {"import": 0.100, "help": 0.150}


def seconds(command: list[str]) -> float:
    """One fresh process, start to end."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> int:
    """Measure, print, and say by the exit code whether the limits hold."""
    medians: dict[str, float] = {}
    for name, command in COMMANDS.items():
        seconds(command)  # the first run writes the bytecode and warms the file cache
        medians[name] = statistics.median(seconds(command) for _run in range(RUNS))
    print(f"{'':<10} {'median of ' + str(RUNS):>14} {'limit':>8}")
    for name, median in medians.items():
        limit = f"{LIMITS[name] * 1000:.0f} ms" if name in LIMITS else ""
        print(f"{name:<10} {median * 1000:>11.1f} ms {limit:>8}")
    print(json.dumps({"startup": {name: round(median, 4) for name, median in medians.items()}}))
    return 0 if all(medians[name] <= limit for name, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
