"""Integrations as follow-ups ask them: anew each time, so that what is true now decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dovetail.providers.kinds import Integration


def fresh(integrations: Iterable[Integration]) -> Sequence[Integration]:
    """The same integrations, of whose answers none is kept."""
    return [
        replace(each, policy=replace(each.policy, ttl={"others": 0.0}, revalidate=0.0, not_found=0.0))
        for each in integrations
    ]
