"""The bridge of the settings' account, as the commands that work with it open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

import click

from dovetail.commands.accounts_database import OWNER, make_first_account, open_database
from dovetail.commands.options import load_settings

if TYPE_CHECKING:
    from dovetail.bridge.bridge import Bridge
    from dovetail.bridge.opening import Terms
    from dovetail.bridge.outlet import Post
    from dovetail.integrations.store.database import Database

F = TypeVar("F", bound=Callable[..., object])
USUAL_SENDER = "Dovetail <dovetail@localhost>"


@contextmanager
def opened(database: str | None) -> Iterator[Database]:
    """The database, with the account of who uses the commands.

    Raises:
        SettingsError: it cannot be used.
    """
    made = open_database(database)
    try:
        with made.write() as connection:
            make_first_account(connection)
        yield made
    finally:
        made.close()


@contextmanager
def bridge_of(config: Path | None, database: str | None, folder: Path, terms: Terms | None = None) -> Iterator[Bridge]:
    """The bridge of a folder of templates and its settings. Without `terms`, mails go into its folder `sent`.

    Raises:
        SettingsError: a setting or the database cannot be used.
    """
    import asyncio

    from dovetail.bridge.actions.folder import Folder
    from dovetail.bridge.opening import Terms, open_bridge
    from dovetail.integrations.folder import FolderLoader

    connected = load_settings(config, folder).connect()
    used = terms or Terms(Folder(folder / "sent"), USUAL_SENDER)
    with opened(database) as made:
        bridge = open_bridge(made, OWNER, connected, FolderLoader(folder), used)
        try:
            yield bridge
        finally:
            asyncio.run(bridge.close())


def post_of(smtp: str | None, password_from: str | None, out: Path | None) -> Post | None:
    """Where mails go: a server as smtp://user@host:587, or a folder; None: neither is named.

    Raises:
        UsageError: that is no server.
    """
    from dovetail.bridge.actions.folder import Folder
    from dovetail.bridge.actions.mail import Smtp, SmtpSettings
    from dovetail.errors import UsageError
    from dovetail.mailing.query import password_place

    if smtp is not None and out is not None:
        raise UsageError("--smtp sends mails, and --out writes them into a folder: one of them")
    if smtp is None:
        return None if out is None else Folder(out)
    parts = urlsplit(smtp)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.password:
        raise UsageError(
            "--smtp is a mail server, such as smtp://user@mail.example:587 or smtps://…; its password is named by "
            "--password-from"
        )
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    place = password_place(password_from) if password_from else None
    return Smtp(
        SmtpSettings(
            parts.hostname,
            parts.port or (465 if parts.scheme == "smtps" else 25 if here else 587),
            unquote(parts.username) if parts.username else None,
            (lambda: None) if place is None else (lambda: place.fetch().reveal()),
            "tls" if parts.scheme == "smtps" else "none" if here else "starttls",
        )
    )


def shown(seconds: float) -> str:
    """A moment for people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def mail_options(function: F) -> F:
    """Add `--smtp`, `--password-from`, `--out` and `--from`: where mails go."""
    for option in (
        click.option("--smtp", metavar="URL", help="The mail server: smtp://user@host:587, or smtps://…"),
        click.option(
            "--password-from", metavar="PLACE", help="Where its password is: env:NAME, keyring:NAME or file:PATH."
        ),
        click.option(
            "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write mails into a folder, and send none."
        ),
        click.option(
            "--from", "sender", default=USUAL_SENDER, metavar="ADDRESS", show_default=True, help="Whom mails are from."
        ),
    ):
        function = option(function)
    return function


def keep_option(function: F) -> F:
    """Add `--keep SPAN`."""
    return click.option(
        "--keep", metavar="SPAN", help="Forget events, and what was done for them, after so long: 90d. [default: never]"
    )(function)


def folder_option(function: F) -> F:
    """Add `--folder DIR`."""
    return click.option(
        "--folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        default=".",
        help="The folder of templates; follow-ups are in followups/ below it. [default: the current folder]",
    )(function)
