"""`dovetail demo`: a sample shop, a newsletter, three recipients; nothing else is needed."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dovetail.demo.folder import DemoFolder
    from dovetail.demo.shop import DemoShop
    from dovetail.mailing.recipients import Recipient


@click.command()
@click.option("--open", "in_browser", is_flag=True, help="Show the mails in your browser.")
@click.option(
    "--serve", is_flag=True, help="Keep the shop open until you press Ctrl-C, to change the template and render again."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dovetail-demo"),
    show_default=True,
    metavar="DIR",
    help="The folder for the mails, the template and the settings.",
)
def command(in_browser: bool, serve: bool, out: Path) -> None:
    """Render a newsletter with live data of a sample shop.

    The shop runs on this computer and speaks Magento's REST; the internet is not used. Templates that
    you changed in the folder are kept and used.

    \b
    Example:
      dovetail demo --open
    """
    from dovetail.demo.folder import DemoFolder
    from dovetail.demo.shop import DemoShop

    folder = DemoFolder(out)
    with DemoShop() as shop:
        click.echo(f'The sample shop "Hazel & Oak" is open at {shop.url}: REST like Magento, for this computer only.')
        failed = _render(folder, shop, in_browser)
        if serve:
            click.echo("\nThe shop stays open. Press Ctrl-C to close it.")
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                click.echo()
    click.echo("The shop is closed again.")
    if failed:
        raise click.exceptions.Exit(1)


def _render(folder: DemoFolder, shop: DemoShop, in_browser: bool) -> int:
    """Make the mails and say how it went; returns how many could not be made."""
    from dovetail import DovetailError, Environment, FolderLoader, Mailing
    from dovetail.commands.options import load_settings
    from dovetail.demo.folder import RECIPIENTS, SETTINGS, TEMPLATE
    from dovetail.mailing.recipients import Recipient, read_recipients

    for name in folder.prepare(shop):
        click.echo(f"Your {name} is used (remove the file to get the original back).")
    began = time.perf_counter()
    rows = list(read_recipients(folder.path / RECIPIENTS))
    people = [row for row in rows if isinstance(row, Recipient)]
    problems = [f"{RECIPIENTS}, row {row.row}: {row.reason}" for row in rows if not isinstance(row, Recipient)]
    mails: list[tuple[str, str]] = []
    rounds = 0
    with Environment(
        loader=FolderLoader(folder.path),
        integrations=load_settings(folder.path / SETTINGS).connect(),
        # Kept nowhere, so that each run shows what it costs to ask.
        cache_folder=None,
    ) as environment:
        mailing = Mailing(environment.get_template(TEMPLATE))
        for person, result in zip(people, mailing.render_many(item.variables for item in people), strict=True):
            if isinstance(result, DovetailError):
                problems.append(f"{RECIPIENTS}, row {person.row}: {result}")
                continue
            rounds = max(rounds, result.report.rounds)
            file = folder.save(person.row - 1, result, person.profile, shop)
            mails.append((file, _who(person)))
    seconds = time.perf_counter() - began
    page = folder.finish(mails, shop.requests)

    click.echo(f"\n{len(mails)} mails from {folder.path / TEMPLATE} in {seconds:.1f} seconds:")
    for file, who in mails:
        click.echo(f"  {folder.path / file}  for {who}")
    click.echo(
        f"\nFor all of them together the shop was asked {shop.requests.total()} times, in {rounds} rounds, "
        "over its REST API:"
    )
    for path, count in shop.requests.most_common():
        click.echo(f"  {count} × {path}")
    for problem in problems:
        click.echo(f"dovetail: {problem}", err=True)
    _say_next(folder.path, page)
    if in_browser and click.launch(page.resolve().as_uri()) != 0:
        click.echo(f"No browser could be started here. Open {page} yourself.", err=True)
    return len(problems)


def _who(person: Recipient) -> str:
    return str(person.profile.get("firstname") or person.profile.get("email") or "a recipient")


def _say_next(folder: Path, page: Path) -> None:
    from dovetail.demo.gallery import NEXT

    click.echo(f"\nSee them all: {page}\n\nTry next:")
    width = max(len(step) for step, use in NEXT if use)
    for step, use in NEXT:
        click.echo(f"  {step.format(folder=shlex.quote(folder.as_posix())):<{width}}  {use}".rstrip())
    click.echo()
