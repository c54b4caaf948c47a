"""The service as an operator starts it: a process of its own on a database of its own, with two accounts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from dovetail.integrations.store.database import Database
from tests.doubles.shop import Shop
from tests.postgres import PostgreSQL

ALL = ("read", "write", "events", "render", "tracker", "keys")


def dovetail(environment: dict[str, str], *arguments: str) -> str:
    """What a command prints."""
    ran = subprocess.run(
        [sys.executable, "-m", "dovetail", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip()


@dataclass(slots=True)
class Service:
    """A running service. `stop()` ends it in an orderly way, `kill()` does not."""

    folder: Path
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict[str, str])
    url: str = ""
    first_key: str = ""
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.environment = {
            "XDG_DATA_HOME": str(self.folder / "data"),
            "DOVETAIL_CACHE": str(self.folder / "cache"),
            **self.environment,
        }
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "dovetail", "serve", "--port", "0", *self.options],
                env={**os.environ, **self.environment},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            words = line.split()
            if words[0] == "The":
                self.first_key = words[-1]
            else:
                self.url = words[3]
                return
        self._end()
        raise AssertionError(self.log)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def key(self, *options: str, account: str = "default", scopes: tuple[str, ...] = ALL) -> str:
        wanted = [part for scope in scopes for part in ("--scope", scope)]
        return dovetail(self.environment, "keys", "create", "A test", *wanted, "--account", account, *options)

    def client(self, key: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.url + "/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30, trust_env=False
        )

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._end()

    def kill(self) -> int:
        assert self._process is not None
        self._process.kill()
        return self._end()

    def _end(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        code = self._process.wait(40)
        self._process = None
        return code

    def database(self) -> Database:
        """Its database, to be closed by who asks for it."""
        return Database(f"sqlite:///{self.folder / 'data' / 'dovetail' / 'accounts.sqlite'}")

    @property
    def runs(self) -> bool:
        return self._process is not None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    server = PostgreSQL(durable=True)
    yield server
    server.close()


@pytest.fixture(scope="session")
def service_shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=60, customers=20, orders=30, carts=5) as shop:
        yield shop


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("service"), ("--allow-private-addresses",))
    service.start()
    yield service
    if service.runs:
        service.stop()


@pytest.fixture(scope="module")
def ann(service: Service) -> Iterator[httpx.Client]:
    """The first account, with a key for all."""
    with service.client(service.key("--days", "1", "--rate", "1000")) as client:
        yield client


@pytest.fixture(scope="module")
def bob(service: Service) -> Iterator[httpx.Client]:
    """Another account."""
    account = dovetail(service.environment, "database", "add-account", "Bob's shop")
    with service.client(service.key("--rate", "1000", account=account)) as client:
        yield client


def connected(client: httpx.Client, shop: Shop, identifier: str = "mywebshop") -> httpx.Response:
    """Add the double as a shop."""
    return client.post(
        "/integrations",
        json={
            "identifier": identifier,
            "kind": "magento2",
            "settings": {"url": shop.url, "store": "nl", "allow_private_addresses": True},
            "secrets": dict(shop.oauth),
        },
    )
