"""What the service's handlers work with, handed to them by who starts it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dovetail.integrations.store.database import Database
from dovetail.integrations.store.stored import Shelf
from dovetail.service.environments import Environments
from dovetail.service.rates import Rates


@dataclass(slots=True)
class Backend:
    """The parts of a running service. `clock` gives Unix seconds; `version` is the program's."""

    database: Database
    shelf: Shelf
    environments: Environments
    version: str
    clock: Callable[[], float] = time.time
    rates: Rates = field(default_factory=Rates)

    def close(self) -> None:
        """End what it holds."""
        self.environments.close()
        self.database.close()
