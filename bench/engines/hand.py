"""The hand-written baseline as an engine, with Dovetail's own escape and the `money` of all Python engines."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from bench.engines.formats import money, truncate
from bench.engines.ports import Render, data, templates, variables
from dovetail.engine.modifiers.escape import escape_html


class Hand:
    def __init__(self) -> None:
        self.sources = templates("hand")
        self.given = partial(variables, data())

    def compile(self, workload: str) -> Render:
        names: dict[str, object] = {"escape": escape_html, "money": money, "truncate": truncate}
        exec(compile(self.sources[workload], f"<hand {workload}>", "exec"), names)
        render, given = cast("Callable[..., str]", names["render"]), self.given
        return lambda number: render(**given(workload, number))
