"""The accounts' database: SQLite by default, PostgreSQL by its address; its tables brought up to date.

The only files that meet SQLAlchemy and Alembic for accounts are in this package.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dovetail.errors import SettingsError

if TYPE_CHECKING:
    # Others name the type without meeting the library.
    from sqlalchemy.engine import Connection as Connection
    from sqlalchemy.engine import Engine

_BUSY = 10.0
"""Seconds for which one process waits while another writes into the same SQLite file."""


class Database:
    """A database with accounts.

    Raises:
        SettingsError: the address is none, the driver or the server is not there, or its tables are of another
            version of Dovetail.
    """

    def __init__(self, url: str, *, upgrade: bool | None = None) -> None:
        try:
            import sqlalchemy
            import sqlalchemy.exc
        except ImportError:
            raise SettingsError(
                "accounts in a database need more packages: pip install 'dovetail-mail[service]'"
            ) from None
        try:
            self.engine = _engine(sqlalchemy.make_url(url))
        except sqlalchemy.exc.ArgumentError:
            raise SettingsError(
                "the address of the database is none. For example: sqlite:////var/lib/dovetail/accounts.sqlite, "
                "or postgresql+psycopg://user@host/name"
            ) from None
        except (ImportError, sqlalchemy.exc.NoSuchModuleError):
            raise SettingsError(
                "the driver of this database is not installed: pip install 'dovetail-mail[postgres]'"
            ) from None
        # One user's file follows its program; who runs a server says when.
        wanted = self.engine.dialect.name == "sqlite" if upgrade is None else upgrade
        try:
            self._prepare(upgrade=wanted)
        except sqlalchemy.exc.SQLAlchemyError as error:
            self.close()
            # Not the error's own text: it may hold the address with its password.
            raise SettingsError(f"the database cannot be used ({type(error).__name__}). Is it running?") from None

    def _prepare(self, *, upgrade: bool) -> None:
        from dovetail.integrations.store.migrations import head, migrate, version

        with self.engine.connect() as connection:
            now = version(connection)
        if now == head():
            return
        if not upgrade:
            self.close()
            raise SettingsError(
                "the tables of the database are not those of this version of Dovetail. "
                "Make a backup, then: dovetail database upgrade"
            )
        with self.engine.execution_options(writes=True).begin() as connection:
            migrate(connection)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All that is done in it is done at its end, or nothing is."""
        with self.engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Looks at one moment's state."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: object) -> Engine:
    from sqlalchemy import URL, create_engine, event

    assert isinstance(url, URL)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # For its owner only, wherever it lies; SQLite gives the files beside it the same rights.
        with suppress(FileExistsError):
            path.touch(mode=0o600, exist_ok=False)
    engine = create_engine(url, connect_args={"timeout": _BUSY, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions are begun by us (`begun`), not by the driver.
        connection.isolation_level = None
        for line in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
            connection.execute(f"pragma {line}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # At once for writing: of two that read first and write then, one would fail.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine
