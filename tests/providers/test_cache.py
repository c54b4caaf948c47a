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

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query
from dovetail.providers.cache import Cache, key_of, stale

ASK = Ask("shop", "product", 1)
KEY = key_of("default", "https://shop.example nl", ASK)
ANSWER = Answer({"price": 19.95}, fetched_at=1_700_000_000.0)


def write(cache: Cache, answer: Answer = ANSWER, *, seconds: float = 60.0, now: float = 1_700_000_000.0) -> None:
    cache.write([(KEY, answer, seconds, False)], keep_stale=3600.0, now=now)


def database(folder: Path) -> Path:
    return folder / "answers" / "cache.db"


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    now = time.time()
    first = Cache(tmp_path)
    write(first, now=now)
    first.close()
    second = Cache(tmp_path)
    kept = second.read({ASK: KEY}, now=now + 1)[ASK]
    second.close()
    assert kept.answer == ANSWER
    assert kept.fresh


def test_an_answer_past_its_time_is_there_for_need_and_then_gone() -> None:
    cache = Cache(None)
    write(cache, seconds=60.0, now=1000.0)
    assert cache.read({ASK: KEY}, now=1059.0)[ASK].fresh
    assert not cache.read({ASK: KEY}, now=1061.0)[ASK].fresh
    assert cache.read({ASK: KEY}, now=1000.0 + 3601.0) == {}


def test_what_is_gone_does_not_stay_in_memory() -> None:
    cache = Cache(None)
    write(cache, seconds=60.0, now=1000.0)
    later = 1000.0 + 3601.0
    cache.write([("other", ANSWER, 60.0, True)], keep_stale=0.0, now=later)
    assert cache.read({ASK: KEY}, now=1000.0) == {}
    assert cache.read({ASK: "other"}, now=later)[ASK].answer == ANSWER


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    cache = Cache(None)
    cache.write([(str(n), ANSWER, 60.0, True) for n in range(6_000)], keep_stale=0.0, now=1000.0)
    assert cache.read({ASK: "0"}, now=1000.0) == {}
    assert ASK in cache.read({ASK: "5999"}, now=1000.0)


def test_that_an_id_does_not_exist_is_no_answer_in_need() -> None:
    cache = Cache(None)
    write(cache, Answer(None, found=False), seconds=60.0, now=1000.0)
    assert cache.read({ASK: KEY}, now=1061.0) == {}


def test_a_stale_answer_names_its_age() -> None:
    cache = Cache(None)
    write(cache)
    kept = cache.read({ASK: KEY}, now=1_700_000_000.0 + 30)[ASK]
    assert stale(kept, 1_700_000_000.0 + 3 * 3600).notes[-1].endswith("3 hours old")


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
    assert cache.read({ASK: KEY}, now=now) == {}
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
    assert cache.read({ASK: KEY}, now=now) == {}
    assert cache.trouble == ""
    write(cache, now=now)
    assert ASK in cache.read({ASK: KEY}, now=now)
    cache.close()


def test_a_damaged_database_is_gone_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database(tmp_path).parent.mkdir()
    database(tmp_path).write_bytes(b"this is no database " * 500)
    cache = Cache(tmp_path)
    write(cache)
    assert cache.read({ASK: KEY}, now=1_700_000_001.0)[ASK].answer == ANSWER
    cache.close()
    assert str(tmp_path) in cache.trouble
    assert "delete the folder" in cache.trouble
    assert caplog.messages == [cache.trouble]


def test_a_folder_that_cannot_be_made_is_gone_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    write(cache)
    assert cache.read({ASK: KEY}, now=1_700_000_001.0)[ASK].answer == ANSWER
    cache.close()
    assert "Not a directory" in cache.trouble


def test_a_full_disk_is_gone_without(tmp_path: Path) -> None:
    # A real limit on the size of files, in a process of its own: what a full disk does to SQLite.
    program = f"""
import resource, signal, time
from pathlib import Path
from dovetail.engine.ports import Answer, Ask
from dovetail.providers.cache import Cache
cache = Cache(Path({str(tmp_path)!r}))
now = time.time()
cache.write([("first", Answer("small"), 60.0, False)], keep_stale=0.0, now=now)
assert cache.trouble == "", cache.trouble
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
cache.write([(str(n), Answer("x" * 20_000), 60.0, False) for n in range(200)], keep_stale=0.0, now=now)
ask = Ask("shop", "product", 1)
assert cache.read({{ask: "199"}}, now=now)[ask].answer.value == "x" * 20_000
cache.close()
print(cache.trouble)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Make room" in done.stdout
    # What was written before is still there.
    cache = Cache(tmp_path)
    assert cache.read({ASK: "first"}, now=time.time())[ASK].answer.value == "small"
    cache.close()


def test_a_value_that_is_no_json_stays_in_memory(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    write(cache, Answer(object()))
    assert ASK in cache.read({ASK: KEY}, now=1_700_000_001.0)
    assert cache.trouble == ""
    cache.close()


def test_clearing_forgets_memory_and_disk(tmp_path: Path) -> None:
    now = time.time()
    cache = Cache(tmp_path)
    write(cache, now=now)
    cache.clear()
    assert cache.read({ASK: KEY}, now=now) == {}
    cache.close()


def test_keys_tell_all_asks_apart() -> None:
    asks = [
        Ask("shop", "product", 1),
        Ask("shop", "product", "1"),
        Ask("shop", "order", 1),
        Ask("other", "product", 1),
        Ask("shop", "product", Query()),
        Ask("shop", "product", Query(limit=1)),
        Ask("shop", "product", Query((Filter("sku", "==", "1"),))),
        Ask("shop", "product", Query((Filter("sku", "==", 1),))),
        Ask("shop", "product", Query((), (Order("sku"),))),
        Ask("shop", "product", Query((), (Order("sku", descending=True),))),
    ]
    keys = {key_of("default", "f", ask) for ask in asks} | {key_of("a", "f", asks[0]), key_of("default", "g", asks[0])}
    assert len(keys) == len(asks) + 2
