"""From `dovetail.toml` to configured integrations: every setting checked, every fault with its place.

The format is DESIGN §9's. All faults of a file are reported at once, one per line, as
`file:line:column: sentence with a remedy`. A fault's text never holds a setting's value where that value
may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from dovetail.errors import SettingsError, did_you_mean
from dovetail.integrations.document import SettingsText, read_text
from dovetail.integrations.identifiers import fault_of_identifier
from dovetail.integrations.late import LateProvider
from dovetail.integrations.lint import LintSettings, read_lint
from dovetail.integrations.policy import PolicyTable
from dovetail.integrations.secrets import SecretPlace, place_of
from dovetail.providers.described.forms import Fault, Formed, Reading
from dovetail.providers.kinds import Integration, Kind, Policy, Setting, rules

FILE_NAME = "dovetail.toml"
_TABLES = ("integrations", "lint")
NO_KINDS: Mapping[str, Kind] = {}


@dataclass(frozen=True, slots=True)
class IntegrationSettings:
    """One `[integrations.NAME]` table, checked: plain values, where its secrets stand, and its policy."""

    identifier: str
    kind: Kind
    plain: Mapping[str, object]
    secrets: Mapping[str, SecretPlace]
    policy: Policy

    def connect(self) -> Integration:
        """The integration for an environment; its secrets are fetched when it is first asked something.

        Raises:
            SettingsError: the settings do not fit together in the kind's opinion.
        """
        return Integration(LateProvider(self.identifier, self.kind, self.plain, self.secrets), self.policy)


@dataclass(frozen=True, slots=True)
class Settings:
    """A settings file, checked."""

    path: Path
    integrations: tuple[IntegrationSettings, ...] = ()
    lint: LintSettings = LintSettings()

    def connect(self) -> list[Integration]:
        """All integrations, ready for an `Environment`."""
        return [item.connect() for item in self.integrations]

    def integration(self, identifier: str) -> IntegrationSettings:
        """One integration by its identifier.

        Raises:
            SettingsError: there is none of that name; names the nearest.
        """
        names = [item.identifier for item in self.integrations]
        for item in self.integrations:
            if item.identifier == identifier:
                return item
        if not names:
            known = "It has none yet: add one with dovetail integrations add"
        else:
            known = _help(identifier, names) or f"It has: {', '.join(names)}"
        raise SettingsError(f"{self.path} has no integration `{identifier}`. {known}")


def read_settings(path: Path, kinds: Mapping[str, Kind] | None = None) -> Settings:
    """Read a settings file; `kinds` are the kinds that exist (all registered ones unless given).

    Raises:
        SettingsError: with every fault of the file, one per line.
    """
    return check_settings(path, read_text(path), kinds)


def check_settings(path: Path, text: SettingsText, kinds: Mapping[str, Kind] | None = None) -> Settings:
    """Check a settings text that stands, or is going to stand, at `path`.

    Raises:
        SettingsError: with every fault of the file, one per line.
    """
    unusable = NO_KINDS
    if kinds is None:
        from dovetail.providers.registry import kinds as registered
        from dovetail.providers.registry import unusable_kinds

        kinds, unusable = registered(), unusable_kinds()
    faults = _Faults(text)
    for name in text.values:
        if name not in _TABLES:
            faults.add((name,), f"`{name}` is not known at the top of a settings file", _help(name, _TABLES))
    tables = text.values.get("integrations", {})
    if not isinstance(tables, dict):
        faults.add(
            ("integrations",), "`integrations` is a table", "Write [integrations.mywebshop] on a line of its own"
        )
        tables = {}
    found: list[IntegrationSettings] = []
    for identifier, table in cast("dict[str, object]", tables).items():
        tell = partial(faults.add_below, ("integrations", identifier))
        item = check_table(identifier, table, path.parent, kinds, tell, unusable)
        if item is not None:
            found.append(item)
    lint = read_lint(
        text.values.get("lint", {}),
        path.parent,
        lambda code: text.at("lint", "severity", code),
        lambda at, sentence, remedy: faults.add(("lint", *at), sentence, remedy),
    )
    faults.raise_if_any()
    return Settings(path, tuple(found), lint)


def check_table(
    identifier: str,
    table: object,
    folder: Path | None,
    kinds: Mapping[str, Kind],
    fault: Fault,
    unusable: Mapping[str, Kind] = NO_KINDS,
) -> IntegrationSettings | None:
    """Check one integration's settings; None when `fault` was told something that leaves none.

    `folder` is where files that they name are, None where they may name none. `unusable` are kinds whose package is
    broken.
    """
    return _Table(identifier, table, folder, kinds, unusable, fault).read()


@dataclass(slots=True)
class _Faults:
    """Faults as they are found, each with its place."""

    text: SettingsText
    lines: list[str] = field(default_factory=list[str])

    def add(self, path: Sequence[str], sentence: str, remedy: str = "") -> None:
        self.lines.append(f"{self.text.at(*path)}: {sentence}." + (f" {remedy.rstrip('.')}." if remedy else ""))

    def add_below(self, above: Sequence[str], path: Sequence[str], sentence: str, remedy: str = "") -> None:
        self.add((*above, *path), sentence, remedy)

    def raise_if_any(self) -> None:
        if self.lines:
            raise SettingsError("\n".join(self.lines))


@dataclass(slots=True)
class _Table:
    """Reads one `[integrations.NAME]` table."""

    identifier: str
    table: object
    folder: Path | None
    kinds: Mapping[str, Kind]
    unusable: Mapping[str, Kind]
    tell: Fault

    def read(self) -> IntegrationSettings | None:
        if wrong := fault_of_identifier(self.identifier):
            self.fault((), wrong.rstrip("."))
            return None
        if not isinstance(self.table, dict):
            self.fault(
                (), f"`{self.identifier}` is a table", f"Write [integrations.{self.identifier}] on a line of its own"
            )
            return None
        table = cast("dict[str, object]", self.table)
        kind = self.kind(table)
        if kind is None:
            return None
        if kind.name in self.unusable:
            # Nobody knows its settings; whoever asks it something is told why, and the others go on.
            policy = PolicyTable(table, self.folder or Path(), self.fault).read()
            return IntegrationSettings(self.identifier, kind, {}, {}, policy)
        settings = {item.name: item for item in kind.settings}
        for name in table:
            if name != "kind" and name not in settings and name not in rules():
                known = [*settings, *rules(), "kind"]
                self.fault((name,), f"`{name}` is not a setting of {kind.name}", _help(name, known) or _list(known))
        plain: dict[str, object] = {}
        secrets: dict[str, SecretPlace] = {}
        for setting in kind.settings:
            if setting.name not in table:
                if setting.required:
                    self.fault((), f"`{self.identifier}` lacks `{setting.name}` ({setting.summary})", _example(setting))
                elif setting.default is not None:
                    plain[setting.name] = setting.default
            elif setting.secret:
                place = self.secret(setting, table[setting.name])
                if place is not None:
                    secrets[setting.name] = place
            else:
                plain[setting.name] = self.plain(setting, table)
        policy = PolicyTable(table, self.folder or Path(), self.fault).read()
        return IntegrationSettings(self.identifier, kind, plain, secrets, policy)

    def fault(self, path: Sequence[str], sentence: str, remedy: str = "") -> None:
        self.tell(path, sentence, remedy)

    def kind(self, table: Mapping[str, object]) -> Kind | None:
        name = table.get("kind")
        if name is None:
            self.fault((), f"`{self.identifier}` does not say what it is", f'Add kind = "{next(iter(self.kinds), "")}"')
        elif isinstance(name, str) and name in self.unusable:
            return self.unusable[name]
        elif not isinstance(name, str) or name not in self.kinds:
            near = _help(str(name), list(self.kinds))
            self.fault(("kind",), f"there is no kind of integration `{name}`", near or _list(self.kinds))
        else:
            return self.kinds[name]
        return None

    def secret(self, setting: Setting, value: object) -> SecretPlace | None:
        place = place_of(value, self.folder or Path())
        if place is not None:
            return place
        instead = f'{setting.name} = {{ env = "{variable_name(self.identifier, setting.name)}" }}'
        if isinstance(value, dict):
            self.fault(
                (setting.name,),
                f"`{setting.name}` names one place: env, keyring or file, with a name in quotes",
                f"Write {instead}",
            )
        else:
            self.fault(
                (setting.name,),
                f"`{setting.name}` of `{self.identifier}` is a secret and stands here in plain text",
                f'Put it into an environment variable and write {instead}; {{ keyring = "…" }} and {{ file = "…" }} '
                "do as well. If this file was ever shared or committed, ask the shop for a new secret",
            )
        return None

    def plain(self, setting: Setting, table: Mapping[str, object]) -> object:
        value = table[setting.name]
        if isinstance(setting, Formed):
            return setting.read(Reading(value, self.folder, table, self.fault))
        fits = {
            "text": isinstance(value, str),
            "url": isinstance(value, str),
            "number": isinstance(value, int | float) and not isinstance(value, bool),
            "boolean": isinstance(value, bool),
        }[setting.type]
        if not fits:
            words = {
                "text": "a text in quotes",
                "url": "an address in quotes",
                "number": "a number",
                "boolean": "true or false",
            }
            self.fault((setting.name,), f"`{setting.name}` is {words[setting.type]}", _example(setting))
        elif setting.type == "url" and isinstance(value, str):
            self.address(setting, value)
        return value

    def address(self, setting: Setting, value: str) -> None:
        try:
            parts = urlsplit(value)
            port_fits = parts.port is None or parts.port > 0
        except ValueError:
            self.fault((setting.name,), f"`{setting.name}` is not an address", _example(setting))
            return
        if parts.username or parts.password:
            self.fault(
                (setting.name,),
                f"`{setting.name}` holds a user name or password",
                "Leave them out of the address: secrets have settings of their own",
            )
        elif parts.scheme not in ("http", "https") or not parts.hostname or not port_fits or re.search(r"\s", value):
            self.fault(
                (setting.name,),
                f"`{setting.name}` is an address that begins with https:// or http://",
                _example(setting),
            )


def variable_name(identifier: str, setting: str) -> str:
    """The environment variable that usually holds a secret: `MYWEBSHOP_CONSUMER_KEY`."""
    return f"{identifier}_{setting}".upper()


def _help(word: str, known: Sequence[str]) -> str:
    near = did_you_mean(word, list(known))
    return near[:1].upper() + near[1:]


def _list(known: Mapping[str, object] | Sequence[str]) -> str:
    return f"Known are: {', '.join(sorted(known))}"


def _example(setting: Setting) -> str:
    if setting.secret:
        return f'For example: {setting.name} = {{ env = "…" }}'
    if not setting.example:
        return ""
    shown = setting.example if setting.type in ("number", "boolean") else f'"{setting.example}"'
    return f"For example: {setting.name} = {shown}"
