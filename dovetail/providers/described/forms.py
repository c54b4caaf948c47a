"""Settings with a form of their own (tables within tables, files), read with every fault at its place.

A `Formed` setting reads its value itself; the settings file's reader tells it where it stands, and gives each fault
the line of the key that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from dovetail.errors import SettingsError, did_you_mean
from dovetail.providers.kinds import Setting

Fault = Callable[[Sequence[str], str, str], None]
"""Told of (the keys below the integration's table, a sentence without its full stop, a remedy or '')."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it stands in the settings. `folder`: the settings file's, None where settings may name no files (those
    of a service's accounts); `beside`: the integration's table.
    """

    value: object
    folder: Path | None
    beside: Mapping[str, object]
    fault: Fault

    def file(self, name: str, text: str) -> Path | None:
        """The file that a setting names; a fault and None where there are none."""
        if self.folder is None:
            self.fault((name,), f"`{name}` names a file, and here are none", "Give the address of it instead")
            return None
        return self.folder / Path(text).expanduser()


@dataclass(frozen=True, slots=True, kw_only=True)
class Formed(Setting):
    """A setting whose `read` makes of what stands in the file what the kind's `make` gets.

    `read` reports faults, never raises; what it returns then is not used.
    """

    read: Callable[[Reading], object]


def read_all(identifier: str, kind: Sequence[Setting], settings: Mapping[str, object]) -> Mapping[str, object]:
    """Settings that come from a program: what a `Formed` setting would have read from a file is read here.

    Raises:
        SettingsError: with every fault, one per line.
    """
    lines: list[str] = []

    def fault(path: Sequence[str], sentence: str, remedy: str) -> None:
        ends = f"{sentence}." + (f" {remedy.rstrip('.')}." if remedy else "")
        lines.append(f"`{identifier}`: {'.'.join(path)}: {ends}")

    found = dict(settings)
    for setting in kind:
        if isinstance(setting, Formed) and isinstance(found.get(setting.name), str | dict | list):
            found[setting.name] = setting.read(Reading(found[setting.name], Path(), settings, fault))
    if lines:
        raise SettingsError("\n".join(lines))
    return found


@dataclass(slots=True)
class Table:
    """A table of settings being read: each value is asked for by name, with the type that it should have.

    `finish` reports the names that nobody asked for.
    """

    values: Mapping[str, object]
    path: tuple[str, ...]
    report: Fault
    _known: list[str] = field(default_factory=list[str])

    def fault(self, name: str, sentence: str, remedy: str = "") -> None:
        """Report a fault of the value under a name, or of the table itself ('')."""
        self.report((*self.path, name) if name else self.path, sentence, remedy)

    def has(self, name: str) -> bool:
        """Whether the table says something under this name."""
        return name in self.values

    def text(self, name: str, default: str = "", *, needed: str = "") -> str:
        """A text. `needed`: an example, for a text that has to be there."""
        value = self._get(name)
        if isinstance(value, str) and (value or not needed):
            return value
        remedy = f"For example: {name} = {needed}" if needed else ""
        if value is not None or (needed and name in self.values):
            self.fault(name, f"`{name}` is a text in quotes", remedy)
        elif needed:
            self.fault("", f"`{'.'.join(self.path)}` lacks `{name}`", remedy)
        return default

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self._get(name)
        if value is not None and not isinstance(value, bool):
            self.fault(name, f"`{name}` is true or false")
            return default
        return default if value is None else value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number between two bounds."""
        value = self._get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(name, f"`{name}` is a whole number from {least} to {most}")
            return default
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of some words."""
        value = self._get(name)
        if value is None:
            return default
        if not isinstance(value, str) or value not in choices:
            self.fault(name, f"`{name}` is one of: {', '.join(choices)}", sentence(did_you_mean(str(value), choices)))
            return default
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in cast("list[object]", value)):
            self.fault(name, f"`{name}` is a list of texts", f'For example: {name} = ["one", "two"]')
            return ()
        return tuple(cast("list[str]", value))

    def table(self, name: str) -> Table | None:
        """A table within this one."""
        value = self._get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(name, f"`{name}` is a table", f"For example: {name} = {{ … }}")
            return None
        return Table(cast("dict[str, object]", value), (*self.path, name), self.report)

    def names(self) -> Iterator[str]:
        """All names of a table whose names are the user's; they count as asked for."""
        self._known += self.values
        yield from self.values

    def get(self, name: str) -> object:
        """A value of whatever type, None where there is none."""
        return self._get(name)

    def finish(self) -> None:
        """Report names that mean nothing."""
        known = sorted(set(self._known))
        for name in self.values:
            if name not in known:
                near = did_you_mean(name, known)
                self.fault(name, f"`{name}` means nothing here", sentence(near) or f"Known are: {', '.join(known)}")

    def _get(self, name: str) -> object:
        self._known.append(name)
        return self.values.get(name)


def sentence(text: str) -> str:
    """A part of a sentence as a sentence's beginning."""
    return text[:1].upper() + text[1:]
