"""`dovetail format`: templates in canonical form, for people and for CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from dovetail.commands.templates import templates_of

_MARK = "\ufeff"
"""The byte order mark that some editors put at a file's start."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; the exit code is 1 when a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
def command(paths: tuple[Path, ...], check: bool, diff: bool) -> None:
    """Tidy templates: blanks in tags and at line ends, lower-case names, quotes, the place of {else} and {/if}.

    What a template prints stays the same, up to white space that HTML does not show. A template with
    errors is left as it is and reported; the exit code is 1 then. A folder stands for all templates in
    it (.tpl, .smarty, .html, .txt).

    \b
    Example:
      dovetail format mails/
      dovetail format mails/ --check --diff
    """
    from dovetail.commands.options import write_output
    from dovetail.errors import TemplateError

    changed = wrong = same = 0
    for path in list(_files(paths)):  # all paths are looked at before the first file changes
        try:
            old = _read(path)
            new = _formatted(path, old)
        except TemplateError as error:
            wrong += 1
            click.echo(str(error) + "\n", err=True)
            continue
        if new == old:
            same += 1
            continue
        changed += 1
        if diff:
            click.echo(_difference(path, old, new), nl=False)
        if check or diff:
            click.echo(f"would format {path}", err=diff)
        else:
            write_output(path, new, "the formatted template")
            click.echo(f"formatted {path}")
    done = "would change" if check or diff else "changed"
    click.echo(
        f"{changed} {done}, {same} left as {'it is' if same == 1 else 'they are'}, {wrong} with errors", err=diff
    )
    if wrong or (check and changed):
        raise click.exceptions.Exit(1)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for folder, names in templates_of(paths):
        for item in (folder / name for name in names):
            if item.resolve() not in seen:
                seen.add(item.resolve())
                yield item


def _read(path: Path) -> str:
    from dovetail.errors import Diagnostic, TemplateError
    from dovetail.source import Source, Span

    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = Span(len(before), len(before) + 1)
        raise TemplateError(
            [
                Diagnostic(
                    "encoding",
                    "this is no UTF-8 text from here on",
                    Source(str(path), data.decode("utf-8", errors="replace")),
                    place,
                    "save the template as UTF-8",
                )
            ]
        ) from None


def _formatted(path: Path, text: str) -> str:
    from dovetail.grammar.format import format_source
    from dovetail.source import Source

    mark = _MARK if text.startswith(_MARK) else ""
    return mark + format_source(Source(str(path), text.removeprefix(_MARK)))


def _difference(path: Path, old: str, new: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(_lines(old), _lines(new), f"{path} (now)", f"{path} (formatted)")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    # str.splitlines would also cut at form feeds and the like, which stand in the middle of lines.
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    return lines if lines[-1] else lines[:-1]
