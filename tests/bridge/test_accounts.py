"""The bridges of accounts: made when they are needed, anew when an account changed, and closed by nobody who works."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dovetail.bridge.accounts import Accounts
from dovetail.bridge.actions.folder import Folder
from dovetail.bridge.bridge import Bridge
from dovetail.bridge.events.event import Event
from dovetail.bridge.followups.rules import Rules
from dovetail.bridge.followups.starting import emit, starter
from dovetail.bridge.opening import Terms, open_bridge
from dovetail.bridge.store import instances, versions
from dovetail.engine.loaders import DictLoader
from dovetail.errors import SettingsError
from dovetail.integrations.store.accounts import Actor, make_account
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.templates import put, texts

MAIL = 'on = "told"\n[[steps]]\nmail = { template = "mail.tpl", subject = "Hello" }\n'


@dataclass(slots=True)
class Making:
    """Makes bridges, and notes for whom. `broken`: accounts for which it can't."""

    database: Database
    folder: Path
    made: list[str] = field(default_factory=list)
    bridges: list[Bridge] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def __call__(self, account: str) -> Bridge:
        self.made.append(account)
        if account in self.broken:
            raise SettingsError("a key is missing")
        with self.database.read() as connection:
            loader = DictLoader(texts(connection, account))
        bridge = open_bridge(self.database, account, [], loader, Terms(Folder(self.folder), "shop@example.com"))
        self.bridges.append(bridge)
        return bridge


@pytest.fixture
def making(database: Database, tmp_path: Path) -> Making:
    return Making(database, tmp_path / "sent")


def prepared(database: Database, account: str, text: str = "<p>Hi</p>") -> None:
    with database.write() as connection:
        make_account(connection, account, 1.0, account)
        put(connection, Actor(account, "test"), "mail.tpl", text, None, 1.0)
        versions.put(connection, account, "welcome", MAIL, 1.0)


def tell(database: Database, account: str, key: str) -> None:
    event = Event(
        f"test/{key}", "test", "told", f"thing/{key}", "ann@example.com", time.time(), {"email": "ann@example.com"}
    )
    with database.write() as connection:
        emit(connection, account, [event], time.time(), starter(account, Rules().current, time.time))


def states(database: Database, account: str) -> list[str]:
    with database.read() as connection:
        return [each.state for each in instances.find(connection, account)]


async def work(accounts: Accounts) -> None:
    await accounts.watch_once()
    worker = accounts.worker()
    await worker.run(until_idle=True)
    assert worker.counts.faults == 0


def test_one_bridge_an_account_for_as_long_as_nothing_changes(database: Database, making: Making) -> None:
    for account in ("one", "two"):
        prepared(database, account)

    async def run() -> None:
        accounts = Accounts(database, making)
        for number in range(10):
            tell(database, "one", str(number))
            tell(database, "two", str(number))
        await work(accounts)
        assert sorted(making.made) == ["one", "two"]
        with database.write() as connection:
            put(connection, Actor("one", "test"), "other.tpl", "x", None, 2.0)
        tell(database, "one", "after")
        await work(accounts)
        assert sorted(making.made) == ["one", "one", "two"]
        await accounts.close()

    asyncio.run(run())
    assert set(states(database, "one") + states(database, "two")) == {"done"}
    assert len(list(making.folder.glob("*.eml"))) == 21


def test_an_account_that_cannot_be_worked_for_holds_up_no_other(database: Database, making: Making) -> None:
    for account in ("one", "two"):
        prepared(database, account)
        tell(database, account, "1")
    making.broken = {"one"}

    async def run() -> None:
        accounts = Accounts(database, making)
        await work(accounts)
        await accounts.close()

    asyncio.run(run())
    assert (states(database, "one"), states(database, "two")) == (["waiting"], ["done"])


def test_who_works_with_a_bridge_keeps_it(database: Database, making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dovetail.bridge.accounts._KEPT", 2)
    names = [f"account-{number}" for number in range(12)]
    for name in names:
        prepared(database, name)
        for number in range(3):
            tell(database, name, str(number))

    async def run() -> None:
        accounts = Accounts(database, making)
        await work(accounts)
        assert len(accounts._kept) <= 2
        await accounts.close()

    asyncio.run(run())
    assert [states(database, name) for name in names] == [["done"] * 3] * 12
