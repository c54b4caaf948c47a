"""How many instructions a render, or a compile, takes: the same in each run, on a busy machine too.

    python bench/instructions.py                       one-off, mailing and compile of W1, W1b, W2 and W3
    python bench/instructions.py one-off:w1 compile:w1
    DOVETAIL_PURE=1 python bench/instructions.py       without our C

Times of one run are what counts in the end (run.py); this tells whether a change brought one per cent. Needs valgrind
(`apt-get install valgrind`), which counts a process with some rounds and one with more: the difference is theirs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bench.engines.ours import OURS
from bench.engines.ports import RECIPIENTS, WORKLOADS

KINDS = {"one-off": "dovetail", "mailing": "dovetail_mailing", "compile": "dovetail"}
_ROUNDS = {"one-off": (RECIPIENTS, 2 * RECIPIENTS), "mailing": (RECIPIENTS, 3 * RECIPIENTS), "compile": (10, 20)}
_TOTAL = re.compile(r"I +refs: +([\d,]+)")


def work(kind: str, workload: str, rounds: int) -> None:
    """What is counted: so many renders or compiles."""
    engine = OURS[KINDS[kind]]()
    if kind == "compile":
        for _ in range(rounds):
            engine.template(workload)
        return
    render = engine.compile(workload)
    for number in range(rounds):
        render(number % RECIPIENTS)


def counted(kind: str, workload: str, rounds: int) -> int:
    """The instructions of a process that does so many."""
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}"]
    done = subprocess.run(
        [*command, sys.executable, __file__, "--work", kind, workload, str(rounds)],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    found = _TOTAL.search(done.stderr)
    if found is None:
        raise SystemExit(f"valgrind gave no count:\n{done.stderr}")
    return int(found[1].replace(",", ""))


def main(arguments: list[str]) -> int:
    """Count the cells that are named, or all."""
    if arguments[:1] == ["--work"]:
        work(arguments[1], arguments[2], int(arguments[3]))
        return 0
    if not shutil.which("valgrind"):
        print("valgrind is not there: apt-get install valgrind", file=sys.stderr)
        return 2
    for cell in arguments or [f"{kind}:{workload}" for kind in KINDS for workload in WORKLOADS]:
        kind, _, workload = cell.partition(":")
        few, many = _ROUNDS[kind]
        each = (counted(kind, workload, many) - counted(kind, workload, few)) / (many - few)
        print(f"{kind:<8} {workload:<4} {each:>14,.0f} instructions")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
