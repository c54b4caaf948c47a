"""The follow-ups of accounts as values: texts from the database, each read once."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dovetail.bridge.followups.followup import Followup
from dovetail.bridge.followups.reading import CheckText, read_followup
from dovetail.bridge.store import versions
from dovetail.errors import SettingsError

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection

log = logging.getLogger(__name__)

_KEPT = 1_000


class Rules:
    """Reads follow-ups, each version once. What is there was checked when it was put."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str, int], Followup] = {}

    def of(self, connection: Connection, account: str, name: str, version: int) -> Followup | None:
        """One by its version."""
        known = self._read.get((account, name, version))
        if known is not None:
            return known
        found = versions.get(connection, account, name, version)
        return None if found is None else self._kept(account, found)

    def current(self, connection: Connection, account: str) -> Mapping[str, tuple[int, Followup]]:
        """Those that new events start."""
        found = dict[str, tuple[int, Followup]]()
        for each in versions.current(connection, account):
            if each.paused:
                continue
            try:
                found[each.name] = (each.version, self._kept(account, each))
            except SettingsError:
                # Another version of Dovetail took it: the events are logged, and start all others.
                log.error("`%s` of account %s cannot be read by this version of Dovetail", each.name, account)
        return found

    def _kept(self, account: str, found: versions.Version) -> Followup:
        key = (account, found.name, found.version)
        if key not in self._read:
            if len(self._read) >= _KEPT:
                self._read.clear()
            # It was checked when it was put; what a later version of Dovetail thinks of it must stop nobody else.
            self._read[key] = read_followup(found.name, f"{found.name}.toml", found.text, lambda _: None)
        return self._read[key]


def put(
    connection: Connection, account: str, name: str, file: str, text: str, now: float, check: CheckText
) -> versions.Version:
    """Have new events start a text. `file` stands in messages; `check` compiles a template of the account.

    Raises:
        SettingsError: with every fault of it.
    """
    read_followup(name, file, text, check)
    return versions.put(connection, account, name, text, now)


def files_of(folder: Path) -> Sequence[tuple[str, Path, str]]:
    """The follow-ups of a folder: name, file and text.

    Raises:
        SettingsError: a file cannot be read.
    """
    return [(path.stem, path, text_of(path)) for path in sorted(folder.glob("*.toml"))]


def text_of(file: Path) -> str:
    """The text of a follow-up's file.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{file} cannot be read. Is it there, a UTF-8 text, and may you read it?") from None
