"""What the analysis of a template finds, and how its parts report it."""

from __future__ import annotations

from dataclasses import dataclass, field

from dovetail.engine.compiler.options import Options
from dovetail.engine.ports import Ask
from dovetail.errors import Diagnostic, Fix, Severity
from dovetail.source import Source, Span


@dataclass(slots=True)
class Analysis:
    """Findings of a template, the modifiers that have no effect in this dialect, and its certain asks."""

    findings: list[Diagnostic] = field(default_factory=list[Diagnostic])
    ignored: set[str] = field(default_factory=set[str])
    asks: dict[Ask, None] = field(default_factory=dict[Ask, None])
    includes: list[str] = field(default_factory=list[str])

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that forbid compiling."""
        return [item for item in self.findings if item.severity == "error"]


class Part:
    """A part of the analysis: knows the options and where to report."""

    def __init__(self, source: Source, options: Options, result: Analysis) -> None:
        self.source = source
        self.options = options
        self.result = result

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        base: int,
        advice: str = "",
        severity: Severity = "error",
        mended: str = "",
    ) -> None:
        """Add a finding; the span counts from `base`. `mended`: what its text could become, for the editor."""
        at = Span(span.start + base, span.end + base)
        fixes = (Fix(at, mended, f"Replace by `{mended}`"),) if mended else ()
        self.result.findings.append(Diagnostic(code, message, self.source, at, advice, severity, fixes))
