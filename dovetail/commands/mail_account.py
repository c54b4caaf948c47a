"""What `dovetail mail` says about a mailing that has ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dovetail.mailing.account import Account

_ROWS_SHOWN = 10


def show(account: Account, out: Path) -> None:
    """The counts, then each reason with its rows."""
    click.echo(
        f"{account.written} written to {out}, {account.failed} failed; "
        f"{account.requests} requests to shops, {account.hits} answers from the cache"
    )
    for reason, rows in account.by_reason().items():
        named = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
        more = f" and {len(rows) - _ROWS_SHOWN} more" if len(rows) > _ROWS_SHOWN else ""
        click.echo(f"  row {named}{more}: {reason}", err=True)
    unnamed = account.failed - len(account.failures)
    if unnamed:
        click.echo(f"  and {unnamed} rows more that failed; with --format parquet, see the column `error`", err=True)
    for item in account.lost:
        click.echo(f"  rows {item.first} to {item.last} were not done: {item.reason}", err=True)
    if account.lost:
        click.echo("  The same command does them once more, and no others.", err=True)
    for note in sorted(account.notes):
        click.echo(f"  note: {note}", err=True)
    if account.undefined:
        click.echo(f"  note: not known: {', '.join(sorted(account.undefined))}", err=True)
    if account.stopped:
        click.echo(f"dovetail: the mailing stopped: {account.stopped}", err=True)
