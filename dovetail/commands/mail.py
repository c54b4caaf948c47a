"""`dovetail mail`: one template, many recipients; in one go, or in partitions on many cores and machines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from dovetail.commands.options import (
    chosen_server,
    config_option,
    find_config,
    load_settings,
    server_option,
    write_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dovetail.mailing.account import Account
    from dovetail.mailing.query import Query
    from dovetail.mailing.rows import Row
    from dovetail.mailing.workers import Engine

_PARTITION = 5000


@dataclass(frozen=True, slots=True)
class _Wish:
    """The options of a mailing."""

    template: Path
    recipients: Path | Query
    encoding: str
    out: Path
    config: Path | None
    shared: Path | None
    text: bool


@click.command()
@click.argument("template", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--recipients",
    required=True,
    metavar="FILE|URL",
    help="Who gets the mail: .csv (its first row names the columns), .jsonl, .json or .parquet, a folder of .parquet "
    "files, or a database as postgresql://user@host/name (see --query).",
)
@click.option("--query", metavar="SQL", help="What to ask the database: each row is a recipient.")
@click.option(
    "--password-from",
    metavar="PLACE",
    help="Where the database's password is: env:NAME, keyring:NAME or file:PATH.",
)
@click.option(
    "--encoding", metavar="NAME", default="", help="The encoding of a text file: windows-1252, … [default: as found]"
)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The folder for the mails.")
@config_option
@server_option
@click.option(
    "--shared", type=click.Path(path_type=Path), metavar="FILE.json", help="Variables of all mails: a JSON object."
)
@click.option("--text", is_flag=True, help="Plain-text mails: nothing is escaped for HTML.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE.json", help="Write the account of the mailing."
)
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Render on so many cores, in partitions.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["files", "parquet"]),
    default="files",
    show_default=True,
    help="One file for each mail, or Parquet files with a row for each mail (in partitions).",
)
@click.option(
    "--partition",
    type=click.IntRange(1),
    metavar="ROWS",
    help=f"Rows of a partition: what is done whole or done again. [default: {_PARTITION}]",
)
@click.option("--fresh", is_flag=True, help="Remove the partitions of an earlier run first.")
@click.option("--engine", type=click.Choice(["processes", "dask"]), help="What renders the partitions.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="The Dask cluster, as tcp://host:8786. [default: one of this machine, with --workers]",
)
def command(
    template: Path,
    recipients: str,
    query: str | None,
    password_from: str | None,
    encoding: str,
    out: Path,
    config: Path | None,
    shared: Path | None,
    text: bool,
    report: Path | None,
    workers: int | None,
    form: Literal["files", "parquet"],
    partition: int | None,
    fresh: bool,
    engine: Literal["processes", "dask"] | None,
    scheduler: str | None,
) -> None:
    """Render a mailing. A recipient's columns are {$profile.…} in the template.

    A row that cannot be read or rendered is named with the reason, and the others go on; the exit code is
    then 1.

    With --workers, --format parquet or --engine dask the mailing is made in partitions: a run that was ended by
    whatever it was, started again with the same options, does those that are not there yet.

    \b
    Examples:
      dovetail mail mail.tpl --recipients people.csv --out mails --report report.json
      dovetail mail mail.tpl --recipients people.parquet --out mails --format parquet --workers 8
      dovetail mail mail.tpl --recipients postgresql+psycopg://me@db.example/shop --password-from env:SHOP_PASSWORD
        --query "SELECT email, firstname FROM people ORDER BY id" --out mails
    """
    from dovetail.commands.mail_account import show
    from dovetail.errors import UsageError

    if scheduler is not None and engine != "dask":
        raise UsageError("--scheduler names a Dask cluster: add --engine dask")
    wish = _Wish(template, _source(recipients, query, password_from, encoding), encoding, out, config, shared, text)
    if workers or engine or partition or fresh or form == "parquet":
        chosen = _engine(engine or "processes", scheduler, workers)
        account = _in_partitions(wish, form, partition or _PARTITION, chosen, fresh=fresh)
    else:
        account = _in_one_go(wish)
    show(account, out)
    if report is not None:
        write_json(report, account.as_json(), "the report")
    if account.stopped or account.failed or account.lost:
        raise click.exceptions.Exit(1)


def _source(recipients: str, query: str | None, password_from: str | None, encoding: str) -> Path | Query:
    from dovetail.errors import UsageError
    from dovetail.mailing.query import Query, is_url, password_place

    if not is_url(recipients):
        if query is not None or password_from is not None:
            raise UsageError("--query and --password-from are for a database: --recipients postgresql://user@host/name")
        return Path(recipients)
    from dovetail.mailing.sql import check_url

    check_url(recipients)
    if not query:
        raise UsageError('a database needs a question: --query "SELECT email, firstname FROM people"')
    if encoding:
        raise UsageError("--encoding is for text files. Leave it out: a database says itself what its text is")
    return Query(recipients, query, password_place(password_from) if password_from is not None else None)


def _in_one_go(wish: _Wish) -> Account:
    from dovetail import Environment, FolderLoader, Mailing
    from dovetail.mailing.part import read_shared
    from dovetail.mailing.run import run_mailing
    from dovetail.mailing.spool import Spool

    settings = load_settings(wish.config, wish.template.parent)
    count, rows, note = _rows(wish)
    spool = Spool(wish.out, ".txt" if wish.text else ".html")
    with Environment(
        loader=FolderLoader(wish.template.parent), integrations=settings.connect(), escape_html=not wish.text
    ) as environment:
        shared = read_shared(wish.shared) if wish.shared else {}
        mailing = Mailing(environment.get_template(wish.template.name), shared)
        spool.open()
        with _progress(count, 0) as step:
            account = run_mailing(mailing, rows, spool, step)
        if environment.connections is not None:
            statistics = environment.connections.statistics()
            account.requests, account.hits = statistics.requests, statistics.hits
    account.remark((), [note] if note else [])
    return account


def _rows(wish: _Wish) -> tuple[int | None, Iterator[Row], str]:
    """How many rows there are, where that is known; the rows, and what is to be told of them."""
    from dovetail.mailing.recipients import cut, read_recipients, text_encoding

    source = wish.recipients
    if not isinstance(source, Path):
        from dovetail.mailing.sql import query_rows

        return None, query_rows(source), ""  # only the last row shows how many there are
    encoding = text_encoding(source, wish.encoding)
    # A first pass over the file gives the progress bar its length, and shows a useless file before any work.
    count = sum(partition.count for partition in cut(source, _PARTITION, encoding))
    return count, read_recipients(source, encoding), encoding.note


def _in_partitions(
    wish: _Wish, form: Literal["files", "parquet"], size: int, engine: Engine, *, fresh: bool
) -> Account:
    from dovetail.mailing.job import Job
    from dovetail.mailing.ledger import kept_recipients
    from dovetail.mailing.partitioned import run_partitioned
    from dovetail.mailing.recipients import text_encoding

    source, query = (wish.recipients, None) if isinstance(wish.recipients, Path) else (None, wish.recipients)
    config = find_config(wish.config, wish.template.parent)
    service = chosen_server()
    job = Job(
        template=wish.template.absolute(),
        recipients=source.absolute() if source else kept_recipients(wish.out.absolute()),
        out=wish.out.absolute(),
        form=form,
        size=size,
        config=config.absolute() if config else None,
        shared=wish.shared.absolute() if wish.shared else None,
        text=wish.text,
        encoding=text_encoding(source, wish.encoding) if source else None,
        server=service.url if service else "",
    )
    try:
        return run_partitioned(job, engine, fresh=fresh, progress=_progress, query=query)
    except KeyboardInterrupt:
        click.echo("\nThe partitions that are done are kept: the same command goes on from there.", err=True)
        raise


def _engine(name: Literal["processes", "dask"], scheduler: str | None, workers: int | None) -> Engine:
    if name == "dask":
        from dovetail.mailing.cluster import on_dask

        return partial(on_dask, scheduler=scheduler, workers=workers or 1)
    from dovetail.mailing.workers import in_processes

    return partial(in_processes, workers=workers or 1)


@contextmanager
def _progress(rows: int | None, found: int) -> Iterator[Callable[[int], object]]:
    """A bar for people; a log has no use for one."""
    if found:
        click.echo(f"{found} of {rows} rows were done by an earlier run.", err=True)
    if rows is None or not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=rows, label="Rendering", file=sys.stderr) as bar:
        bar.update(found)
        yield bar.update
