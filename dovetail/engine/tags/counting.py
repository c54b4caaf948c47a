"""`{counter}` and `{cycle}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dovetail.engine.tags.functions import tag_function
from dovetail.engine.values import entries, is_iterable, loose_equal, to_int, to_text, truth

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime


@dataclass(slots=True)
class _Counter:
    start: int = 1
    skip: int = 1
    direction: str = "up"
    count: int = 1
    assign: str | None = None


@tag_function("counter")
def counter(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {counter}; `assign` sticks to the counter's name, `print=false` still counts."""
    name = to_text(given.get("name", "default"))
    key = f"counter.{name}"
    state = rt.state.get(key)
    if not isinstance(state, _Counter):
        state = rt.state[key] = _Counter()
    if "start" in given:
        state.start = state.count = to_int(given["start"])
    if "assign" in given:
        state.assign = to_text(given["assign"])
    if state.assign is not None:
        frame.variables[state.assign] = state.count
    shown = truth(given["print"]) if "print" in given else state.assign is None
    text = str(state.count) if shown else ""
    state.skip = to_int(given["skip"]) if "skip" in given else state.skip
    state.direction = to_text(given["direction"]) if "direction" in given else state.direction
    state.count += -state.skip if state.direction == "down" else state.skip
    return text


@dataclass(slots=True)
class _Cycle:
    values: object = None
    index: int = 0


@tag_function("cycle")
def cycle(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {cycle}; a list of values that is given again starts anew only when it differs."""
    key = f"cycle.{to_text(given.get('name', 'default'))}"
    state = rt.state.get(key)
    if not isinstance(state, _Cycle):
        state = rt.state[key] = _Cycle()
    if "values" in given:
        if state.values is not None and not loose_equal(state.values, given["values"]):
            state.index = 0
        state.values = given["values"]
    elif state.values is None:
        # Smarty warns and shows nothing.
        return ""
    if truth(given.get("reset")):
        state.index = 0
    if is_iterable(state.values):
        values = [to_text(value) for _, value in entries(state.values)]
    else:
        values = to_text(state.values).split(to_text(given.get("delimiter", ",")))
    text = values[state.index] if 0 <= state.index < len(values) else ""
    if not ("advance" in given and not truth(given["advance"])):
        state.index = 0 if state.index >= len(values) - 1 else state.index + 1
    if "assign" in given:
        frame.variables[to_text(given["assign"])] = text
        return ""
    return text if "print" not in given or truth(given["print"]) else ""
