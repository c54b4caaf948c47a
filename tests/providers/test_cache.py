from __future__ import annotations

import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask
from dovetail.providers.cache import Cache, Contents
from dovetail.providers.entries import Slot, name_of
from dovetail.providers.vault import Vault, new_key

ASK = Ask("shop", "product", 1)
SLOT = Slot(name_of("default", "https://shop.example nl", ASK), ASK)
ANSWER = Answer({"price": 19.95}, fetched_at=1_700_000_000.0)


def write(cache: Cache, answer: Answer = ANSWER, *, seconds: float = 60.0, now: float = 1_700_000_000.0) -> None:
    cache.write([(SLOT, answer, now + seconds)], now=now)


def other(name: str, *, personal: bool = False) -> Slot:
    return Slot(f"shop/{name}", ASK, personal)


def database(folder: Path) -> Path:
    return folder / "answers" / "cache.db"


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    now = time.time()
    first = Cache(tmp_path)
    write(first, now=now)
    first.close()
    second = Cache(tmp_path)
    kept = second.read([SLOT], now=now + 1)[ASK]
    second.close()
    assert kept == ANSWER


def test_what_is_gone_does_not_stay_in_memory() -> None:
    cache = Cache(None)
    write(cache, seconds=60.0, now=1000.0)
    assert ASK in cache.read([SLOT], now=1059.0)
    cache.write([(other("b", personal=True), ANSWER, 2000.0)], now=1061.0)
    assert cache.read([SLOT], now=1000.0) == {}
    assert cache.read([other("b", personal=True)], now=1062.0)[ASK] == ANSWER


def test_what_another_process_keeps_is_found_when_the_own_answer_is_gone(tmp_path: Path) -> None:
    now = time.time()
    mine, theirs = Cache(tmp_path), Cache(tmp_path)
    write(mine, now=now)
    write(theirs, Answer("younger"), now=now + 30)
    assert mine.read([SLOT], now=now + 70)[ASK].value == "younger"
    mine.close()
    theirs.close()


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    cache = Cache(None)
    cache.write([(other(str(n)), ANSWER, 1060.0) for n in range(6_000)], now=1000.0)
    assert cache.read([other("0")], now=1000.0) == {}
    assert ASK in cache.read([other("5999")], now=1000.0)


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir(mode=0o777)
    cache = Cache(tmp_path)
    write(cache)
    cache.close()
    assert stat.S_IMODE((tmp_path / "answers").stat().st_mode) == 0o700


