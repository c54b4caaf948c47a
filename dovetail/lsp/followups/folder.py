"""The follow-ups beside a folder of templates, as they stand in the editor or on disk: which templates they send."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dovetail.bridge.events.data import Trigger

NAME = "followups"
"""The folder of the follow-ups, in that of the templates."""
_LIFETIME = 3.0
"""Seconds for which files are believed to be as they were, for editors that do not tell of changes."""
_LONGEST = 1_000_000


def is_followup(path: Path) -> bool:
    """Whether a file is a follow-up, by where it stands."""
    return path.suffix == ".toml" and path.parent.name == NAME


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is used of a follow-up: what starts it, what it sends and what it raises. `state` tells its text."""

    state: object
    on: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()


def _nothing() -> Mapping[Path, str]:
    return {}


@dataclass(slots=True)
class Followups:
    """The follow-ups of a folder. `opened` are the texts of those that are open, by file."""

    folder: Path
    opened: Callable[[], Mapping[Path, str]] = _nothing
    _rules: dict[Path, _Rule] = field(default_factory=dict[Path, _Rule])
    _looked_at: float = -_LIFETIME
    _seen: Mapping[Path, str] = field(default_factory=dict[Path, str])
    _sent: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def trigger(self, template: str) -> Trigger | None:
        """What `$trigger` is in a template, by the events whose follow-ups send it; None: none does."""
        self._look()
        events = self._sent.get(template)
        if not events:
            return None
        from dovetail.bridge.events.data import trigger_of

        return trigger_of(events)

    def own_events(self) -> Sequence[str]:
        """The events that these follow-ups raise, or are on, and that nobody declared."""
        self._look()
        from dovetail.bridge.events.types import TYPES

        named = dict.fromkeys(name for rule in self._rules.values() for name in (*rule.raised, *rule.on))
        return [name for name in named if name not in TYPES]

    def changed_on_disk(self) -> None:
        """Files came, went or changed: look anew."""
        self._looked_at = -_LIFETIME

    def _look(self) -> None:
        """Read what changed since it was read: at each key nothing but the text that is typed in."""
        now, opened = time.monotonic(), self.opened()
        if now - self._looked_at < _LIFETIME and opened == self._seen:
            return
        self._looked_at, self._seen = now, dict(opened)
        before, self._rules = self._rules, {}
        for path in sorted({*_files(self.folder), *(each for each in opened if each.parent == self.folder)}):
            rule = _read(path, opened.get(path), before.get(path))
            if rule is not None:
                self._rules[path] = rule
        sent = dict[str, dict[str, None]]()
        for rule in self._rules.values():
            for template in rule.templates:
                sent.setdefault(template, {}).update(dict.fromkeys(rule.on))
        self._sent = {template: tuple(events) for template, events in sent.items()}


def _files(folder: Path) -> Sequence[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix == ".toml"]
    except OSError:
        return []


def _read(path: Path, text: str | None, before: _Rule | None) -> _Rule | None:
    """A follow-up's use; that of before while its text is the same, or is no TOML: half a line is typed."""
    try:
        state: object = text
        if text is None:
            stat = path.stat()
            state = stat.st_mtime_ns, stat.st_size
            if stat.st_size > _LONGEST:
                return None
        if before is not None and before.state == state:
            return before
        given = path.read_text(encoding="utf-8-sig") if text is None else text
    except (OSError, ValueError):
        return None
    from dovetail.bridge.followups.followup import Mail, Raise
    from dovetail.bridge.followups.reading import checked

    made, _ = checked(path.stem, path.name, given, lambda _: None)
    if made is None:
        return before
    acts = [step.act for step in made.steps]
    return _Rule(
        state,
        made.triggers,
        tuple(dict.fromkeys(act.template for act in acts if isinstance(act, Mail))),
        tuple(dict.fromkeys(act.event for act in acts if isinstance(act, Raise))),
    )
