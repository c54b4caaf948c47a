"""Everything that is to be said of a template: syntax, names, habits, live data, mail clients; graded as set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from dovetail.engine.analysis import analyse
from dovetail.errors import Diagnostic, did_you_mean
from dovetail.lsp.features.html import html_findings
from dovetail.lsp.features.lints.live import live_findings
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.lints.suppression import suppressed
from dovetail.lsp.features.lints.template import template_findings
from dovetail.lsp.features.lints.told import told_findings
from dovetail.lsp.features.names import includes_of
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.view import Preferences, View

__all__ = ["findings", "graded", "latest_findings"]


def findings(view: View, wanted: Callable[[], bool] = lambda: True) -> Sequence[Diagnostic]:
    """All findings of a template, in the order of its text.

    `wanted` is asked now and then whether they still are; when not, there are none.
    """
    reading = view.reading
    found = list[Diagnostic]()
    for part in _parts(view):
        found += part
        if not wanted():
            return ()
    kept = suppressed(reading, found)
    shown = [graded(view.preferences, item) for item in kept]
    result = sorted((item for item in shown if item is not None), key=lambda item: (item.span, item.code))
    reading.once(_Latest).found = result
    return result


def _parts(view: View) -> Iterator[Iterable[Diagnostic]]:
    reading = view.reading
    yield reading.findings
    if not reading.name.endswith((".conf", ".txt")):
        yield from html_findings(view)
    yield analyse(reading.tree, reading.options, view.live.schemas).findings
    yield _missing(view)
    if not any(item.severity == "error" for item in reading.findings):
        # Half a text says little of what is unused; findings that come and go with each key help nobody.
        yield from template_findings(view)
    yield told_findings(view)
    yield live_findings(view)


def latest_findings(view: View) -> Sequence[Diagnostic]:
    """The findings as they were last looked for in this text: what is offered at a place need not look again."""
    found = view.reading.once(_Latest).found
    return findings(view) if found is None else found


class _Latest:
    """The latest findings of a reading; live data may have changed since."""

    def __init__(self, _reading: Reading) -> None:
        self.found: Sequence[Diagnostic] | None = None


def _missing(view: View) -> list[Diagnostic]:
    """Includes of templates that are not there."""
    names = list(view.folder.names())
    found = list[Diagnostic]()
    for target in includes_of(view.reading):
        if target.name not in names and ":" not in target.name:
            advice = did_you_mean(target.name, names) or "check the name; names begin at the folder of the templates"
            found.append(
                Diagnostic(
                    "not-found",
                    f"there is no template `{target.name}`",
                    view.reading.source,
                    target.span,
                    advice,
                    "warning",
                )
            )
    return found


def graded(preferences: Preferences, item: Diagnostic) -> Diagnostic | None:
    """The finding as the settings grade it; what forbids rendering stays what it is."""
    severity = preferences.severities.get(item.code)
    if severity is None or (item.severity == "error" and item.code not in LINTS):
        return item
    if severity == "off":
        return None
    return replace(item, severity="info" if severity == "hint" else severity)
