"""Mailings through bad weather, for as long as you like: `python -m tests.chaos.run --mails 50000 --seed 7`.

Tells the stories of tests/chaos/test_chaos.py with other seeds, each of 1,300 mails, until there were so many
mails. Prints a line for each story, the faults that were found and, last, one JSON line with the figures; exits 1
when something was wrong. The same seed makes the same shops, weather and recipients; which request meets
which fault depends on their order, too, which is the machine's.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from tests.chaos.cases import CASES
from tests.chaos.shops import two_shops
from tests.chaos.story import told

STORY = 1_300


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Mailings through bad weather.")
    parser.add_argument("--mails", type=int, default=4 * STORY)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**16))
    options = parser.parse_args(arguments)
    begun = perf_counter()
    verdicts: Counter[str] = Counter()
    requests = peak = faults = too_busy = 0
    seed = options.seed
    with tempfile.TemporaryDirectory() as folder:
        while verdicts.total() < options.mails:
            with two_shops(seed) as truths:
                for case in CASES:
                    figures = told(case, truths, mails=STORY, seed=seed, folder=Path(folder) / f"{seed} {case.name}")
                    print(f"seed {seed}, {case.name}: {figures.line()}")
                    for fault in figures.all.faults[:10]:
                        print(f"  {fault}")
                    verdicts.update(figures.all.verdicts)
                    faults += len(figures.all.faults)
                    requests += figures.requests
                    peak = max(peak, figures.peak)
                    too_busy += figures.peak > case.policy.concurrency
                    if verdicts.total() >= options.mails:
                        break
            seed += 1
    summary = {
        **verdicts,
        "wrong": faults,
        "requests": requests,
        "peak": peak,
        "too_busy": too_busy,
        "seconds": round(perf_counter() - begun, 1),
    }
    print(json.dumps(summary))
    return 1 if faults or too_busy else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
