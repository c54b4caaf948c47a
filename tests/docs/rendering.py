"""Renders an example as its settings want it."""

from __future__ import annotations

from dovetail.engine.compiler.options import Options
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.grammar.documentation import MOMENT, Example
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Integration
from dovetail.providers.profiles import MemoryProfiles


def rendered(example: Example) -> str:
    """What the engine makes of an example."""
    options = Options(
        evaluate="evaluate" in example.settings,
        dialect="copernica" if "copernica" in example.settings else "smarty",
    )
    integrations = [Integration(MemoryProfiles(example.databases))] if example.databases else []
    with Connections(integrations, cache_folder=None) as connections:
        engine = Engine(loader=DictLoader(example.files), options=options, driver=connections, clock=lambda: MOMENT)
        return str(engine.from_string(example.template).render(example.data))
