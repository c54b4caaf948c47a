"""Integrations of accounts: checked, sealed, told apart, and never changed behind somebody's back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dovetail.errors import SettingsError
from dovetail.integrations.store.accounts import Actor, trail
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.stored import Changed, Shelf, UnfitSettings
from dovetail.providers.registry import kinds
from dovetail.providers.vault import new_key
from tests.integrations.store.conftest import NOW

SETTINGS = {"url": "https://shop.example", "store": "nl", "ttl": {"product": "10m"}}
SECRETS = {
    "consumer_key": "CK-4711-consumer",
    "consumer_secret": "CS-4711-consumer",
    "access_token": "AT-4711-access",
    "access_token_secret": "AS-4711-access",
}


def add(database: Database, shelf: Shelf, actor: Actor, identifier: str = "mywebshop", **more: Any) -> None:
    with database.write() as connection:
        shelf.create(connection, actor, identifier, "magento2", {**SETTINGS, **more}, SECRETS, NOW)


def test_an_integration_comes_back_as_it_was_put(database: Database, shelf: Shelf, ann: Actor) -> None:
    add(database, shelf, ann)
    with database.read() as connection:
        found = shelf.get(connection, ann.account, "mywebshop")
        (connected,) = shelf.connected(connection, ann.account)
    assert found is not None
    assert (found.identifier, found.kind, found.settings, found.revision) == ("mywebshop", "magento2", SETTINGS, 1)
    assert found.secrets == sorted(SECRETS)
    assert connected.provider.identifier == "mywebshop"
    assert connected.policy.ttl == {"product": 600.0}
    assert "product" in connected.provider.schema().members


def test_credentials_are_nowhere_in_the_database_but_sealed(
    database: Database, shelf: Shelf, ann: Actor, url: str, tmp_path: Path
) -> None:
    add(database, shelf, ann)
    with database.write() as connection:
        shelf.change(connection, ann, "mywebshop", 1, NOW, secrets={"consumer_key": "CK-4712-other"})
        rows = [
            str(row)
            for table in ("integration", "audit")
            for row in connection.exec_driver_sql(f"select * from {table}")
        ]
    texts = "".join(rows).encode() + b"".join(file.read_bytes() for file in tmp_path.glob("accounts.sqlite*"))
    for secret in (*SECRETS.values(), "CK-4712-other"):
        assert secret.encode() not in texts
    assert b"shop.example" in texts


def test_the_file_is_its_owners(database: Database, shelf: Shelf, ann: Actor, tmp_path: Path) -> None:
    add(database, shelf, ann)
    for file in tmp_path.glob("accounts.sqlite*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_an_identifier_is_one_of_an_account(database: Database, shelf: Shelf, ann: Actor, bob: Actor) -> None:
    add(database, shelf, ann)
    add(database, shelf, ann, "MyWebshop")
    add(database, shelf, bob)
    with pytest.raises(UnfitSettings, match="already") as raised:
        add(database, shelf, ann)
    assert raised.value.faults[0].field == "identifier"
    with database.read() as connection:
        assert {each.identifier for each in shelf.list(connection, ann.account)} == {"MyWebshop", "mywebshop"}


@pytest.mark.parametrize("name", ["profile", "Mailing", "1shop", "my-shop", "", "a b", "{$x}", "naïve"])
def test_a_name_that_templates_cannot_use_is_refused(database: Database, shelf: Shelf, ann: Actor, name: str) -> None:
    with pytest.raises(UnfitSettings):
        add(database, shelf, ann, name)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"urrl": "https://x.example"}, "urrl"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://user:word@shop.example"}, "url"),
        ({"timeout": "soon"}, "timeout"),
        ({"allow_private_addresses": True}, "allow_private_addresses"),
        ({"consumer_key": {"env": "HOME"}}, "consumer_key"),
        ({"personal_key": {"file": "/etc/passwd"}}, "personal_key"),
    ],
)
def test_settings_that_do_not_fit_are_named(
    database: Database, shelf: Shelf, ann: Actor, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnfitSettings) as raised:
        add(database, shelf, ann, **more)
    assert field in {fault.field for fault in raised.value.faults}
    with database.read() as connection:
        assert shelf.list(connection, ann.account) == []


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("file", {"collections": {"people": {"file": "/etc/passwd"}}}),
        ("rest", {"url": "https://api.example", "openapi": "/etc/passwd"}),
        ("graphql", {"url": "https://api.example", "types": "/etc/passwd"}),
    ],
)
def test_settings_of_an_account_name_no_files_of_the_machine(
    shelf: Shelf, kind: str, settings: dict[str, object]
) -> None:
    with pytest.raises(UnfitSettings, match="here are none"):
        shelf.check("mine", kind, settings, [])


def test_of_two_changes_at_once_one_is_told(database: Database, shelf: Shelf, ann: Actor) -> None:
    add(database, shelf, ann)
    with database.write() as connection:
        changed = shelf.change(connection, ann, "mywebshop", 1, NOW + 1, settings={**SETTINGS, "store": "de"})
    assert changed is not None
    assert (changed.revision, changed.settings["store"], changed.secrets) == (2, "de", sorted(SECRETS))
    with pytest.raises(Changed), database.write() as connection:
        shelf.change(connection, ann, "mywebshop", 1, NOW + 2, enabled=False)
    with database.read() as connection:
        now = shelf.get(connection, ann.account, "mywebshop")
    assert now is not None
    assert now.enabled


def test_nobody_reaches_another_account(database: Database, shelf: Shelf, ann: Actor, bob: Actor) -> None:
    add(database, shelf, ann)
    with database.write() as connection:
        assert shelf.get(connection, bob.account, "mywebshop") is None
        assert shelf.connect(connection, bob.account, "mywebshop") is None
        assert shelf.change(connection, bob, "mywebshop", 1, NOW, enabled=False) is None
        assert not shelf.remove(connection, bob, "mywebshop", NOW)
        assert shelf.connected(connection, bob.account) == []
        assert shelf.get(connection, ann.account, "mywebshop") is not None


def test_a_credential_does_not_open_in_another_place(database: Database, key: str, shelf: Shelf, ann: Actor) -> None:
    seal = Seal([key])
    text = seal.seal("int_1/token", "hunter2")
    assert seal.open("int_1/token", text).reveal() == "hunter2"
    with pytest.raises(SettingsError):
        seal.open("int_2/token", text)
    with pytest.raises(SettingsError):
        Seal([new_key()]).open("int_1/token", text)


def test_keys_are_changed_without_a_gap(database: Database, key: str, shelf: Shelf, ann: Actor) -> None:
    add(database, shelf, ann)
    newer = new_key()
    both = Shelf(Seal([newer, key]), kinds())
    with database.write() as connection:
        assert both.connect(connection, ann.account, "mywebshop") is not None
        assert both.reseal(connection) == len(SECRETS)
    with database.read() as connection:
        row = connection.exec_driver_sql("select id, secrets from integration").one()
    stored = row.secrets if isinstance(row.secrets, dict) else __import__("json").loads(row.secrets)
    assert Seal([newer]).open(f"{row.id}/consumer_key", stored["consumer_key"]).reveal() == SECRETS["consumer_key"]
    with pytest.raises(SettingsError), database.write() as connection:
        Shelf(Seal([new_key()]), kinds()).reseal(connection)


def test_the_trail_tells_who_changed_what_and_no_value(
    database: Database, shelf: Shelf, ann: Actor, bob: Actor
) -> None:
    add(database, shelf, ann)
    with database.write() as connection:
        shelf.change(
            connection,
            ann,
            "mywebshop",
            1,
            NOW + 1,
            settings={**SETTINGS, "store": "de"},
            secrets={"consumer_key": "CK-1"},
        )
        shelf.remove(connection, ann, "mywebshop", NOW + 2)
    with database.read() as connection:
        lines = trail(connection, ann.account, None, 10)
        assert trail(connection, bob.account, None, 10) == []
        assert [line.action for line in trail(connection, ann.account, lines[0].number, 1)] == ["integration.change"]
    assert [line.action for line in lines] == ["integration.remove", "integration.change", "integration.create"]
    assert lines[1].details == {"settings": ["store"], "credentials": ["consumer_key"]}


def test_tables_are_those_of_the_migrations(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from dovetail.integrations.store.tables import metadata

    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_server_is_upgraded_by_command_only(url: str) -> None:
    if url.startswith("sqlite"):
        Database(url).close()
        return
    with pytest.raises(SettingsError, match="dovetail database upgrade"):
        Database(url)


@pytest.mark.parametrize("url", ["nonsense", "oracle://x@y/z", "postgresql+psycopg://ann:hunter2@/x?host=/nowhere"])
def test_a_database_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Database(url)
    assert "hunter2" not in str(raised.value)
