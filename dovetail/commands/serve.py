"""`dovetail serve`: the service that teams and other programs use."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.accounts_database import OWNER, database_option, make_first_account, open_database, open_seal
from dovetail.commands.bridging import keep_option, mail_options, post_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from dovetail.integrations.store.database import Database
    from dovetail.service.environments import Environments
    from dovetail.service.tickets import Language
    from dovetail.service.tracing import Tracing


@click.command()
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=7080, show_default=True, type=click.IntRange(0, 65_535), help="0: any that is free.")
@click.option(
    "--allow-private-addresses",
    "private",
    is_flag=True,
    help="Accounts may connect shops in this machine's own networks. Only where you trust all of them.",
)
@mail_options
@keep_option
@click.option(
    "--traces",
    is_flag=True,
    help="Send OpenTelemetry traces to where OTEL_EXPORTER_OTLP_ENDPOINT says (needs dovetail-mail[tracing]).",
)
def command(
    database: str | None,
    host: str,
    port: int,
    private: bool,
    smtp: str | None,
    password_from: str | None,
    out: Path | None,
    sender: str,
    keep: str | None,
    traces: bool,
) -> None:
    """Serve accounts, integrations, templates and renders over HTTP; described at /openapi.json.

    Once it is said where mails go (--smtp or --out), the accounts' follow-ups run here too; without, they run in
    processes of their own: dovetail followups run --accounts.

    Credentials are kept encrypted: the key is in DOVETAIL_KEY (or where it says: keyring:NAME, file:PATH), or in a
    file beside the SQLite database. Put a proxy
    with TLS before it for others than this machine.

    \b
    Example:
      dovetail serve
      dovetail serve --smtp smtp://shop@mail.example:587 --password-from env:SMTP_PASSWORD
      dovetail serve --database postgresql+psycopg://dovetail@db/dovetail --host 0.0.0.0
    """
    from importlib.metadata import version
    from socket import IPPROTO_TCP, TCP_NODELAY

    from dovetail.bridge.opening import Terms
    from dovetail.errors import SettingsError
    from dovetail.integrations.environment import default_cache_folder
    from dovetail.integrations.store.account_secrets import AccountSecrets
    from dovetail.integrations.store.hooks import Hooks
    from dovetail.integrations.store.stored import Shelf

    mails = post_of(smtp, password_from, out)
    opened = open_database(database)
    seal = open_seal(database)
    try:
        import uvicorn
        from prometheus_client import REGISTRY

        from dovetail.bridge.metrics import BridgeMetrics
        from dovetail.commands.working import accounts_of, keeping_for, shared_kinds, working_beside
        from dovetail.service.app import make_app
        from dovetail.service.backend import Backend
        from dovetail.service.environments import Environments
        from dovetail.service.mailing_runs import Mailings
    except ImportError:
        raise SettingsError("the service needs more packages: pip install 'dovetail-mail[service]'") from None

    _first_key(opened)
    shelf = Shelf(seal, shared_kinds(), private=private)
    number, cache = version("dovetail-mail"), default_cache_folder() / "service"
    environments = Environments(opened, shelf, cache)
    backend = Backend(
        opened,
        shelf,
        environments,
        number,
        Mailings(opened, environments, cache / "mailings"),
        Hooks(seal),
        AccountSecrets(seal),
        language=_language(opened, environments, cache, number),
        editor_files=_editor_files(),
    )
    tracing = _tracing(number) if traces else None
    config = uvicorn.Config(
        make_app(backend, tracing),
        host=host,
        port=port,
        log_level="warning",
        # Paths may hold names of templates; who needs them has the proxy's log.
        access_log=False,
        server_header=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=65_536,
    )
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    # Head and body of an answer go out as they are written: else the second waits 40 ms for the first to be received.
    socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    # Who reads the next line may connect at once.
    socket.listen(2048)
    click.echo(f"dovetail serves at http://{host}:{socket.getsockname()[1]}  (Ctrl-C ends it)")
    # uvicorn hands the signal on when it has ended its requests: what runs beside them ends then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    REGISTRY.register(BridgeMetrics(opened))
    beside: AbstractContextManager[None] = nullcontext()
    if mails is not None:
        accounts = accounts_of(opened, seal, Terms(mails, sender, private=private, calls=False))
        worker = accounts.worker()
        beside, backend.wake = working_beside(accounts, worker, mails, keeping_for(opened, keep)), worker.wake
    try:
        with beside:
            server.run(sockets=[socket])
    finally:
        backend.close()
        if tracing is not None:
            tracing.close()


def _tracing(number: str) -> Tracing:
    from dovetail.errors import SettingsError

    try:
        from dovetail.service.tracing import Tracing
    except ImportError:
        raise SettingsError("traces need more packages: pip install 'dovetail-mail[tracing]'") from None
    return Tracing(number)


def _language(database: Database, environments: Environments, cache: Path, number: str) -> Language:
    """The language server, which the service is handed: neither knows the other."""
    from dovetail.commands.hosted_accounts import HostedAccounts
    from dovetail.lsp.listening import converse_in_frames

    async def serve(
        account: str,
        identifiers: frozenset[str] | None,
        frames: AsyncIterator[str],
        send: Callable[[str], Awaitable[None]],
    ) -> None:
        accounts = HostedAccounts(database, environments, account, identifiers)
        await converse_in_frames(frames, send, accounts, cache, number)

    return serve


def _editor_files() -> Path:
    import dovetail.lsp

    return Path(next(iter(dovetail.lsp.__path__))) / "assets" / "monaco"


def _first_key(database: Database) -> None:
    """Who starts a service that has no key yet is given one."""
    from dovetail.integrations.store.accounts import Actor
    from dovetail.integrations.store.keys import SCOPES, keys_of, make_key

    now = time.time()
    with database.write() as connection:
        make_first_account(connection)
        if keys_of(connection, OWNER):
            return
        _, text = make_key(connection, Actor(OWNER, "serve"), "The first key", SCOPES, now)
    click.echo(f"The first key, shown this once: {text}")
