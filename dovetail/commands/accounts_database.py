"""The database of accounts, as the commands that work with it open it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection, Database
    from dovetail.integrations.store.sealing import Seal

F = TypeVar("F", bound=Callable[..., object])
OWNER = "default"
"""The account of commands that name none, and the first one of a service."""


def database_option(function: F) -> F:
    """Add `--database URL`."""
    return click.option(
        "--database",
        metavar="URL",
        envvar="DOVETAIL_DATABASE",
        help="sqlite:////path/accounts.sqlite, or postgresql+psycopg://user@host/name (password in PGPASSWORD or "
        "~/.pgpass). Usual: a file in your data folder.",
    )(function)


def url_of(given: str | None) -> str:
    """The address of the database: the given one, else that of a file in the user's data folder."""
    if given:
        return given
    base = os.environ.get("XDG_DATA_HOME")
    folder = (Path(base) if base else Path.home() / ".local" / "share") / "dovetail"
    return f"sqlite:///{folder / 'accounts.sqlite'}"


def open_database(given: str | None, *, upgrade: bool | None = None) -> Database:
    """Open the database.

    Raises:
        SettingsError: it cannot be used.
    """
    from dovetail.errors import SettingsError

    try:
        from dovetail.integrations.store.database import Database
    except ImportError:
        raise SettingsError("accounts need more packages: pip install 'dovetail-mail[service]'") from None
    return Database(url_of(given), upgrade=upgrade)


def make_first_account(connection: Connection) -> None:
    """The account of who uses the commands, unless it is there."""
    from dovetail.integrations.store.accounts import has_account, make_account

    if not has_account(connection, OWNER):
        make_account(connection, "The first account", time.time(), OWNER)


def open_seal(given: str | None) -> Seal:
    """The keys for credentials: of the environment, else of a file beside a SQLite database.

    Raises:
        SettingsError: there is none, or it is none.
    """
    from dovetail.integrations.store.sealing import Seal, keys_for

    url = url_of(given)
    beside = Path(url.removeprefix("sqlite:///")).with_suffix(".key") if url.startswith("sqlite:///") else None
    return Seal(keys_for(beside))
