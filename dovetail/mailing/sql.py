"""Recipients out of a database: the one place that meets SQLAlchemy (the extra `sql`).

Rows are read as they come, some at a time (a cursor on the server's side, where the database has that), in a
transaction that changes nothing: read-only where the database knows that, and taken back at its end.

The text of a database's error may quote values of rows, so it is shown only before the first row, and only of errors
that are about the address and the query; and never with the password.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from dovetail.errors import SettingsError
from dovetail.mailing.query import Query
from dovetail.mailing.rows import Row
from dovetail.mailing.values import row_of

try:
    import sqlalchemy
    from sqlalchemy import event
    from sqlalchemy.engine import URL, Connection, Engine, make_url
    from sqlalchemy.exc import (
        ArgumentError,
        DBAPIError,
        NoSuchModuleError,
        OperationalError,
        ProgrammingError,
        SQLAlchemyError,
    )
    from sqlalchemy.pool import NullPool
except ModuleNotFoundError:
    raise SettingsError(
        "recipients from a database need SQLAlchemy. Install it: pip install 'dovetail-mail[sql]'"
    ) from None

_BATCH = 500
"""Rows that are in memory at one time."""

_SECRET = ("pass", "pwd", "secret", "token")
"""What stands in the names of a URL's settings that are secrets."""


def query_rows(query: Query) -> Iterator[Row]:
    """The rows of a query, one at a time; its first is row 1, and is read now: so faults show before any work.

    Raises:
        SettingsError: the database cannot be reached or does not understand, or the query gives no usable rows.
    """
    rows = _rows(query)
    first = list(islice(rows, 1))
    return chain(first, rows)


def _rows(query: Query) -> Iterator[Row]:
    secret = query.password.fetch().reveal() if query.password is not None else ""
    url = check_url(query.url)
    place = f"the {url.get_backend_name()} database" + (f" on {url.host}" if url.host else "")
    engine = _engine(url.set(password=secret) if secret else url, place)
    begun = False
    try:
        with engine.connect() as connection:
            result = _reading(connection).exec_driver_sql(query.text)
            if not result.returns_rows:
                raise SettingsError("--query gives no rows. Write a SELECT")
            names = list(result.keys())
            _check_names(names)
            begun = True
            for row, values in enumerate(result, start=1):
                yield row_of(row, dict(zip(names, values, strict=True)))
    except SQLAlchemyError as error:
        raise SettingsError(_fault(error, place, secret, begun=begun)) from None
    finally:
        engine.dispose()


def check_url(text: str) -> URL:
    """A database's address.

    Raises:
        SettingsError: it is none, or a password stands in it. The address is not shown.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "the database after --recipients is no SQLAlchemy URL. For example: "
            "postgresql+psycopg://user@host/database, or sqlite:///people.db"
        ) from None
    named = any(word in name.lower() for name in url.query for word in _SECRET if name.lower() != "passfile")
    if url.password is not None or named or any("pwd=" in str(value).lower() for value in url.query.values()):
        raise SettingsError(
            "a password stands in --recipients, where other programs and the shell's history see it. Leave it out, and "
            "say where it is: --password-from env:NAME, keyring:NAME or file:PATH"
        )
    return url


def _engine(url: URL, place: str) -> Engine:
    database = url.database or ""
    sqlite = url.get_backend_name() == "sqlite"
    if (
        sqlite
        and database not in ("", ":memory:")
        and not database.startswith("file:")
        and not Path(database).is_file()
    ):
        raise SettingsError(f"there is no database {database}. Check the name after --recipients sqlite:///")
    try:
        engine = sqlalchemy.create_engine(url, poolclass=NullPool, hide_parameters=True)
    except NoSuchModuleError:
        raise SettingsError(f"SQLAlchemy has no dialect for {place}. Check the first word of --recipients") from None
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{place} needs the package {error.name}. Install it, or name another driver, as in postgresql+psycopg://"
        ) from None
    except (ArgumentError, TypeError, ValueError):
        raise SettingsError(f"SQLAlchemy refuses the settings of {place}. Check --recipients") from None
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: object, _record: object) -> None:
    import sqlite3

    if isinstance(connection, sqlite3.Connection):  # pragma: no branch  (also reached through SQLAlchemy's wrapper)
        connection.text_factory = _surely
        connection.execute("PRAGMA query_only = ON")


def _surely(text: bytes) -> str:
    """A text that is not UTF-8 is a broken row, not the end of the query."""
    return text.decode("utf-8", "surrogateescape")


def _reading(connection: Connection) -> Connection:
    # The text goes to the driver as it is: colons and percent signs in it are no parameters.
    options = connection.execution_options(stream_results=True, yield_per=_BATCH, no_parameters=True)
    return options.execution_options(postgresql_readonly=True) if options.dialect.name == "postgresql" else options


def _check_names(names: Sequence[str]) -> None:
    for number, name in enumerate(names, start=1):
        if not name:
            raise SettingsError(f"--query: column {number} has no name. Give it one: … AS name")
    for name, count in Counter(names).items():
        if count > 1:
            raise SettingsError(f"--query: two columns are called `{name}`. Give one of them another name: … AS name")


def _fault(error: SQLAlchemyError, place: str, secret: str, *, begun: bool) -> str:
    what = type(error.orig if isinstance(error, DBAPIError) else error).__name__
    if begun:
        return f"{place} ended while it was read ({what}). Run the same command again"
    said = str(error.orig).strip().partition("\n")[0] if isinstance(error, OperationalError | ProgrammingError) else ""
    if secret:
        said = said.replace(secret, "•••")
    return f"{place} does not answer --query: {said or what}. Check the address, the password and the query"
