"""Renders generated templates with Smarty 4 (Debian's `smarty4` and `php-cli`) and with this engine, side by side.

`python tests/differential/run.py [--count 2000] [--seed N] [--show 5]`. Differences that `allowed.json` explains
(Smarty 4 is not Smarty 5) are counted by their reason; any other is printed. The last line is one JSON object
with the figures; exits 1 when there is a difference that nothing explains.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dovetail.engine.compiler.options import Options  # noqa: E402
from dovetail.engine.environment import Engine  # noqa: E402
from dovetail.errors import DovetailError  # noqa: E402
from tests.fuzz.templates import Maker  # noqa: E402

HERE = Path(__file__).parent
SMARTY = Path("/usr/share/php/smarty4/Smarty.class.php")


class Job(NamedTuple):
    """A template with its data."""

    template: str
    data: dict[str, object]


class Ending(NamedTuple):
    """What a template gives: its output, or why there is none."""

    kind: str
    text: str


class Allowed(NamedTuple):
    """A difference that is right. All patterns that are given must be found."""

    reason: str
    template: str = ""
    smarty4: str = ""
    ours: str = ""

    def explains(self, job: Job, theirs: Ending, ours: Ending) -> bool:
        """Whether this is the reason; endings are looked at as `output: …` and `error: …`."""
        looked_at = (
            (self.template, job.template),
            (self.smarty4, f"{theirs.kind}: {theirs.text}"),
            (self.ours, f"{ours.kind}: {ours.text}"),
        )
        return all(re.search(pattern, text, re.DOTALL) for pattern, text in looked_at if pattern)


def installed() -> bool:
    """Whether PHP and Smarty 4 are there."""
    return shutil.which("php") is not None and SMARTY.exists()


def allowed() -> list[Allowed]:
    """The differences that are written down."""
    return [Allowed(**entry) for entry in json.loads((HERE / "allowed.json").read_text(encoding="utf-8"))]


def jobs(count: int, seed: int) -> list[Job]:
    """Generated templates of what both know."""
    maker = Maker(random.Random(seed), portable=True)
    return [Job(maker.template(), maker.data()) for _ in range(count)]


def by_smarty4(given: Sequence[Job]) -> list[Ending]:
    """What Smarty 4 makes of them."""
    lines = "".join(json.dumps(job._asdict()) + "\n" for job in given)
    with tempfile.TemporaryDirectory() as folder:
        command = ["php", str(HERE / "smarty4.php"), folder]
        ended = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=600)
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    return [
        Ending("output", base64.b64decode(answer["output"]).decode("utf-8", "replace"))
        if "output" in answer
        else Ending("error", answer["error"])
        for answer in answers
    ]


def by_us(job: Job) -> Ending:
    """What this engine makes of one."""
    engine = Engine(options=Options(escape_html=False, extensions=False))
    try:
        return Ending("output", str(engine.from_string(job.template).render(job.data)))
    except DovetailError as error:
        return Ending("error", str(error))


class Comparison(NamedTuple):
    """The figures, and what nothing explains."""

    equal: int
    explained: Counter[str]
    open: list[tuple[Job, Ending, Ending]]


def compare(given: Sequence[Job]) -> Comparison:
    """Render all jobs by both. Errors count as equal whatever they say."""
    known = allowed()
    result = Comparison(0, Counter(), [])
    equal = 0
    for job, theirs in zip(given, by_smarty4(given), strict=True):
        ours = by_us(job)
        if theirs == ours or theirs.kind == ours.kind == "error":
            equal += 1
            continue
        reason = next((entry.reason for entry in known if entry.explains(job, theirs, ours)), None)
        if reason is None:
            result.open.append((job, theirs, ours))
        else:
            result.explained[reason] += 1
    return result._replace(equal=equal)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5)
    given = parser.parse_args(arguments)
    if not installed():
        print("PHP or Smarty 4 is not installed: apt-get install php-cli php-mbstring smarty4", file=sys.stderr)
        return 2
    found = compare(jobs(given.count, given.seed))
    for job, theirs, ours in sorted(found.open, key=lambda item: len(item[0].template))[: given.show]:
        print(
            f"{job.template!r}\n  data     {job.data!r}\n  Smarty 4 {theirs.kind}: {theirs.text!r}\n  ours     {ours.kind}: {ours.text!r}"
        )
    figures = {"jobs": given.count, "equal": found.equal, "explained": dict(found.explained), "open": len(found.open)}
    print(json.dumps({**figures, "seed": given.seed}))
    return 1 if found.open else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
