"""The tree of includes: who includes a template, and what it includes."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.lsp.features.names import includes_of, readings
from dovetail.lsp.features.references import included_by
from dovetail.lsp.features.results import Caller
from dovetail.lsp.features.view import View
from dovetail.source import Span


def callers(view: View, name: str) -> Sequence[Caller]:
    """The templates that include or extend one, with where they do."""
    found = dict[str, list[Span]]()
    for place in included_by(view, name):
        found.setdefault(place.name, []).append(place.span)
    return [Caller(each, spans) for each, spans in sorted(found.items())]


def callees(view: View, name: str) -> Sequence[Caller]:
    """The templates that one includes or extends, with where it does."""
    found = dict[str, list[Span]]()
    reading = next((each for each in readings(view.folder) if each.name == name), None)
    for target in includes_of(reading) if reading is not None else ():
        found.setdefault(target.name, []).append(target.span)
    return [Caller(each, spans) for each, spans in sorted(found.items())]
