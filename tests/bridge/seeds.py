"""`python -m tests.bridge.seeds [SEEDS]`: seeds of 300 random steps each, in four profiles, and the storm, on SQLite.

The slices that CI runs are in test_pipe.py; this runs them whole: each seed in each profile, looked through after every
100 steps and compared with the shop's own truth, then polled only, with a closing sweep.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.bridge.conftest import opened
from tests.bridge.test_pipe import PROFILES, closed
from tests.bridge.watching import Happened, Watched, happened, snapshot
from tests.doubles.shop import Shop


def run(profile: str, seed: int, *, swept: bool) -> int:
    """One seed; how many events it gave. Raises AssertionError for one that is missing, invented or there twice."""
    with tempfile.TemporaryDirectory() as folder:
        database = opened(f"sqlite:///{folder}/bridge.sqlite")
        shop = Shop(profile=profile, products=60, customers=100, orders=60, carts=150, seed=seed)
        with shop, Watched(shop, database) as watched:
            watched.poll()
            shots, found = [snapshot(shop)], list[Happened]()
            for step in range(3):
                shop.control("op/random", {"n": 100, "seed": seed * 10 + step, "deletes": True, "step_s": 1})
                shots.append(snapshot(shop))
                made = [each for each in watched.poll(swept=swept) if each[0] != "cart-abandoned"]
                found += made
                if swept:
                    assert Counter(made) == Counter(happened(shots[-2], shots[-1])), (profile, seed, step)
            closed(watched, shots, found)
        database.close()
    return len(found)


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for profile in PROFILES:
        events = sum(run(profile, seed, swept=swept) for seed in range(1, seeds + 1) for swept in (True, False))
        print(f"{profile}: {seeds} seeds of 300 steps, twice each: {events} events, none missing, invented or twice")


if __name__ == "__main__":
    assert Path("tests/bridge").is_dir(), "run it from the project's root"
    main()
