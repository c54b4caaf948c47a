"""The state of running loops, as templates read it."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

from dovetail.engine.values import to_float, to_int
from dovetail.errors import ValueFault


@dataclass(slots=True)
class Loop:
    """A `{foreach}` or `{for}`, read as `$item@index` or `$smarty.foreach.name.index`."""

    total: int
    index: int = -1
    key: object = None
    kept: frozenset[str] = frozenset()
    """The properties that the loop's template mentions; Smarty keeps no others (none named: all)."""

    def read(self, name: str) -> object:
        """A property under Smarty's name; null for an unknown one."""
        if self.kept and name not in self.kept:
            return None
        match name:
            case "index":
                return self.index
            case "iteration":
                return self.index + 1
            case "first":
                return self.index == 0
            case "last":
                return self.index + 1 == self.total
            case "total":
                return self.total
            case "show":
                return self.total > 0
            case "key":
                return self.key
            case _:
                return None


@dataclass(slots=True)
class SectionLoop:
    """A `{section}`: indexes from `start` by `step`, `total` of them."""

    loop: int
    start: int
    step: int
    total: int
    max: int
    iteration: int = 0

    @property
    def index(self) -> int:
        """The running index; the one past the last when the loop has ended."""
        return self.start + (self.iteration - 1) * self.step

    def read(self, name: str) -> object:
        """A property under Smarty's name; null for an unknown one."""
        match name:
            case "index":
                return self.index
            case "index_prev":
                return self.index - self.step
            case "index_next":
                return self.index + self.step
            case "iteration" | "rownum":
                return self.iteration
            case "first":
                return self.iteration == 1
            case "last":
                return self.iteration == self.total
            case "total":
                return self.total
            case "show":
                return self.total > 0
            case "loop" | "start" | "step" | "max":
                return int(getattr(self, name))
            case _:
                return None


def section(loop: int, start: int | None, step: int, most: int | None, show: bool) -> SectionLoop:
    """The plan of a section (Smarty's section compiler): negative starts count from the end, a step of 0 is 1."""
    step = step or 1
    most = loop if most is None or most < 0 else most
    if start is None:
        start = 0 if step > 0 else loop - 1
    elif start < 0:
        start = max(0 if step > 0 else -1, start + loop)
    else:
        start = min(start, loop if step > 0 else loop - 1)
    rounds = math.ceil((loop - start if step > 0 else start + 1) / abs(step))
    total = max(0, min(rounds, most)) if show else 0
    return SectionLoop(loop, start, step, total, most)


def counted_rounds(start: object, end: object, step: object, most: object) -> int:
    """How often `{for}` runs: ceil((end + 1 - start) / step), computed once, as Smarty does.

    Raises:
        ValueFault: the step is 0.
    """
    width = to_float(step)
    span = to_float(end) - to_float(start)
    if not math.isfinite(width) or not math.isfinite(span):
        raise ValueFault("`{for}` needs finite numbers to count between", "check its start, end and step")
    if width == 0:
        raise ValueFault("`{for}` with a step of 0 never ends", "give `step` another value")
    rounds = (span + 1) / width if width > 0 else (-span + 1) / -width
    # A step next to nothing: more rounds than any limit has.
    count = math.ceil(rounds) if math.isfinite(rounds) else sys.maxsize
    if most is not None:
        count = min(count, to_int(most))
    return max(0, count)
