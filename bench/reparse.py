"""How long an editor waits for the tree after a keystroke, and how long a template takes that nobody has read yet.

    python bench/reparse.py

For the newsletter W1 and for ten of it in one text, a letter is typed in each tag and in each stretch of text, one of
them at a time, and the text is read as a revision of the one before it. Then W1 is read with nothing remembered, and
analysed. Prints a table and, last, one JSON line with milliseconds of CPU time.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from bench.workloads.build import sources
from dovetail.engine.analysis import analyse
from dovetail.engine.environment import Engine
from dovetail.grammar.parse import _read as read_tag
from dovetail.grammar.parse import parse, parse_tolerant, revise
from dovetail.grammar.scanner import Delimiters, scan
from dovetail.source import Source

RUNS = 100
LIMITS = {"": 2.0, " × 10": 5.0}
"""95 of 100 keystrokes, by size of the text, in milliseconds."""


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of CPU time."""
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def places(text: str, kind: str) -> Iterator[int]:
    """The middles of all tags or of all stretches of text."""
    for chunk in scan(text, Delimiters()):
        if chunk.kind == kind:
            yield (chunk.inside.start + chunk.inside.end) // 2


def keystrokes(text: str, kind: str) -> list[float]:
    """What the tree costs after a letter is typed at each place of a kind."""
    before = revise(None, Source("mail.tpl", text))
    took: list[float] = []
    for place in places(text, kind):
        typed = Source("mail.tpl", f"{text[:place]}q{text[place:]}")
        took.append(spent(partial(revise, before, typed)))
        read_tag.cache_clear()  # the tags of the next text are remembered, but none of those typed here
        parse_tolerant(before.tree.source)
    return took


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[round(share * (len(values) - 1))]


def cold(source: Source) -> None:
    """Read every tag."""
    read_tag.cache_clear()
    parse_tolerant(source)


def main() -> int:
    """Measure, print, and say by the exit code whether the limits hold."""
    w1 = sources("smarty")["w1"]
    figures: dict[str, dict[str, float]] = {}
    fine = True
    print(f"{'ms of CPU time':<30} {'median':>8} {'p95':>8} {'limit':>8}")
    for size, limit in LIMITS.items():
        text = w1 * 10 if size else w1
        for kind in ("tag", "text"):
            took = keystrokes(text, kind)
            name = f"W1{size}, edit in a {kind}"
            figures[name] = {"median": statistics.median(took), "p95": percentile(took, 0.95)}
            fine = fine and figures[name]["p95"] <= limit
            print(f"{name:<30} {figures[name]['median']:>8.2f} {figures[name]['p95']:>8.2f} {limit:>8.1f}")
    source = Source("w1.tpl", w1)
    tree, options = parse(source), Engine().options
    for name, work in {
        "W1, nothing remembered": lambda: cold(source),
        "W1, all tags remembered": lambda: parse_tolerant(source),
        "W1, analysis": lambda: analyse(tree, options, {}),
    }.items():
        took = [spent(work) for _run in range(RUNS)]
        figures[name] = {"median": statistics.median(took), "p95": percentile(took, 0.95)}
        print(f"{name:<30} {figures[name]['median']:>8.2f} {figures[name]['p95']:>8.2f}")
    rounded = {name: {key: round(value, 3) for key, value in both.items()} for name, both in figures.items()}
    print(json.dumps({"reparse": rounded}))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
