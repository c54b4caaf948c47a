"""Accounts of the service for its language server: their templates and integrations are in the database."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dovetail.commands.accounts import EnvironmentData
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.templates import texts
from dovetail.lsp.ports import Account
from dovetail.service.environments import Environments

_BELIEVED = 3.0
"""Seconds for which the texts of the database are believed: an editor looks at them at each key."""


@dataclass(slots=True)
class StoredTexts:
    """The templates of an account."""

    database: Database
    account: str
    _at: float = -_BELIEVED
    _texts: Mapping[str, str] = field(default_factory=dict[str, str])

    def texts(self) -> Mapping[str, str]:
        """All of them by name."""
        now = time.monotonic()
        if now - self._at >= _BELIEVED:
            with self.database.read() as connection:
                self._texts = texts(connection, self.account)
            self._at = now
        return self._texts


@dataclass(frozen=True, slots=True)
class HostedAccounts:
    """The one account of a key. Whatever folder an editor names, it is this one, and none of the machine's."""

    database: Database
    environments: Environments
    account: str
    identifiers: frozenset[str] | None

    @property
    def root(self) -> Path:
        """A folder that is nowhere."""
        return Path("/templates")

    def open(self, folder: Path) -> Account:
        """The account."""
        environment, integrations = self.environments.own(self.account, self.identifiers)
        data = EnvironmentData(environment, integrations)
        return Account(
            owner=f"{self.account} {','.join(sorted(self.identifiers or ()))}",
            data=data,
            render=data.render,
            options=environment.engine.options,
            templates=StoredTexts(self.database, self.account),
        )
