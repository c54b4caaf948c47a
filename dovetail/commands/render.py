"""`dovetail render`: one mail to the terminal or a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dovetail.commands.options import config_option, load_settings, server_option, write_json, write_output


@click.command()
@click.argument("template", type=click.Path(path_type=Path))
@config_option
@server_option
@click.option(
    "--profile",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.json",
    help="Who gets the mail: a JSON object, in the template {$profile.…}.",
)
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="A variable: --set profile.firstname=Ann.")
@click.option("--text", is_flag=True, help="A plain-text mail: nothing is escaped for HTML.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE.json", help="Write what was asked and what it cost."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the mail to a file.")
def command(
    template: Path,
    config: Path | None,
    profile: Path | None,
    values: tuple[str, ...],
    text: bool,
    report: Path | None,
    output: Path | None,
) -> None:
    """Render one mail. TEMPLATE is a file; `-` reads the template from the standard input.

    Files that it includes stand in the same folder or below.

    \b
    Example:
      dovetail render mail.tpl --profile ann.json --set mailing.name=Spring -o mail.html
    """
    from dovetail import Environment, FolderLoader
    from dovetail.commands.variables import gather

    variables = gather(profile, values)
    from_input = str(template) == "-"
    folder = Path() if from_input else template.parent
    with Environment(
        loader=FolderLoader(folder),
        integrations=load_settings(config, folder).connect(),
        escape_html=not text,
    ) as environment:
        if from_input:
            source = sys.stdin.buffer.read().decode("utf-8", errors="replace")
            loaded = environment.from_string(source, name="stdin")
        else:
            loaded = environment.get_template(template.name)
        rendered = loaded.render(variables)
    if output is None:
        # A mail in a pipe or a file is UTF-8, whatever this terminal's encoding is.
        shown: str | bytes = rendered if sys.stdout.isatty() else rendered.encode("utf-8", "replace")
        click.echo(shown, nl=not rendered.endswith("\n"))
    else:
        write_output(output, rendered, "the mail")
    if report is not None:
        write_json(report, rendered.report.as_json(), "the report")
    for note in rendered.report.notes:
        click.echo(f"note: {note}", err=True)
    if rendered.report.undefined:
        click.echo(f"note: not known: {', '.join(rendered.report.undefined)}", err=True)