def test_nothing_on_disk_is_a_pickle(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    write(cache, now=time.time())
    cache.close()
    with sqlite3.connect(database(tmp_path)) as connection:
        rows = connection.execute("SELECT typeof(key), typeof(value), mode FROM Cache").fetchall()
    connection.close()
    assert rows == [("text", "text", 1)]


def test_a_pickle_that_somebody_put_there_is_not_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    now = time.time()
    cache = Cache(tmp_path)
    write(cache, now=now)
    cache.close()
    with sqlite3.connect(database(tmp_path)) as connection:
        connection.execute("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Trap()),))
    connection.close()
    cache = Cache(tmp_path)
    assert cache.read([SLOT], now=now) == {}
    cache.close()
    assert not (tmp_path / "sprung").exists()


def test_one_damaged_entry_is_an_answer_that_is_not_there(tmp_path: Path) -> None:
    now = time.time()
    cache = Cache(tmp_path)
    write(cache, now=now)
    cache.close()
    with sqlite3.connect(database(tmp_path)) as connection:
        connection.execute("UPDATE Cache SET value = '[1'")
    connection.close()
    cache = Cache(tmp_path)
    assert cache.read([SLOT], now=now) == {}
    assert cache.trouble == ""
    write(cache, now=now)
    assert ASK in cache.read([SLOT], now=now)
    cache.close()


def test_a_damaged_database_is_gone_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database(tmp_path).parent.mkdir()
    database(tmp_path).write_bytes(b"this is no database " * 500)
    cache = Cache(tmp_path)
    write(cache)
    assert cache.read([SLOT], now=1_700_000_001.0)[ASK] == ANSWER
    cache.close()
    assert str(tmp_path) in cache.trouble
    assert "delete the folder" in cache.trouble
    assert caplog.messages == [cache.trouble]


def test_a_folder_that_cannot_be_made_is_gone_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    write(cache)
    assert cache.read([SLOT], now=1_700_000_001.0)[ASK] == ANSWER
    cache.close()
    assert "Not a directory" in cache.trouble


def test_a_full_disk_is_gone_without(tmp_path: Path) -> None:
    # A real limit on the size of files, in a process of its own: what a full disk does to SQLite.
    program = f"""
import resource, signal, time
from pathlib import Path
from dovetail.engine.ports import Answer, Ask
from dovetail.providers.cache import Cache, Contents
from dovetail.providers.entries import Slot
ask = Ask("shop", "product", 1)
cache = Cache(Path({str(tmp_path)!r}))
now = time.time()
cache.write([(Slot("shop/first", ask), Answer("small"), now + 60.0)], now=now)
assert cache.trouble == "", cache.trouble
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
cache.write([(Slot(f"shop/{{n}}", ask), Answer("x" * 20_000), now + 60.0) for n in range(200)], now=now)
assert cache.read([Slot("shop/199", ask)], now=now)[ask].value == "x" * 20_000
cache.close()
print(cache.trouble)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Make room" in done.stdout
    # What was written before is still there.
    cache = Cache(tmp_path)
    assert cache.read([other("first")], now=time.time())[ASK].value == "small"
    cache.close()


def test_a_value_that_is_no_json_stays_in_memory(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    write(cache, Answer(object()))
    assert ASK in cache.read([SLOT], now=1_700_000_001.0)
    assert cache.trouble == ""
    cache.close()


# --- forgetting

ANN = "ann@example.org"


def everything(folder: Path) -> bytes:
    """All bytes below a folder, the database's free pages and write-ahead log included."""
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


def slot(identifier: str, key: int | str, *, personal: bool = False, vault: Vault | None = None) -> Slot:
    ask = Ask(identifier, "thing", key)
    return Slot(name_of("default", "f", ask), ask, personal, vault)


def test_clearing_forgets_memory_and_disk(tmp_path: Path) -> None:
    now = time.time()
    cache = Cache(tmp_path)
    write(cache, now=now)
    assert cache.forget() == 1
    assert cache.read([SLOT], now=now) == {}
    cache.close()


def test_one_integration_is_forgotten_and_no_other(tmp_path: Path) -> None:
    now = time.time()
    cache = Cache(tmp_path)
    mine, other_one = slot("shop", 1), slot("shopping", 1)
    cache.write([(mine, ANSWER, now + 60), (other_one, ANSWER, now + 60)], now=now)
    assert cache.contents(now=now).answers == {"shop": 1, "shopping": 1}
    assert cache.forget(identifier="shop") == 1
    assert set(cache.read([mine, other_one], now=now)) == {other_one.ask}
    cache.close()


@pytest.mark.parametrize("restarted", [False, True])
def test_a_person_is_forgotten_and_leaves_no_byte_behind(tmp_path: Path, restarted: bool) -> None:
    now = time.time()
    cache = Cache(tmp_path)
    hers = [slot("shop", number) for number in range(20)]
    his = slot("shop", "his")
    cache.write([(each, Answer({"to": ANN, "text": "x" * 5000}), now + 60) for each in hers], now=now)
    cache.write([(slot("shop", 0), Answer([f"again {ANN}"]), now + 60), (his, Answer("joe@x.org"), now + 60)], now=now)
    assert ANN.encode() in everything(tmp_path)
    if restarted:
        cache.close()
        cache = Cache(tmp_path)
    assert cache.forget(person="Ann@Example.org") == 20
    assert set(cache.read([*hers, his], now=now)) == {his.ask}
    assert ANN.encode() not in everything(tmp_path)
    cache.close()
    assert ANN.encode() not in everything(tmp_path)


def test_what_an_earlier_version_kept_goes_with_any_clearing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    write(cache, now=time.time())
    cache.close()
    with sqlite3.connect(database(tmp_path)) as connection:
        connection.execute("UPDATE Cache SET key = 'ab12'")
    connection.close()
    cache = Cache(tmp_path)
    assert cache.forget(person=ANN) == 1
    cache.close()


def test_contents_are_counted_without_what_is_gone(tmp_path: Path) -> None:
    now = time.time()
    cache = Cache(tmp_path)
    write(cache, now=now)
    cache.write([(slot("shop", 2), ANSWER, now + 5)], now=now)
    assert cache.contents(now=now).answers == {"shop": 2}
    assert cache.contents(now=now + 30).answers == {"shop": 1}
    assert cache.contents(now=now + 30).bytes > 0
    cache.close()
    assert Cache(None).contents(now=now) == Contents({}, 0, 0)


# --- answers about persons on disk


def key_ring(key: str) -> Vault:
    return Vault(lambda: key)


def test_answers_about_persons_lie_on_disk_encrypted_where_there_is_a_key(tmp_path: Path) -> None:
    now, key = time.time(), new_key()
    cache = Cache(tmp_path)
    cache.write([(slot("shop", ANN, personal=True, vault=key_ring(key)), Answer(f"Dear {ANN}"), now + 60)], now=now)
    contents = cache.contents(now=now)
    cache.close()
    assert (contents.answers, contents.encrypted) == ({"shop": 1}, 1)
    assert ANN.encode() not in everything(tmp_path)
    # Nor can it be tried out who was asked about: the name is no mere hash of the address.
    assert slot("shop", ANN).name.encode() not in everything(tmp_path)
    again = Cache(tmp_path)
    mine = slot("shop", ANN, personal=True, vault=key_ring(key))
    assert again.read([mine], now=now)[mine.ask].value == f"Dear {ANN}"
    again.close()


def test_without_a_vault_or_with_another_key_they_are_not_there(tmp_path: Path) -> None:
    now = time.time()
    cache = Cache(tmp_path)
    cache.write([(slot("shop", ANN, personal=True, vault=key_ring(new_key())), Answer("x"), now + 60)], now=now)
    cache.close()
    again = Cache(tmp_path)
    for vault in (None, key_ring(new_key()), key_ring("no key")):
        assert again.read([slot("shop", ANN, personal=True, vault=vault)], now=now) == {}
    again.close()


def test_nobody_can_put_one_person_s_answer_in_another_s_place(tmp_path: Path) -> None:
    now, vault = time.time(), key_ring(new_key())
    ann, joe = (slot("shop", key, personal=True, vault=vault) for key in (ANN, "joe@example.org"))
    cache = Cache(tmp_path)
    cache.write([(ann, Answer("Ann's"), now + 60), (joe, Answer("Joe's"), now + 60)], now=now)
    cache.close()
    with sqlite3.connect(database(tmp_path)) as connection:
        connection.execute(
            "UPDATE Cache SET value = (SELECT value FROM Cache WHERE key = ?) WHERE key = ?",
            (ann.on_disk(), joe.on_disk()),
        )
    connection.close()
    again = Cache(tmp_path)
    assert set(again.read([ann, joe], now=now)) == {ann.ask}
    again.close()


def test_a_person_is_forgotten_in_what_is_encrypted_too_and_what_cannot_be_opened_goes(tmp_path: Path) -> None:
    now, vault = time.time(), key_ring(new_key())
    ann, joe = (slot("shop", key, personal=True, vault=vault) for key in (ANN, "joe@example.org"))
    lost = slot("shop", 3, personal=True, vault=key_ring(new_key()))
    cache = Cache(tmp_path)
    cache.write([(each, Answer("a letter"), now + 60) for each in (ann, joe, lost)], now=now)
    cache.close()
    again = Cache(tmp_path)
    assert again.forget(person=ANN, vaults=[vault]) == 2
    assert set(again.read([ann, joe, lost], now=now)) == {joe.ask}
    again.close()


@pytest.mark.parametrize("key", ["", "short", "ä" * 44, new_key()[:-1] + "!"])
def test_a_key_that_is_none_is_said_without_being_shown(key: str) -> None:
    vault = key_ring(key)
    assert not vault.usable()
    assert vault.trouble.startswith("answers about persons are kept in memory only: its key is not one")
    assert not key or key not in vault.trouble
