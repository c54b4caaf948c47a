"""`dovetail check`: what is wrong in templates, for people and for CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.options import config_option, load_settings, server_option
from dovetail.commands.templates import templates_of

if TYPE_CHECKING:
    from dovetail.commands.check_live import Checking
    from dovetail.errors import Diagnostic
    from dovetail.source import Span


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@config_option
@server_option
@click.option("--live", is_flag=True, help="Ask the shops too, render the mails of sample recipients, load pictures.")
@click.option(
    "--recipients",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Sample recipients: .csv, .jsonl, .json or .parquet. [default: `sample` under [lint] in dovetail.toml]",
)
@click.option(
    "--sample", type=click.IntRange(1, 10_000), default=20, show_default=True, metavar="N", help="Look at so many."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="json: one list, for other programs. sarif: for code hosts and CI.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
def command(
    paths: tuple[Path, ...],
    config: Path | None,
    live: bool,
    recipients: Path | None,
    sample: int,
    form: str,
    strict: bool,
) -> None:
    """Check templates: syntax, names, habits, mail clients; with --live also what the shops say today.

    Without --live no shop is asked and no credentials are needed. A folder stands for all templates in it (.tpl,
    .smarty, .html, .txt). What is looked for: docs/lints.md.

    The exit code is 0 when all is well, 1 when there is an error (or, with --strict, a warning), and 2 when
    --live could not ask an integration and nothing else is wrong: nobody knows then.

    \b
    Example:
      dovetail check mails/
      dovetail check mail.tpl --strict --format json
      dovetail check mails/ --live --recipients people.csv --format sarif
    """
    findings: list[Diagnostic] = []
    checked, unreachable = 0, set[str]()
    for folder, names in templates_of(paths):
        with _checking(config, folder, recipients, sample, live=live) as checking:
            for name in names:
                findings += [_from_here(item, folder) for item in checking.check(name)]
                checked += 1
            if live:
                findings += [_from_here(item, folder) for item in checking.dead_pictures()]
            unreachable |= checking.unreachable
    _show(findings, checked, form)
    for name in sorted(unreachable):
        click.echo(f"dovetail: `{name}` could not be asked: what is live was not checked", err=True)
    if any(item.severity == "error" or (strict and item.severity == "warning") for item in findings):
        raise click.exceptions.Exit(1)
    if unreachable:
        raise click.exceptions.Exit(2)


@contextmanager
def _checking(
    config: Path | None, folder: Path, recipients: Path | None, number: int, *, live: bool
) -> Iterator[Checking]:
    """The checking of a folder, with its settings."""
    from dovetail import Environment, FolderLoader
    from dovetail.commands.check_live import Checking, own_hosts
    from dovetail.commands.linting import preferences_of, samples_of

    settings = load_settings(config, folder)
    preferences = preferences_of(settings.lint)
    source = recipients or (settings.lint.sample if live else None)
    samples = samples_of(source, number) if source is not None else ()
    loader = FolderLoader(folder)
    with Environment(loader=loader, integrations=settings.connect()) as environment:
        yield Checking(environment, loader, preferences, samples, own_hosts(settings), live=live)


def _show(findings: Sequence[Diagnostic], checked: int, form: str) -> None:
    if form != "text":
        import json

        if form == "sarif":
            from importlib.metadata import version

            from dovetail.commands.sarif import sarif

            shown: object = sarif(findings, version("dovetail-mail"))
        else:
            shown = [_as_json(item) for item in findings]
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    for item in findings:
        click.echo(item.render() + "\n")
    errors = sum(item.severity == "error" for item in findings)
    warnings = sum(item.severity == "warning" for item in findings)
    notes = len(findings) - errors - warnings
    more = f", {_count(notes, 'note')}" if notes else ""
    click.echo(f"{checked} checked: {_count(errors, 'error')}, {_count(warnings, 'warning')}{more}")


def _from_here(item: Diagnostic, folder: Path) -> Diagnostic:
    """The finding under the path by which the user, an editor or a CI log reaches the file."""
    return replace(item, source=replace(item.source, name=str(folder / item.source.name)))


def _as_json(item: Diagnostic) -> dict[str, object]:
    return {
        "file": item.source.name,
        **_range(item, item.span),
        "severity": item.severity,
        "code": item.code,
        "message": item.message,
        "help": item.help,
        "fixes": [{"title": fix.title, "text": fix.text, **_range(item, fix.span)} for fix in item.fixes],
    }


def _range(item: Diagnostic, span: Span) -> dict[str, int]:
    start, end = (item.source.place(offset) for offset in span)
    return {"line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column}


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"
