"""`dovetail lsp`: the language server for editors."""

from __future__ import annotations

from pathlib import Path

import click

from dovetail.commands.options import config_option, server_option

_HERE = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option(
    "--stdio", is_flag=True, help="Speak over the standard streams. Usual, and what editors add by themselves."
)
@click.option("--tcp", metavar="HOST:PORT", help="Serve many editors over TCP.")
@click.option("--ws", metavar="HOST:PORT", help="Serve many browsers over WebSocket; prints an address with a token.")
@click.option(
    "--origin", "origins", multiple=True, metavar="URL", help="With --ws: a page that may connect. Repeat for more."
)
@click.option("--clientProcessId", "client_process", type=int, hidden=True)
@config_option
@server_option
def command(
    stdio: bool,
    tcp: str | None,
    ws: str | None,
    origins: tuple[str, ...],
    client_process: int | None,
    config: Path | None,
) -> None:
    """Answer an editor: completion with live data, values on hover, findings, preview.

    Editors start this themselves; see docs/editors.md for how to set yours up. Settings are read from the
    dovetail.toml beside the templates.

    \b
    Example:
      dovetail lsp                         for an editor on this machine
      dovetail lsp --ws 127.0.0.1:7080     for a page in a browser on this machine
    """
    from importlib.metadata import version

    from dovetail.commands.accounts import FolderAccounts, remote_integrations
    from dovetail.errors import UsageError
    from dovetail.integrations.environment import default_cache_folder
    from dovetail.lsp.server import serve_stdio

    if sum(map(bool, (stdio, tcp, ws))) > 1:
        raise UsageError("one of --stdio, --tcp and --ws at a time")
    cache_folder = default_cache_folder()
    accounts = FolderAccounts(config, cache_folder, remote_integrations())
    number = version("dovetail-mail")
    if tcp or ws:
        from dovetail.lsp.listening import serve_tcp, serve_websocket

        host, port = _address(tcp or ws or "")
        if tcp and host not in _HERE:
            raise UsageError("--tcp asks nobody who he is: use it on this machine only, or --ws, which has a token")
        if tcp:
            serve_tcp(host, port, accounts, cache_folder, number, click.echo)
        else:
            serve_websocket(host, port, origins, accounts, cache_folder, number, click.echo)
        return
    serve_stdio(accounts, cache_folder, number)


def _address(given: str) -> tuple[str, int]:
    from dovetail.errors import UsageError

    host, _, port = given.rpartition(":")
    if not port.isdigit() or int(port) > 65_535:
        raise UsageError(f"`{given}` is no address such as 127.0.0.1:7080")
    return host.strip("[]") or "127.0.0.1", int(port)
