"""How tags are marked: what whoever names an environment needs of the grammar, which is not loaded with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """How tags are marked. `literals` are strings that are text wherever they stand (Smarty's `literals`)."""

    left: str = "{"
    right: str = "}"
    auto_literal: bool = True
    literals: tuple[str, ...] = ()
