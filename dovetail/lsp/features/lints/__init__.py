"""Everything that is to be said of a template: syntax, names, habits, live data, mail clients; graded as set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dovetail.engine.analysis import analyse
from dovetail.errors import Diagnostic, did_you_mean
from dovetail.lsp.features.html import html_findings
from dovetail.lsp.features.lints.live import live_findings
from dovetail.lsp.features.lints.suppression import suppressed
from dovetail.lsp.features.lints.template import template_findings
from dovetail.lsp.features.names import includes_of
from dovetail.lsp.features.view import View

__all__ = ["findings"]


def findings(view: View) -> Sequence[Diagnostic]:
    """All findings of a template, in the order of its text."""
    reading = view.reading
    found = [*reading.findings]
    if not reading.name.endswith((".conf", ".txt")):
        found += html_findings(view)
    found += analyse(reading.tree, reading.options, view.live.schemas).findings
    found += _missing(view)
    if not any(item.severity == "error" for item in reading.findings):
        # Half a text says little of what is unused; findings that come and go with each key help nobody.
        found += template_findings(view)
    found += live_findings(view)
    kept = suppressed(reading, found)
    graded = [_graded(view, item) for item in kept]
    return sorted((item for item in graded if item is not None), key=lambda item: (item.span, item.code))


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


def _graded(view: View, item: Diagnostic) -> Diagnostic | None:
    severity = view.preferences.severities.get(item.code)
    if severity is None or (
        item.severity == "error" and severity in ("off", "hint") and item.code in ("syntax", "unclosed-tag")
    ):
        return item
    if severity == "off":
        return None
    return replace(item, severity="info" if severity == "hint" else severity)
