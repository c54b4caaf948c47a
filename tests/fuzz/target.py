"""What the fuzzers run: one template, everything that may happen to it, and what must not."""

from __future__ import annotations

import random
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from dovetail.engine.compiler.options import Options
from dovetail.engine.environment import Engine
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.errors import DovetailError
from tests.engine.shop import SCHEMA, Shop
from tests.fuzz.templates import Maker

LONGEST = 1.0
"""Seconds (of processor time) that one template may take; the limits below end a render well before."""

LIMITS = Limits(steps=100_000, seconds=0.4)


class HangError(BaseException):
    """A template took too long. No Exception, so that nothing on the way catches it."""


@contextmanager
def watched() -> Iterator[None]:
    """Interrupt what takes more than `LONGEST`."""

    def ring(signal_number: int, frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def make(choices: random.Random) -> tuple[str, dict[str, object]]:
    """A template and its data."""
    maker = Maker(choices, live=choices.randrange(3) == 0)
    text = maker.spoiled() if choices.randrange(3) == 0 else maker.template()
    return text, maker.data()


PLAIN = Options()
OPEN = Options(escape_html=False, evaluate=True)


def run(text: str, data: dict[str, object], options: Options) -> None:
    """Check, compile and render; lets through only what is a fault of ours."""
    files = {"main": text, "self": text, "part": "[{$p}{$a}]", "c.conf": "v = 1\n[x]\nw = 'two'\n"}
    engine = Engine(
        loader=DictLoader(files),
        schemas={"myshop": SCHEMA},
        driver=Shop(),
        options=options,
        limits=LIMITS,
        clock=lambda: 1_700_000_000.0,
    )
    try:
        engine.check("main")
        str(engine.get_template("main").render(data))
    except DovetailError as error:
        str(error)


def fault(text: str, data: dict[str, object]) -> str | None:
    """What is wrong with how a template ends, or None; {eval} and bare output are tried too."""
    return _fault(text, data, PLAIN) or _fault(text, data, OPEN)


def _fault(text: str, data: dict[str, object], options: Options) -> str | None:
    begun = time.process_time()
    try:
        with watched():
            run(text, data, options)
    except HangError:
        return f"hang: more than {LONGEST:g} s"
    except Exception as error:  # noqa: BLE001  # whatever comes out here is the finding
        return f"{type(error).__name__}: {str(error)[:200]}"
    taken = time.process_time() - begun
    return f"slow: {taken:.1f} s" if taken > LONGEST else None


def peak() -> float:
    """The most memory this process had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
