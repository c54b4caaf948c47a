"""Renders a template at a fixed moment: Tuesday, 5 March 2024, 14:07:09 UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from dovetail.engine.environment import Engine
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.engine.rendered import Rendered

NOW = datetime(2024, 3, 5, 14, 7, 9, tzinfo=UTC).timestamp()


def render(
    text: str,
    data: Mapping[str, object] | None = None,
    *,
    zone: tzinfo = UTC,
    language: str = "en",
    limits: Limits = Limits(),
) -> Rendered:
    """The text and the report."""
    engine = Engine(loader=DictLoader({}), clock=lambda: NOW, timezone=zone, language=language, limits=limits)
    return engine.from_string(text).render(data or {})


def rendered(text: str, data: Mapping[str, object] | None = None) -> str:
    """Only the text."""
    return str(render(text, data))
