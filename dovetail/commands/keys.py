"""`dovetail keys`: API keys of the service's accounts."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from dovetail.commands.accounts_database import OWNER, database_option, open_database

account_option = click.option("--account", default=OWNER, show_default=True, help="The account's id.")


@click.group()
def command() -> None:
    """API keys for the service: create, list, revoke.

    \b
    Example:
      dovetail keys create "Our webshop" --scope render --days 90
    """


@command.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="read, write, events, render, tracker or keys. Repeat for more.",
)
@click.option(
    "--integration",
    "identifiers",
    multiple=True,
    help="An integration that it is for. Repeat for more; all unless named.",
)
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="It expires after so many days.")
@click.option(
    "--rate",
    type=click.FloatRange(0.001, 10_000),
    default=20.0,
    show_default=True,
    help="Requests that it may make a second.",
)
@account_option
@database_option
def create(
    name: str,
    scopes: tuple[str, ...],
    identifiers: tuple[str, ...],
    days: float | None,
    rate: float,
    account: str,
    database: str | None,
) -> None:
    """Make a key and show it, this once.

    \b
    Example:
      dovetail keys create "The console" --scope read --scope write --scope render --scope keys
    """
    from dovetail.errors import SettingsError
    from dovetail.integrations.store.accounts import Actor, has_account
    from dovetail.integrations.store.keys import make_key

    now = time.time()
    opened = open_database(database)
    try:
        with opened.write() as connection:
            if not has_account(connection, account):
                raise SettingsError(f"there is no account `{account}`; the first is made by: dovetail serve")
            _, text = make_key(
                connection, Actor(account, "cli"), name, scopes, now,
                identifiers=identifiers or None, expires_at=None if days is None else now + days * 86_400, rate=rate,
            )  # fmt: skip
    finally:
        opened.close()
    click.echo(text)


@command.command(name="list")
@account_option
@database_option
def list_(account: str, database: str | None) -> None:
    """List an account's keys; of their texts only the beginning.

    \b
    Example:
      dovetail keys list
    """
    from dovetail.integrations.store.keys import keys_of

    opened = open_database(database)
    try:
        with opened.read() as connection:
            found = keys_of(connection, account)
    finally:
        opened.close()
    for key in found:
        state = "revoked" if key.revoked_at else "lives" if key.lives(time.time()) else "expired"
        used = "never used" if key.used_at is None else f"last used {_day(key.used_at)}"
        click.echo(
            f"{key.id:<28} dvt_{key.prefix}…  {state:<8} {', '.join(sorted(key.scopes)):<28} {used:<22} {key.name}"
        )


@command.command()
@click.argument("key")
@account_option
@database_option
def revoke(key: str, account: str, database: str | None) -> None:
    """End a key at once. KEY is its id.

    \b
    Example:
      dovetail keys revoke key_bq2…
    """
    from dovetail.errors import SettingsError
    from dovetail.integrations.store.accounts import Actor
    from dovetail.integrations.store.keys import revoke as end

    opened = open_database(database)
    try:
        with opened.write() as connection:
            found = end(connection, Actor(account, "cli"), key, time.time())
    finally:
        opened.close()
    if found is None:
        raise SettingsError(f"there is no key `{key}`; see: dovetail keys list")
    click.echo(f"{found.name} (dvt_{found.prefix}…) opens nothing any more.")


@command.command()
def seal() -> None:
    """Make a key that encrypts credentials, for the variable DOVETAIL_KEY.

    To change it put the new one before the old one, separated by a comma, and run: dovetail database reseal

    \b
    Example:
      export DOVETAIL_KEY="$(dovetail keys seal)"
    """
    from dovetail.providers.vault import new_key

    click.echo(new_key())


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
