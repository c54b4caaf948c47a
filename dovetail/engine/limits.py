"""How much a template may use: templates are untrusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one render; reaching one is a `LimitError` that names it.

    `steps`: rounds of all loops and calls together. `output`, `value`: characters of the whole result and of
    one value. `total`: characters of all values that a render makes, and elements of the lists it builds.
    `depth`: nested includes and function calls. `seconds`: time of all passes over the template. `source`:
    characters of a template. `rounds`: times a template may ask for data and be rendered again. `asks`:
    questions of one render. `records`: entries of one integration list.
    """

    steps: int = 1_000_000
    output: int = 5_000_000
    value: int = 1_000_000
    total: int = 20_000_000
    depth: int = 40
    seconds: float = 10.0
    source: int = 10_000_000
    rounds: int = 12
    asks: int = 5_000
    records: int = 10_000
