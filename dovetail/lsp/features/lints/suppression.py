"""Comments that say which findings are meant: for the next line, the same line, or the whole file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dovetail.errors import Diagnostic, Fix
from dovetail.grammar import nodes
from dovetail.lsp.features.heads import all_comments
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.reading import Reading
from dovetail.source import Span

_WRITTEN = re.compile(r"\s*dovetail-ignore(?P<file>-file)?(?P<codes>(?:[\s,]+[a-z][a-z-]*)*)\s*\Z")


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment with the codes it names (none: all) and the lines it counts for (None: every line)."""

    span: Span
    codes: frozenset[str]
    lines: frozenset[int] | None

    def covers(self, finding: Diagnostic) -> bool:
        """Whether a finding is one of those that are meant."""
        if self.codes and finding.code not in self.codes:
            return False
        return self.lines is None or finding.source.place(finding.span.start).line in self.lines


def suppressions(reading: Reading) -> Sequence[Suppression]:
    """The suppressions of a template."""
    return [found for comment in all_comments(reading.tree.nodes) if (found := _read(reading, comment)) is not None]


def _read(reading: Reading, comment: nodes.Comment) -> Suppression | None:
    found = _WRITTEN.match(comment.text)
    if found is None:
        return None
    codes = frozenset(re.split(r"[\s,]+", found["codes"].strip())) - {""}
    line = reading.source.place(comment.span.start).line
    last = reading.source.place(comment.span.end).line
    return Suppression(comment.span, codes, None if found["file"] else frozenset({line, last, last + 1}))


def suppressed(reading: Reading, found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """The findings that are not meant; suppressions that meet none are findings themselves."""
    given = suppressions(reading)
    if not given:
        return found
    kept = [
        item
        for item in found
        if not any(each.covers(item) for each in given) or (item.severity == "error" and _is_syntax(item))
    ]
    for each in given:
        idle = [
            code for code in sorted(each.codes) if not any(each.covers(item) and item.code == code for item in found)
        ]
        if idle or (not each.codes and not any(each.covers(item) for item in found)):
            what = ", ".join(idle) or "nothing"
            fix = Fix(each.span, "", "Remove the comment")
            advice = "remove it" if all(code in LINTS for code in idle) else "check the codes: see docs/lints.md"
            severity = LINTS["unused-suppression"].severity
            message = f"no finding here is suppressed by `{what}`"
            kept.append(Diagnostic("unused-suppression", message, reading.source, each.span, advice, severity, (fix,)))
    return kept


def _is_syntax(item: Diagnostic) -> bool:
    """What forbids rendering cannot be wished away."""
    return item.code not in LINTS
