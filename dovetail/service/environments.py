"""The environments of accounts: kept while nothing that they are made of has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dovetail.engine.loaders import DictLoader
from dovetail.integrations.environment import Environment
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.marks import marks
from dovetail.integrations.store.stored import Shelf
from dovetail.integrations.store.templates import texts
from dovetail.providers.kinds import Integration

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection

_KEPT = 64
"""Environments that are kept ready: each holds connections to shops."""

Name = tuple[str, frozenset[str] | None]


@dataclass(slots=True)
class _Kept:
    environment: Environment
    integrations: dict[str, Integration]
    made_of: object
    users: int = 0
    old: bool = False


class Environments:
    """Environments by account and the integrations that a key is for. `cache_folder`: as that of `Environment`."""

    def __init__(self, database: Database, shelf: Shelf, cache_folder: Path | None) -> None:
        self._database = database
        self._shelf = shelf
        self._cache_folder = cache_folder
        self._lock = threading.Lock()
        self._kept = dict[Name, _Kept]()

    @contextmanager
    def of(
        self, account: str, identifiers: frozenset[str] | None
    ) -> Iterator[tuple[Environment, dict[str, Integration]]]:
        """The environment of an account as it is now, with its integrations by identifier.

        Raises:
            SettingsError: a stored integration does not fit this version of Dovetail.
        """
        kept = self._take((account, identifiers))
        try:
            yield kept.environment, kept.integrations
        finally:
            with self._lock:
                kept.users -= 1
                unused = kept.old and not kept.users
            if unused:
                kept.environment.close()

    def own(
        self, account: str, identifiers: frozenset[str] | None, *, escape_html: bool = True
    ) -> tuple[Environment, dict[str, Integration]]:
        """An environment that the caller closes himself: for an editor or a mailing, which has it for long."""
        with self._database.read() as connection:
            return self._made(connection, account, identifiers, escape_html=escape_html)

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), {}
        for each in kept:
            each.environment.close()

    def _take(self, name: Name) -> _Kept:
        account, identifiers = name
        with self._database.read() as connection:
            made_of = marks(connection, account)
            with self._lock:
                found = self._kept.get(name)
                if found is not None and found.made_of == made_of:
                    self._kept[name] = self._kept.pop(name)
                    found.users += 1
                    return found
            environment, connected = self._made(connection, account, identifiers)
        made = _Kept(environment, connected, made_of, users=1)
        with self._lock:
            gone = [self._kept.pop(name)] if name in self._kept else []
            self._kept[name] = made
            while len(self._kept) > _KEPT:
                gone.append(self._kept.pop(next(iter(self._kept))))
            for each in gone:
                each.old = True
            idle = [each for each in gone if not each.users]
        for each in idle:
            each.environment.close()
        return made

    def _made(
        self, connection: Connection, account: str, identifiers: frozenset[str] | None, *, escape_html: bool = True
    ) -> tuple[Environment, dict[str, Integration]]:
        connected = self._shelf.connected(connection, account, identifiers)
        environment = Environment(
            loader=DictLoader(texts(connection, account)),
            integrations=list(connected),
            account=account,
            escape_html=escape_html,
            cache_folder=None if self._cache_folder is None else self._cache_folder / account,
        )
        return environment, {item.provider.identifier: item for item in connected}
