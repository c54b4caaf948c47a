"""Calls a modifier as the engine does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from dovetail.engine.modifiers import MODIFIERS

NOW = datetime(2024, 3, 5, 14, 7, 9, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Moment:
    """A tuesday afternoon."""

    now: float = NOW
    timezone: tzinfo = UTC
    language: str = "en"

    def settle(self, value: object) -> object:
        return value


def call(name: str, value: object, *parameters: object, zone: tzinfo = UTC) -> object:
    """The modifier's result."""
    modifier = MODIFIERS[name]
    if modifier.context:
        return modifier.function(Moment(timezone=zone), value, *parameters)
    return modifier.function(value, *parameters)
