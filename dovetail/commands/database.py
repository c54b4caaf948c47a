"""`dovetail database`: care for the accounts' database."""

from __future__ import annotations

import click

from dovetail.commands.accounts_database import database_option, open_database, open_seal


@click.group()
def command() -> None:
    """Care for the accounts' database: upgrade its tables, seal its credentials anew.

    \b
    Example:
      dovetail database upgrade --database postgresql+psycopg://dovetail@db/dovetail
    """


@command.command()
@database_option
def upgrade(database: str | None) -> None:
    """Make the tables those of this version. A SQLite file is upgraded by itself.

    \b
    Example:
      dovetail database upgrade
    """
    open_database(database, upgrade=True).close()
    click.echo("The tables are those of this version.")


@command.command(name="add-account")
@click.argument("name")
@database_option
def add_account(name: str, database: str | None) -> None:
    """Make an account and print its id, for: dovetail keys create --account ID

    \b
    Example:
      dovetail database add-account "The Bike Shop"
    """
    import time

    from dovetail.integrations.store.accounts import make_account

    opened = open_database(database)
    try:
        with opened.write() as connection:
            made = make_account(connection, name, time.time())
    finally:
        opened.close()
    click.echo(made)


@command.command()
@database_option
def reseal(database: str | None) -> None:
    """Encrypt all credentials with the first key of DOVETAIL_KEY; afterwards the others are not needed.

    \b
    Example:
      DOVETAIL_KEY="$NEW,$OLD" dovetail database reseal
    """
    from dovetail.integrations.store.stored import Shelf
    from dovetail.providers.registry import kinds

    opened = open_database(database)
    try:
        with opened.write() as connection:
            count = Shelf(open_seal(database), kinds()).reseal(connection)
    finally:
        opened.close()
    click.echo(f"{count} credentials are sealed with the first key.")
