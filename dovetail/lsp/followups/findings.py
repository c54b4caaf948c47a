"""What is wrong in a follow-up's text, for the editor: all faults that would keep it from running."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dovetail.bridge.followups.places import Fault
from dovetail.bridge.followups.reading import checked
from dovetail.engine.schema import Schema
from dovetail.source import Span

_MARKED = re.compile(r"\[\[?[^\]\n]*\]\]?|[\w-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with the word that it stands at."""

    span: Span
    message: str


def findings(path: Path, text: str, schemas: Mapping[str, Schema]) -> Sequence[Finding]:
    """All that is wrong in a text, in its order. `schemas`: the integrations that its texts may read."""
    from dovetail.engine.environment import Engine
    from dovetail.engine.loaders import DictLoader

    engine = Engine(loader=DictLoader({}), schemas=schemas)

    def check(given: str) -> None:
        engine.from_string(given, "follow-up")

    _, faults = checked(path.stem, path.name, text, check)
    starts = [0, *(at.end() for at in re.finditer("\n", text))]
    return sorted((_finding(each, text, starts) for each in faults), key=lambda each: each.span)


def _finding(fault: Fault, text: str, starts: Sequence[int]) -> Finding:
    line = min(fault.place.line, len(starts)) - 1
    end = starts[line + 1] - 1 if line + 1 < len(starts) else len(text)
    start = min(starts[line] + fault.place.column - 1, end)
    marked = _MARKED.match(text, start, end)
    message = fault.sentence + (f"\n{fault.remedy}" if fault.remedy else "")
    return Finding(Span(start, marked.end() if marked else max(end, start)), message)
