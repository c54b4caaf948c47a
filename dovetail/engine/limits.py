"""How much a template may use: templates are untrusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one render; reaching one is a `LimitError` that names it.

    `steps`: rounds of all loops together. `output`, `value`: characters of the whole result and of one
    value. `depth`: nested includes and function calls. `rounds`: times a template may ask for data and be
    rendered again. `asks`: questions of one render. `records`: entries of one integration list.
    """

    steps: int = 1_000_000
    output: int = 20_000_000
    value: int = 5_000_000
    depth: int = 40
    rounds: int = 12
    asks: int = 5_000
    records: int = 10_000
