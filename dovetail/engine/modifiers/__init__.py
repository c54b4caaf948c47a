"""Modifiers, one module a subject.

`MODIFIERS` has all of them, and loads every module when it is first read; a stored template loads those it uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dovetail.engine.modifiers.registry import Modifier

    MODIFIERS: Mapping[str, Modifier]

__all__ = ["MODIFIERS"]

_SUBJECTS = (
    "case",
    "counting",
    "dates",
    "encoding",
    "escape",
    "layout",
    "legacy",
    "lists",
    "numbers",
    "patterns",
    "tests",
    "text",
)


def __getattr__(name: str) -> object:
    if name != "MODIFIERS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for subject in _SUBJECTS:
        import_module(f"{__name__}.{subject}")
    from dovetail.engine.modifiers.registry import registered

    globals()[name] = registered()
    return registered()
