"""Secrets come from where the file says, say what is missing, and never show themselves."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from dovetail.errors import SettingsError
from dovetail.integrations.secrets import Secret, SecretPlace, store_in_keyring
from dovetail.integrations.store.sealing import keys_for
from dovetail.providers.vault import new_key


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A working keyring that forgets; `locked` makes it refuse as a real one does."""

    priority = 1.0

    def __init__(self) -> None:  # not the base's: it reads settings from the environment
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        self.entries[service, username] = password


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_secret_shows_dots_wherever_it_is_printed() -> None:
    secret = Secret("hunter2")
    assert [repr(secret), str(secret), f"{secret}", f"{secret:>5}", f"{[secret]}"] == [
        "•••",
        "•••",
        "•••",
        "  •••",
        "[•••]",
    ]
    assert secret.reveal() == "hunter2"


def test_a_secret_is_not_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))


def test_a_variable_that_is_not_set_or_empty_says_how_to_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    place = SecretPlace("env", "SHOP_TOKEN")
    monkeypatch.delenv("SHOP_TOKEN", raising=False)
    with pytest.raises(SettingsError, match=r"SHOP_TOKEN is not set.*export SHOP_TOKEN="):
        place.fetch()
    monkeypatch.setenv("SHOP_TOKEN", "  ")
    with pytest.raises(SettingsError, match=r"SHOP_TOKEN is empty"):
        place.fetch()
    assert not place.is_there()


def test_a_file_is_read_beside_the_settings_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hunter2\n", encoding="utf-8")
    assert SecretPlace("file", "token", tmp_path).fetch().reveal() == "hunter2"
    with pytest.raises(SettingsError, match=r"other cannot be read: No such file"):
        SecretPlace("file", "other", tmp_path).fetch()


def test_the_keyring_keeps_a_secret_under_its_name(ring: MemoryKeyring) -> None:
    store_in_keyring("mywebshop/token", Secret("hunter2"))
    assert SecretPlace("keyring", "mywebshop/token").fetch().reveal() == "hunter2"
    with pytest.raises(SettingsError, match=r"there is no keyring entry other.*python -m keyring set dovetail other"):
        SecretPlace("keyring", "other").fetch()


def test_a_locked_keyring_says_so_and_offers_the_environment(ring: MemoryKeyring) -> None:
    ring.locked = True
    with pytest.raises(SettingsError, match=r"the keyring is locked or missing"):
        SecretPlace("keyring", "mywebshop/token").fetch()
    with pytest.raises(SettingsError, match=r"Use environment variables instead"):
        store_in_keyring("mywebshop/token", Secret("hunter2"))


def test_the_key_for_credentials_may_be_in_the_keyring_or_a_file(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = new_key()
    ring.set_password("dovetail", "seal", f"{key},{key}")
    (tmp_path / "seal").write_text(f"{key}\n")
    for given, found in (("keyring:seal", [key, key]), (f"file:{tmp_path / 'seal'}", [key]), (f" {key} ", [key])):
        monkeypatch.setenv("DOVETAIL_KEY", given)
        assert keys_for(None) == found
    monkeypatch.setenv("DOVETAIL_KEY", "keyring:nothing")
    with pytest.raises(SettingsError, match="there is no keyring entry nothing"):
        keys_for(None)
