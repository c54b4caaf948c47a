"""One Python engine as a process: a command on each line of stdin, one JSON object as answer.

`check W FILE` writes all outputs as JSON; `bench W SECONDS` renders whole passes over the recipients until so many
wall seconds have passed → n, t (wall), cpu (user and system), chars; `compile W N` and `specialise W N` → ms of each
time; `rss` → kb; `info` → compiled (whether our C is used).
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from bench.engines.ports import RECIPIENTS, Draining, Peer, Render, Specialising

_PEAK = re.compile(r"VmHWM:\s+(\d+)")


def engine(name: str) -> Peer:
    """An engine by its name. Only what it needs is imported, so that its memory is its own."""
    if name.startswith("dovetail"):
        from bench.engines.ours import OURS

        return OURS[name]()
    if name.startswith("hand"):
        from bench.engines.hand import Hand

        return Hand()
    from bench.engines.peers import PEERS

    return PEERS[name]()


def _spent(work: Callable[[], object]) -> float:
    """Milliseconds of CPU time."""
    spent = process_time()
    work()
    return (process_time() - spent) * 1e3


class Worker:
    def __init__(self, name: str) -> None:
        self.engine = engine(name)
        self.renders: dict[str, Render] = {}
        self.specialising: dict[str, Callable[[], object]] = {}

    def render(self, workload: str) -> Render:
        if workload not in self.renders:
            self.renders[workload] = self.engine.compile(workload)
        return self.renders[workload]

    def one_pass(self, workload: str) -> Callable[[], int]:
        """Renders for all recipients, and gives the number of characters."""
        engine = self.engine
        if isinstance(engine, Draining):
            mails = engine.mails

            def drained() -> int:
                characters = 0
                for text in mails(workload):
                    characters += len(text)
                return characters

            return drained
        render, numbers = self.render(workload), range(RECIPIENTS)

        def called() -> int:
            characters = 0
            for number in numbers:
                characters += len(render(number))
            return characters

        return called

    def bench(self, workload: str, seconds: float) -> dict[str, float]:
        one_pass = self.one_pass(workload)
        passes = characters = 0
        began, spent = perf_counter(), process_time()
        while passes == 0 or perf_counter() - began < seconds:
            characters += one_pass()
            passes += 1
        cpu, wall = process_time() - spent, perf_counter() - began
        return {"n": passes * RECIPIENTS, "t": wall, "cpu": cpu, "chars": characters}

    def check(self, workload: str, file: str) -> dict[str, int]:
        engine = self.engine
        if isinstance(engine, Draining):
            texts = list(engine.mails(workload))
        else:
            render = self.render(workload)
            texts = [render(number) for number in range(RECIPIENTS)]
        shown = [text.decode() if isinstance(text, bytes) else text for text in texts]
        Path(file).write_text(json.dumps(shown), encoding="utf-8")
        return {"ok": 1}

    def compile(self, workload: str, times: int) -> dict[str, list[float]]:
        return {"ms": [_spent(lambda: self.engine.compile(workload)) for _ in range(times)]}

    def specialise(self, workload: str, times: int) -> dict[str, list[float]]:
        if not isinstance(self.engine, Specialising):
            raise TypeError("this engine does not specialise")
        if workload not in self.specialising:
            self.specialising[workload] = self.engine.specialise(workload)
        return {"ms": [_spent(self.specialising[workload]) for _ in range(times)]}

    def answer(self, words: list[str]) -> object:
        match words:
            case ["bench", workload, seconds]:
                return self.bench(workload, float(seconds))
            case ["check", workload, file]:
                return self.check(workload, file)
            case ["compile", workload, times]:
                return self.compile(workload, int(times))
            case ["specialise", workload, times]:
                return self.specialise(workload, int(times))
            case ["info"]:
                from dovetail.engine.native import COMPILED

                return {"compiled": COMPILED}
            case ["rss"]:
                found = _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
                return {"kb": int(found[1]) if found else 0}
            case _:
                return {"error": f"no such command: {' '.join(words)}"}


def main() -> None:
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        try:
            made = worker.answer(line.split())
        except Exception as error:  # noqa: BLE001  # a peer that fails is reported, and the others go on
            traceback.print_exc()
            made = {"error": repr(error)[:300]}
        print(json.dumps(made), flush=True)


if __name__ == "__main__":
    main()
