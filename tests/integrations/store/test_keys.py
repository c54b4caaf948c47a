"""API keys: seen once, known by their hash, of one account, for a while."""

from __future__ import annotations

import pytest

from dovetail.errors import SettingsError
from dovetail.integrations.store.accounts import Actor
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.keys import (
    authenticate,
    is_noted,
    key_of,
    keys_of,
    make_key,
    note_use,
    revoke,
)
from tests.integrations.store.conftest import NOW


def test_a_key_opens_its_account_and_is_kept_as_a_hash(database: Database, ann: Actor, bob: Actor) -> None:
    with database.write() as connection:
        key, text = make_key(connection, ann, "The console", ["read", "write"], NOW, identifiers=["mywebshop"])
        assert authenticate(connection, text, NOW) == key
        rows = "".join(
            str(row) for name in ("api_key", "audit") for row in connection.exec_driver_sql(f"select * from {name}")
        )
        assert text not in rows
        assert text.rsplit("_", 1)[1] not in rows
        assert key_of(connection, bob.account, key.id) is None
        assert keys_of(connection, bob.account) == []
        assert revoke(connection, bob, key.id, NOW) is None
    assert key.account == ann.account
    assert key.sees("mywebshop")
    assert not key.sees("other")


def test_wrong_expired_and_revoked_keys_open_nothing(database: Database, ann: Actor) -> None:
    with database.write() as connection:
        key, text = make_key(connection, ann, "For a week", ["render"], NOW, expires_at=NOW + 7 * 86_400)
        assert authenticate(connection, text, NOW + 7 * 86_400 - 1) is not None
        assert authenticate(connection, text, NOW + 7 * 86_400) is None
        last = "A" if text[-1] != "A" else "B"
        for wrong in (
            text[:-1] + last,
            text.replace(key.prefix, "aaaaaaaa"),
            "",
            "dvt_",
            "é" * 60,
            text + "x",
            " " + text,
        ):
            assert authenticate(connection, wrong, NOW) is None
        assert revoke(connection, ann, key.id, NOW + 1) is not None
        assert authenticate(connection, text, NOW + 1) is None
        again = revoke(connection, ann, key.id, NOW + 9)
    assert again is not None
    assert again.revoked_at == NOW + 1


def test_a_key_that_could_do_nothing_is_not_made(database: Database, ann: Actor) -> None:
    with database.write() as connection:
        for scopes in ([], ["root"]):
            with pytest.raises(SettingsError):
                make_key(connection, ann, "x", scopes, NOW)
        with pytest.raises(SettingsError):
            make_key(connection, ann, "x", ["read"], NOW, expires_at=NOW)


def test_the_last_use_is_noted_now_and_then(database: Database, ann: Actor) -> None:
    with database.write() as connection:
        key, _ = make_key(connection, ann, "x", ["read"], NOW)
        assert not is_noted(key, NOW)
        note_use(connection, key, NOW)
        used = key_of(connection, ann.account, key.id)
    assert used is not None
    assert is_noted(used, NOW + 30)
    assert not is_noted(used, NOW + 90)
