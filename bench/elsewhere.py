"""What other scripts of this folder measure for rows of the table: run by `run.py --all`, read from their last line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from bench.driver import BENCH, ROOT


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The figures of another script, by the names that the table has for them."""

    figures: Mapping[str, float]


class NoFigures(Exception):
    """A script ended without the figures that it is there for."""


def _load(said: Mapping[str, object]) -> dict[str, float]:
    found = cast("Mapping[str, Mapping[str, float]]", said["load"])
    return {name: found[f"from the store, {name}"]["median"] for name in ("fresh process", "again")}


def _reparse(said: Mapping[str, object]) -> dict[str, float]:
    found = cast("Mapping[str, Mapping[str, float]]", said["reparse"])
    return {
        shown: max(found[f"{size}, edit in a {kind}"]["p95"] for kind in ("tag", "text"))
        for shown, size in (("43 kB", "W1"), ("430 kB", "W1 × 10"))
    }


def _million(said: Mapping[str, object]) -> dict[str, float]:
    found = cast("Mapping[str, Mapping[str, float]]", said["two_against_one"])
    return {workload.upper(): both["wall"] for workload, both in found.items()}


SCRIPTS: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, object]], dict[str, float]]]] = {
    "load": ((), _load),
    "reparse": ((), _reparse),
    "million": (("--most", "100000"), _million),
}
"""The options of each script, and how its line is read."""


def run(script: str) -> Elsewhere:
    """Run a script to its end. Its own verdict does not matter here: the table has one for each row.

    Raises:
        NoFigures: it said nothing of use.
    """
    options, read = SCRIPTS[script]
    command = [sys.executable, str(BENCH / f"{script}.py"), *options]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(ended.stdout, flush=True)
    try:
        return Elsewhere(read(json.loads(ended.stdout.splitlines()[-1])))
    except (IndexError, KeyError, ValueError) as error:
        raise NoFigures(f"bench/{script}.py ended with {ended.returncode} and without figures") from error
