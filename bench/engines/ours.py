"""Dovetail itself. Each way to render is an engine of its own; later ones (specialised, mailing) join `OURS`."""

from __future__ import annotations

import sys
from functools import partial

from bench.engines.ports import Render, data, parts, templates, variables
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.grammar.parse import _read as read_tag


def without_extensions() -> None:
    """Make C extensions of others unavailable: what is written for a platform without them must run."""
    sys.modules["markupsafe._speedups"] = None  # type: ignore[assignment]  # `None` makes its import fail


class OneOff:
    """`template.render(variables)`: what a program does that sends one mail."""

    def __init__(self) -> None:
        self.sources = {f"{name}.tpl": text for name, text in templates("smarty").items()}
        self.given = partial(variables, data())

    def engine(self) -> Engine:
        return Engine(loader=DictLoader(self.sources))

    def compile(self, workload: str) -> Render:
        read_tag.cache_clear()  # tags are remembered by their text, and every compile here must read them
        engine = self.engine()
        for part in parts(workload):
            engine.get_template(f"{part}.tpl").program.prepare()  # code is made at the first use: that is compiling too
        render, given = engine.get_template(f"{workload}.tpl").render, self.given
        return lambda number: render(given(workload, number))


class Pure(OneOff):
    """The same where no C extension can be had."""

    def __init__(self) -> None:
        without_extensions()
        super().__init__()


OURS = {"dovetail": OneOff, "dovetail_pure": Pure}
