"""Dovetail beside its peers: one interleaved run, tables, and one JSON line with the ratios last.

    python bench/run.py                     all that is installed; writes bench/RESULTS.md
    python bench/run.py --all               the other scripts' rows of the table too: some minutes more
    python bench/run.py --quick             counts of us, and few rounds of those that matter most; writes nothing
    python bench/run.py --only dovetail,jinja2

Peers: `pip install -e '.[bench]'`, `npm ci --prefix bench`, `apt-get install php-cli php-mbstring smarty4`.
Exits with 1 when texts differ that must not, when a script of `--all` gives no figures, or (quick) when counts are not
what they have to be: never for times.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

QUICK = ("dovetail", "dovetail_python", "dovetail_mailing", "hand", "hand_python", "jinja2", "smarty")


def main() -> int:
    """Measure what was asked for."""
    sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: `bench` and `dovetail` lie beside it
    from bench import counts, driver, elsewhere, goals, measure, report
    from bench.workloads.build import build

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="counts, and 3 short rounds of the engines that matter most"
    )
    parser.add_argument("--all", action="store_true", help=f"run {', '.join(elsewhere.SCRIPTS)} too")
    parser.add_argument("--only", metavar="ENGINES", help=f"some of {','.join(driver.ENGINES)}")
    parser.add_argument("--rounds", type=int, help="how many (11; quick: 3)")
    parser.add_argument("--seconds", type=float, help="of each engine and workload in a round (0.15; quick: 0.05)")
    given = parser.parse_args()
    wanted = given.only.split(",") if given.only else QUICK if given.quick else driver.ENGINES
    unknown = [engine for engine in wanted if engine not in driver.ENGINES]
    if unknown:
        parser.error(f"there is no engine {', '.join(unknown)}; there are {', '.join(driver.ENGINES)}")
    engines: list[str] = []
    for engine in wanted:
        need = driver.missing(engine)
        if need:
            print(f"skipped {engine}: {need}")
        else:
            engines.append(engine)

    build()
    wrong = counts.complaints() if given.quick else []
    rounds = given.rounds or (3 if given.quick else 11)
    seconds = given.seconds or (0.05 if given.quick else 0.15)
    full = not given.quick and not given.only
    run = measure.measure(engines, rounds, seconds, everything=not given.quick)
    others: dict[str, elsewhere.Elsewhere] = {}
    for script in elsewhere.SCRIPTS if given.all else ():
        try:
            others[script] = elsewhere.run(script)
        except elsewhere.NoFigures as error:
            wrong.append(f"NO FIGURES {error}")
    outcomes = goals.outcomes(run, others)
    wrong += [f"NOT EQUAL {text}" for text in run.wrong]
    print("\n".join([*report.speeds(run), "", *report.against_goals(outcomes), *wrong]))
    if full:
        report.write(run, outcomes, driver.versions(engines))
    print(report.summary(run, outcomes))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
