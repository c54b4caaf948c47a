"""The hand-written baseline as an engine, with the escape of the Dovetail beside it and the `money` of all Python
engines."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from bench.engines.formats import money, truncate
from bench.engines.ports import Render, data, templates, variables
from dovetail.engine import native


def same_escape() -> Callable[[str], str]:
    """The quickest escape with PHP's spelling that can be had here: our C, else MarkupSafe's, else Python."""
    if native.COMPILED:
        return native.html
    return native.escape_html


class Hand:
    def __init__(self) -> None:
        self.sources = templates("hand")
        self.given = partial(variables, data())

    def compile(self, workload: str) -> Render:
        names: dict[str, object] = {"escape": same_escape(), "money": money, "truncate": truncate}
        exec(compile(self.sources[workload], f"<hand {workload}>", "exec"), names)
        render, given = cast("Callable[..., str]", names["render"]), self.given
        return lambda number: render(**given(workload, number))
