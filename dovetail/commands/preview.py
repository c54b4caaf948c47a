"""`dovetail preview`: a template as a mail in the browser, shown anew whenever it is saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.options import config_option, server_option

if TYPE_CHECKING:
    from dovetail.lsp.ports import Accounts

_LOOKS = 0.1
"""Seconds between two looks at whether a file was saved."""


@click.command()
@click.argument("template", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@config_option
@server_option
@click.option("--sample", "label", help="For which recipient of the sample file; usual: the first.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def command(template: Path, config: Path | None, label: str | None, no_browser: bool) -> None:
    """Show TEMPLATE as a mail in your browser, anew at each save, until Ctrl-C.

    The page has a choice of recipients, a mobile width, dark mode, pictures off and the plain text.

    \b
    Example:
      dovetail preview newsletter.tpl
    """
    import asyncio

    from dovetail.commands.accounts import FolderAccounts, remote_integrations
    from dovetail.integrations.environment import default_cache_folder

    def show(address: str) -> None:
        click.echo(f"{template} is shown at {address}\nIt follows each save. Press Ctrl-C to end.")
        if not no_browser:
            click.launch(address)

    cache_folder = default_cache_folder()
    asyncio.run(
        _watch(
            template.absolute(), FolderAccounts(config, cache_folder, remote_integrations()), cache_folder, label, show
        )
    )


async def _watch(
    template: Path, accounts: Accounts, cache_folder: Path, label: str | None, show: Callable[[str], None]
) -> None:
    import asyncio

    from dovetail.errors import UsageError, did_you_mean
    from dovetail.lsp.document import Edit
    from dovetail.lsp.folders import uri_of
    from dovetail.lsp.preview.previews import Previews
    from dovetail.lsp.session import Session

    uri = uri_of(template)

    async def show_place(_: str, offset: int) -> None:
        opened = session.opened[uri]
        place = opened.reading.source.place(offset)
        click.echo(f"{template}:{place.line}:{place.column}")

    session = Session(accounts, cache_folder, lambda _: previews.all_changed())
    previews = Previews(session, show_place)
    try:
        opened = session.open(uri, _text(template), 1)
        for notice in opened.folder.account.notices:
            click.echo(notice, err=True)
        if label is not None and not session.choose_sample(opened.folder, label):
            known = [sample.label for sample in opened.folder.account.samples]
            advice = did_you_mean(label, known) or (f"there is {', '.join(known[:10])}" if known else "there is none")
            raise UsageError(f"there is no sample recipient `{label}`; {advice}")
        show(await previews.open(uri))
        before = _state(opened.folder.root)
        while True:
            began = time.monotonic()
            now = _state(opened.folder.root)
            # A folder in which looking takes long is looked at less often.
            await asyncio.sleep(max(_LOOKS, 5 * (time.monotonic() - began)))
            if now == before:
                continue
            before = now
            opened.folder.changed_on_disk()
            if opened.folder.outdated():
                session.reopen(opened.folder.root)
            text = _text(template)
            if text != session.opened[uri].document.text:
                session.edit(uri, [Edit(text)], session.opened[uri].document.version + 1)
            previews.all_changed()
    finally:
        previews.close()
        session.leave()


def _state(folder: Path) -> list[tuple[str, int]]:
    """The files of a folder of templates with their times, but for those that go while it is looked at."""
    from dovetail.integrations.folder import SUFFIXES

    found = list[tuple[str, int]]()
    for path in folder.rglob("*"):
        if path.suffix in SUFFIXES or path.name == "dovetail.toml":
            try:
                found.append((str(path), path.stat().st_mtime_ns))
            except OSError:
                continue
    return sorted(found)


def _text(template: Path) -> str:
    # While an editor writes it, a file may be cut within a character.
    return template.read_bytes().decode("utf-8-sig", errors="replace")
