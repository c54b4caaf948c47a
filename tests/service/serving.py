"""The service in the process of the test, at a port: for what no command can set."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from litestar import Litestar

from dovetail.bridge.inbound.keys import PublicKeys
from dovetail.integrations.store.account_secrets import AccountSecrets
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.hooks import Hooks
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.stored import Shelf
from dovetail.providers.registry import kinds
from dovetail.providers.vault import new_key
from dovetail.service.backend import Backend
from dovetail.service.environments import Environments
from dovetail.service.mailing_runs import Mailings


def backend_in(folder: Path, public_keys: PublicKeys) -> Backend:
    """The parts of a service on an empty SQLite file."""
    database, seal = Database(f"sqlite:///{folder / 'accounts.sqlite'}", upgrade=True), Seal([new_key()])
    shelf = Shelf(seal, kinds())
    environments = Environments(database, shelf, None)
    return Backend(
        database, shelf, environments, "1", Mailings(database, environments, folder), Hooks(seal),
        AccountSecrets(seal), public_keys=public_keys,
    )  # fmt: skip


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    """An application at a port of this machine: `host:port`."""
    config = uvicorn.Config(app, port=0, log_config=None)
    socket, server = config.bind_socket(), uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield f"127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        socket.close()
