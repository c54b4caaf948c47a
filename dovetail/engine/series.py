"""Renders of one template one after another, by its quick form: what they need is made once."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

from dovetail.engine.frames import Frame, Output
from dovetail.engine.ports import Answer, Ask
from dovetail.engine.rendered import Rendered, Report
from dovetail.engine.rounds import quickly, rendered, report_of, whole
from dovetail.engine.runtime import Runtime
from dovetail.engine.setting import Setting
from dovetail.errors import ProviderError


class Series:
    """The means of such renders. One thread uses it at a time; `answers` are only read. `encoded`: UTF-8 is made.

    After a render that did not go through, it is of no use any more.
    """

    __slots__ = ("_frame", "_output", "runtime")

    def __init__(
        self, setting: Setting, answers: Mapping[Ask, Answer | ProviderError], now: float, *, encoded: bool = False
    ) -> None:
        self.runtime = Runtime(setting, answers, now, 0.0, {}, quick=True, encoded=encoded)
        self._frame = Frame({}, setting.program.source.name)
        self._output = Output()

    def made(self, variables: dict[str, object]) -> str | bytes | None:
        """The text for variables that are `whole` and the render's own; None where only the plain form can speak."""
        runtime, output, frame = self.runtime, self._output, self._frame
        runtime.renew(perf_counter())
        output.clear()
        output.counted = 0
        frame.variables = variables
        return quickly(runtime, frame, output)

    def report(self) -> Report | float:
        """The report of the last render, which asked nothing; what it used was known already."""
        runtime = self.runtime
        seconds = perf_counter() - runtime.begun
        return report_of(runtime, seconds) if runtime.remarkable else seconds

    def clear(self) -> None:
        """Forget the last render: nobody's data stay behind, and what it included is looked up anew."""
        self.runtime.programs.clear()
        self.runtime.renew(0.0)
        self._output.clear()
        self._frame.variables = {}


_NOTHING: Mapping[Ask, Answer | ProviderError] = {}


def at_once(setting: Setting, idle: list[Series], variables: Mapping[str, object]) -> Rendered | None:
    """The text of a template that needs no integration and whose quick form goes through; else None.

    `idle` are those of earlier calls, to be used again.
    """
    try:
        # Taking one and giving it back are single steps: threads never share one.
        series = idle.pop()
    except IndexError:
        series = Series(setting, _NOTHING, 0.0)
    now = series.runtime.now = setting.clock()
    text = series.made(whole(setting, variables, now))
    if text is None:
        return None
    made = rendered(text, series.report())
    series.clear()
    idle.append(series)
    return made
