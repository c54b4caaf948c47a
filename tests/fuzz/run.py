"""Looks for templates that break the engine: `python tests/fuzz/run.py --seconds 60 [--seed N] [--plain]`.

Finds exceptions that are not ours, templates that take more than a second, and a process that grows by more
than 200 MB. Coverage-guided with atheris where it is installed (the extra `fuzz`), random otherwise or with
`--plain`. Prints each finding with its template and, last, one JSON line with the figures; exits 1 when
something was found.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

MOST_MEMORY = 200
"""Megabytes that the process may grow by (under atheris: with its own tables)."""


class Tally:
    """The figures, written to a file now and then: atheris ends its process without returning."""

    def __init__(self, file: Path, seconds: float) -> None:
        from tests.fuzz.target import peak

        self.file = file
        self.peak = peak
        self.begun = time.monotonic()
        self.seconds = seconds
        self.base = 0.0
        self.runs = 0
        self.findings: dict[str, dict[str, object]] = {}

    def note(self, text: str, data: dict[str, object]) -> None:
        from tests.fuzz.target import fault

        self.runs += 1
        if self.runs == 200:
            # By now all modules are loaded and all grammar tables are made.
            self.base = self.peak()
        found = fault(text, data)
        if found is None and self.base and self.peak() - self.base > MOST_MEMORY:
            found = f"memory: {self.peak() - self.base:.0f} MB"
            self.base = self.peak()
        if found is not None and found not in self.findings:
            self.findings[found] = {"template": text, "data": repr(data)}
            self.write()
        elif self.runs % 200 == 0:
            self.write()

    def write(self) -> None:
        figures = {
            "runs": self.runs,
            "seconds": round(time.monotonic() - self.begun),
            "memory_mb": round(self.peak() - self.base) if self.base else 0,
            "findings": self.findings,
        }
        self.file.write_text(json.dumps(figures), encoding="utf-8")


def plain(tally: Tally, seed: int) -> None:
    """Random templates until the time is over."""
    from tests.fuzz.target import make

    choices = random.Random(seed)
    while time.monotonic() - tally.begun < tally.seconds:
        tally.note(*make(choices))


def guided(tally: Tally, seed: int, atheris: ModuleType) -> None:
    """Templates from bytes that atheris changes, guided by the lines they reach."""
    from tests.fuzz.target import make
    from tests.fuzz.templates import Bytes

    def one(given: bytes) -> None:
        tally.note(*make(Bytes(given)))

    options = [
        f"-max_total_time={int(tally.seconds)}",
        f"-seed={seed}",
        "-max_len=600",
        "-len_control=0",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=1500", "-timeout=30"], one)
    atheris.Fuzz()


def work(file: Path, seconds: float, seed: int, *, steered: bool) -> None:
    """The process that runs templates."""
    if steered:
        from importlib import import_module

        # By name: atheris is not everywhere, and has no types.
        atheris = import_module("atheris")
        with atheris.instrument_imports(include=["dovetail"]):
            import tests.fuzz.target
            import tests.fuzz.templates  # noqa: F401
        guided(Tally(file, seconds), seed, atheris)
        return
    tally = Tally(file, seconds)
    plain(tally, seed)
    tally.write()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--worker", type=Path)
    given = parser.parse_args(arguments)
    steered = not given.plain and find_spec("atheris") is not None
    if given.worker is not None:
        work(given.worker, given.seconds, given.seed, steered=steered)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = [
            sys.executable,
            __file__,
            "--worker",
            str(file),
            "--seconds",
            str(given.seconds),
            "--seed",
            str(given.seed),
        ]
        command += ["--plain"] if given.plain else []
        ended = subprocess.run(command, timeout=given.seconds + 120, capture_output=True, text=True, check=False)
        figures: dict[str, object] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"runs": 0}
    given_findings = figures.pop("findings", {})
    findings: dict[str, object] = given_findings if isinstance(given_findings, dict) else {}
    if ended.returncode:
        findings[f"the process ended with {ended.returncode}"] = ended.stderr[-2000:]
    for what, where in findings.items():
        print(what, json.dumps(where, indent=2), sep="\n")
    print(json.dumps({**figures, "findings": len(findings), "seed": given.seed, "guided": steered}))
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
