"""What is wrong in a follow-up's text, and where the keys of steps stand in it: TOML's values have no places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dovetail.integrations.document import KeyPath, SettingsText, walk
from dovetail.source import Place

_STEP = re.compile(r"\s*\[\[\s*steps\s*\]\]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a follow-up's text, where, and what to do ("": that is in the sentence)."""

    place: Place
    sentence: str
    remedy: str = ""

    def said(self, file: str) -> str:
        """The fault in a line, with its place in a form that editors and CI logs make clickable."""
        end = "" if self.remedy.endswith(("?", ".")) else "."
        remedy = f" {self.remedy}{end}" if self.remedy else ""
        return f"{file}:{self.place.line}:{self.place.column}: {self.sentence}.{remedy}"


def place_in_step(text: SettingsText, step: int, path: Sequence[str] = ()) -> Place:
    """Where a key of a step (from 0) stands, or one in its table; else the nearest that is there."""
    lines = _lines_of(text, step)
    if not lines:
        return text.place("steps")
    place = Place(lines[0][1], 1)
    for length in range(len(path), 0, -1):
        found = _found(lines, tuple(path[:length]))
        if found is not None:
            number, column, line = found
            inside = (
                re.search(rf"[{{,]\s*[\"']?(?P<key>{re.escape(path[length])})[\"']?\s*=", line)
                if length < len(path)
                else None
            )
            return Place(number, (inside.start("key") if inside else column) + 1)
    return place


def _lines_of(text: SettingsText, step: int) -> list[tuple[KeyPath, int, str]]:
    """The lines of a step with their tables, as `walk` gives them."""
    at, lines = -1, list[tuple[KeyPath, int, str]]()
    for table, number, line in walk(text.text):
        at += bool(_STEP.match(line))
        if at == step and table[:1] == ("steps",):
            lines.append((table, number, line))
    return lines


def _found(lines: Sequence[tuple[KeyPath, int, str]], path: KeyPath) -> tuple[int, int, str] | None:
    """The line, column from 0 and text where a key is written, on a line of its own or as the name of a table."""
    *above, name = path
    key = re.compile(rf"\s*[\"']?(?P<key>{re.escape(name)})[\"']?\s*[=.]")
    for table, number, line in lines:
        if table == ("steps", *path) and line.lstrip().startswith("["):
            return number, line.index(name), line
        if table == ("steps", *above) and (found := key.match(line)):
            return number, found.start("key"), line
    return None
