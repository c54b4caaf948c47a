"""What the service's handlers work with, handed to them by who starts it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dovetail.bridge.followups.rules import Rules
from dovetail.bridge.inbound.keys import PublicKeys
from dovetail.integrations.store.account_secrets import AccountSecrets
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.hooks import Hooks
from dovetail.integrations.store.stored import Shelf
from dovetail.service.environments import Environments
from dovetail.service.mailing_runs import Mailings
from dovetail.service.rates import Rates
from dovetail.service.tickets import Language, Tickets


@dataclass(slots=True)
class Backend:
    """The parts of a running service. `clock` gives Unix seconds; `version` is the program's.

    `wake` tells a worker that runs in this process that something is due. `language` is the language server,
    `editor_files` the folder of the editor for pages; both are handed over by the composition root, and a service
    without them has none. `editors` counts the editors that are open now.
    """

    database: Database
    shelf: Shelf
    environments: Environments
    version: str
    mailings: Mailings
    hooks: Hooks
    secrets: AccountSecrets
    clock: Callable[[], float] = time.time
    wake: Callable[[], None] = lambda: None
    public_keys: PublicKeys = field(default_factory=PublicKeys)
    rates: Rates = field(default_factory=Rates)
    language: Language | None = None
    editor_files: Path | None = None
    editors: int = 0
    rules: Rules = field(default_factory=Rules)
    tickets: Tickets = field(init=False)

    def __post_init__(self) -> None:
        self.tickets = Tickets(time.monotonic)

    def close(self) -> None:
        """End what it holds; mailings that run are stopped."""
        self.mailings.close()
        self.environments.close()
        self.database.close()
