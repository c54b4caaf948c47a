"""`dovetail check`: what is wrong in templates, for people and for CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.options import config_option, load_settings

if TYPE_CHECKING:
    from dovetail.errors import Diagnostic
    from dovetail.source import Span

ENDINGS = frozenset({".tpl", ".smarty", ".html", ".htm", ".txt"})


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@config_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: one list, for other programs."
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
def command(paths: tuple[Path, ...], config: Path | None, form: str, strict: bool) -> None:
    """Check templates: syntax, unknown tags, modifiers and fields. Asks no shop and needs no credentials.

    A folder stands for all templates in it (.tpl, .smarty, .html, .txt). The exit code is 1 when there is
    an error; warnings fail with --strict only.

    \b
    Example:
      dovetail check mails/
      dovetail check mail.tpl --strict --format json
    """
    from dovetail import Environment, FolderLoader

    findings: list[Diagnostic] = []
    checked = 0
    for folder, names in _gather(paths):
        with Environment(
            loader=FolderLoader(folder), integrations=load_settings(config, folder).connect()
        ) as environment:
            for name in names:
                findings += [_from_here(item, folder) for item in environment.check(name)]
                checked += 1
    if form == "json":
        import json

        click.echo(json.dumps([_as_json(item) for item in findings], indent=2, ensure_ascii=False))
    else:
        for item in findings:
            click.echo(item.render() + "\n")
        errors = sum(item.severity == "error" for item in findings)
        warnings = sum(item.severity == "warning" for item in findings)
        notes = len(findings) - errors - warnings
        more = f", {_count(notes, 'note')}" if notes else ""
        click.echo(f"{checked} checked: {_count(errors, 'error')}, {_count(warnings, 'warning')}{more}")
    if any(item.severity == "error" or (strict and item.severity == "warning") for item in findings):
        raise click.exceptions.Exit(1)


def _gather(paths: Sequence[Path]) -> Iterator[tuple[Path, list[str]]]:
    from dovetail.errors import SettingsError

    for path in paths:
        if path.is_dir():
            names = sorted(
                item.relative_to(path).as_posix()
                for item in path.rglob("*")
                if item.suffix.lower() in ENDINGS and item.is_file()
            )
            if not names:
                raise SettingsError(f"there is no template in {path}. Templates end in {', '.join(sorted(ENDINGS))}")
            yield path, names
        elif path.is_file():
            yield path.parent, [path.name]
        else:
            raise SettingsError(f"there is no file or folder {path}")


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
