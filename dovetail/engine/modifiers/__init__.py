"""Modifiers, one module a subject. Importing this package registers all of them."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.engine.modifiers import (
    case,
    counting,
    dates,
    encoding,
    escape,
    layout,
    legacy,
    lists,
    numbers,
    patterns,
    registry,
    tests,
    text,
)
from dovetail.engine.modifiers.registry import Modifier

MODIFIERS: Mapping[str, Modifier] = registry.registered()

__all__ = [
    "MODIFIERS",
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
]
