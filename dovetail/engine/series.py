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
        runtime, frame = self.runtime, self._frame
        runtime.begun = perf_counter()
        frame.variables = variables
        return quickly(runtime, frame, self._output)

    def report(self) -> Report | float:
        """The report of the last render, which asked nothing; what it used was known already."""
        runtime = self.runtime
        seconds = perf_counter() - runtime.begun
        return report_of(runtime, seconds) if runtime.used or runtime.undefined or runtime.notes else seconds

    def renew(self) -> None:
        """Be ready for the next render: of the last one nothing stays behind."""
        self.runtime.renew()
        output = self._output
        output.clear()
        output.counted = 0
        self._frame.variables = _NOBODY


_NOBODY: dict[str, object] = {}
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
    runtime = series.runtime
    now = runtime.now = setting.clock()
    text = series.made(whole(setting, variables, now))
    if text is None:
        return None
    made = rendered(text, series.report())
    series.renew()
    if runtime.programs:
        # What is included is looked up anew in each call.
        runtime.programs.clear()
    idle.append(series)
    return made
