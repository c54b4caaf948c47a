"""`dovetail cache`: what is kept, and how it is forgotten."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask
from dovetail.providers.cache import Cache
from dovetail.providers.entries import Slot, name_of
from dovetail.providers.vault import Vault, new_key
from tests.cli.dovetail_process import CommandLine

ANN = "ann@example.org"


def keep(folder: Path, identifier: str, key: int | str, value: object, vault: Vault | None = None) -> None:
    ask = Ask(identifier, "thing", key)
    cache = Cache(folder / ".cache" / "dovetail")
    slot = Slot(name_of("default", "f", ask), ask, vault is not None, vault)
    cache.write([(slot, Answer(value), time.time() + 600)], now=time.time())
    assert cache.trouble == ""
    cache.close()


def kept(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in (folder / ".cache").rglob("*") if each.is_file())


@pytest.fixture
def filled(dovetail: CommandLine) -> CommandLine:
    keep(dovetail.folder, "mywebshop", 1, "Bicycle")
    keep(dovetail.folder, "mywebshop", 2, {"note": f"ordered by {ANN}"})
    keep(dovetail.folder, "blog", 1, "Hello")
    return dovetail


def test_info_counts_what_is_kept_by_integration(filled: CommandLine) -> None:
    done = filled("cache", "info")
    assert done.code == 0
    first, *rest = done.out.splitlines()
    assert first.startswith(str(filled.folder / ".cache" / "dovetail"))
    assert first.endswith(" MB")
    assert rest == ["  blog: 1 answers", "  mywebshop: 2 answers"]


def test_info_and_clearing_of_nothing_make_no_folder(dovetail: CommandLine) -> None:
    assert "no answers are kept" in dovetail("cache", "info").out
    assert dovetail("cache", "clear").out == "0 answers are forgotten.\n"
    assert not (dovetail.folder / ".cache").exists()


def test_clear_forgets_everything(filled: CommandLine) -> None:
    assert filled("cache", "clear").out == "3 answers are forgotten.\n"
    assert "no answers are kept" in filled("cache", "info").out
    assert b"Bicycle" not in kept(filled.folder)


def test_clear_forgets_one_integration(filled: CommandLine) -> None:
    assert filled("cache", "clear", "--integration", "mywebshop").out == "2 answers are forgotten.\n"
    assert filled("cache", "info").out.splitlines()[1:] == ["  blog: 1 answers"]


def test_clear_forgets_one_person_in_whatever_case(filled: CommandLine) -> None:
    assert filled("cache", "clear", "--person", "Ann@Example.org").out == "1 answers are forgotten.\n"
    assert ANN.encode() not in kept(filled.folder)
    assert b"Bicycle" in kept(filled.folder)


def test_clear_forgets_a_person_in_what_is_encrypted(dovetail: CommandLine) -> None:
    key = dovetail("cache", "key").out.strip()
    vault = Vault(lambda: key)
    keep(dovetail.folder, "mywebshop", ANN, "hers", vault)
    keep(dovetail.folder, "mywebshop", "joe@example.org", "his", vault)
    secrets = "".join(
        f'{name} = {{ env = "X_{name}" }}\n'
        for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    )
    dovetail.write(
        "dovetail.toml",
        '[integrations.mywebshop]\nkind = "magento2"\nurl = "https://shop.example"\npersonal_cache = "encrypted"\n'
        + secrets,
    )
    assert "about persons, encrypted: 2" in dovetail("cache", "info", DOVETAIL_CACHE_KEY=key).out
    told = dovetail("cache", "info")
    assert "note: answers about persons are kept in memory only" in told.out
    assert "DOVETAIL_CACHE_KEY is not set" in told.out
    done = dovetail("cache", "clear", "--person", ANN, DOVETAIL_CACHE_KEY=key)
    assert done.out == "1 answers are forgotten.\n"
    # Without the key nobody can tell whose the other one is.
    assert dovetail("cache", "clear", "--person", ANN).out == "1 answers are forgotten.\n"


def test_an_integration_that_nobody_knows_is_named_with_the_nearest(filled: CommandLine) -> None:
    done = filled("cache", "clear", "--integration", "mywebshpo")
    assert done.code == 2
    assert "there is no integration `mywebshpo`, and nothing is kept of one; did you mean `mywebshop`?" in done.err
    assert filled("cache", "info").out.count("answers") == 2


def test_a_person_is_an_e_mail_address(filled: CommandLine) -> None:
    done = filled("cache", "clear", "--person", "ann")
    assert done.code == 2
    assert "--person ann@example.org" in done.err


def test_a_cache_that_cannot_be_used_is_not_said_to_be_cleared(filled: CommandLine) -> None:
    (filled.folder / ".cache" / "dovetail" / "answers" / "cache.db").write_bytes(b"this is no database " * 500)
    done = filled("cache", "clear")
    assert done.code == 1
    assert "forgotten" not in done.out
    assert "cannot be used" in done.err


def test_a_key_is_another_one_each_time_and_opens_a_vault(dovetail: CommandLine) -> None:
    one, other = (dovetail("cache", "key").out.strip() for _ in range(2))
    assert one != other
    assert Vault(lambda: one).usable()
    assert len(new_key()) == len(one)
