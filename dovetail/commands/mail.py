"""`dovetail mail`: one template, many recipients, one file each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.options import config_option, load_settings, write_json

if TYPE_CHECKING:
    from dovetail.mailing.run import Account

_ROWS_SHOWN = 10


@click.command()
@click.argument("template", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--recipients",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Who gets the mail: .csv (its first row names the columns), .jsonl or .json.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The folder for the mails, one file each.",
)
@config_option
@click.option("--text", is_flag=True, help="Plain-text mails: nothing is escaped for HTML.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE.json", help="Write the account of the mailing."
)
def command(template: Path, recipients: Path, out: Path, config: Path | None, text: bool, report: Path | None) -> None:
    """Render a mailing to files. A recipient's columns are {$profile.…} in the template.

    A row that cannot be read or rendered is named with the reason, and the others go on; the exit code is
    then 1.

    \b
    Example:
      dovetail mail mail.tpl --recipients people.csv --out mails --report report.json
    """
    from dovetail import Environment, FolderLoader, Mailing
    from dovetail.mailing.recipients import read_recipients
    from dovetail.mailing.run import run_mailing
    from dovetail.mailing.spool import Spool

    settings = load_settings(config, template.parent)
    # A first pass over the file gives the progress bar its length, and shows a useless file before any work.
    count = sum(1 for _row in read_recipients(recipients))
    spool = Spool(out, ".txt" if text else ".html")
    with Environment(
        loader=FolderLoader(template.parent), integrations=settings.connect(), escape_html=not text
    ) as environment:
        mailing = Mailing(environment.get_template(template.name))
        spool.open()
        rows = read_recipients(recipients)
        if sys.stderr.isatty():
            with click.progressbar(length=count, label="Rendering", file=sys.stderr) as bar:
                account = run_mailing(mailing, rows, spool, bar.update)
        else:  # a log has no use for a bar
            account = run_mailing(mailing, rows, spool)
        if environment.connections is not None:
            statistics = environment.connections.statistics()
            account.requests, account.hits = statistics.requests, statistics.hits
    _show(account, out)
    if report is not None:
        write_json(report, account.as_json(), "the report")
    if account.stopped or account.failures:
        raise click.exceptions.Exit(1)


def _show(account: Account, out: Path) -> None:
    failed = len(account.failures)
    click.echo(
        f"{account.written} written to {out}, {failed} failed; "
        f"{account.requests} requests to shops, {account.hits} answers from the cache"
    )
    for reason, rows in account.by_reason().items():
        named = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
        more = f" and {len(rows) - _ROWS_SHOWN} more" if len(rows) > _ROWS_SHOWN else ""
        click.echo(f"  row {named}{more}: {reason}", err=True)
    for note in sorted(account.notes):
        click.echo(f"  note: {note}", err=True)
    if account.undefined:
        click.echo(f"  note: not known: {', '.join(sorted(account.undefined))}", err=True)
    if account.stopped:
        click.echo(f"dovetail: the mailing stopped: {account.stopped}", err=True)
