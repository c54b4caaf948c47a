"""Compiled templates in a folder: the next process needs no grammar; nothing in the folder can do harm or be in the way."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dovetail import DictLoader, Environment
from dovetail.engine.environment import Engine
from dovetail.engine.ports import Stored
from dovetail.integrations import compiled
from dovetail.integrations.compiled import FolderStore
from dovetail.integrations.environment import default_cache_folder

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "main.tpl": "{include 'head.tpl' who=$name}{foreach $list as $n}{$n|number_format:2}, {/foreach}{$name|upper|truncate:6}",
    "head.tpl": "Dear <b>{$who}</b>{counter start=5}",
}
GIVEN = {"name": "Zoë & co", "list": [1, 2.5]}
WANTED = "Dear <b>Zoë &amp; co</b>51.00, 2.50, ZOË..."

RENDER = f"""
import sys
sys.modules['lark'] = None
from dovetail import DictLoader, Environment
env = Environment(loader=DictLoader({FILES!r}))
print(env.get_template('main.tpl').render({GIVEN!r}))
print(sorted(name for name in sys.modules if name.startswith('dovetail.')))
"""


def rendered(folder: Path) -> str:
    return str(Environment(loader=DictLoader(FILES), cache_folder=folder).get_template("main.tpl").render(GIVEN))


def entries(folder: Path) -> list[Path]:
    return sorted((folder / "templates").glob("*.template"))


def process(folder: Path, code: str = RENDER) -> subprocess.Popen[str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def output(of: subprocess.Popen[str]) -> list[str]:
    out, err = of.communicate(timeout=100)
    assert err == ""
    return out.splitlines()


# What it is for ----------------------------------------------------------------------------------------------


def test_another_process_renders_without_reading_a_template(tmp_path: Path) -> None:
    assert output(process(tmp_path))[0] == WANTED
    text, modules = output(process(tmp_path))
    assert text == WANTED
    needed = {"grammar.parse", "grammar.tag", "grammar.lalr", "engine.analysis", "engine.compiler.statements"}
    assert not [name for name in needed if f"'dovetail.{name}'" in modules]


def test_only_what_a_template_uses_is_loaded(tmp_path: Path) -> None:
    assert output(process(tmp_path))[0] == WANTED
    _, modules = output(process(tmp_path))
    assert "'dovetail.engine.modifiers.case'" in modules
    assert "'dovetail.engine.modifiers.patterns'" not in modules
    assert "'dovetail.engine.tags.counting'" in modules
    assert "'dovetail.engine.tags.html_dates'" not in modules


def test_the_cache_folder_is_the_embedder_s_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "usual"))
    assert str(Environment(cache_folder=None).from_string("{$a}").render(a=1)) == "1"
    assert str(Environment(cache_folder=tmp_path / "mine").from_string("{$a}").render(a=1)) == "1"
    assert len(entries(tmp_path / "mine")) == 1
    assert not (tmp_path / "usual").exists()
    assert str(Environment().from_string("{$a}").render(a=1)) == "1"
    assert len(entries(tmp_path / "usual" / "dovetail")) == 1


def test_the_usual_folder_follows_the_desktop_s_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DOVETAIL_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_folder() == tmp_path / "dovetail"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache_folder() == Path.home() / ".cache" / "dovetail"
    monkeypatch.setenv("DOVETAIL_CACHE", "/somewhere/else")
    assert default_cache_folder() == Path("/somewhere/else")


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOVETAIL_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    environment = Environment()
    assert environment.engine.store is None
    assert str(environment.from_string("{$a}").render(a=1)) == "1"


# Whose it is -------------------------------------------------------------------------------------------------


def test_the_folder_is_the_user_s_alone(tmp_path: Path) -> None:
    rendered(tmp_path)
    assert (tmp_path / "templates").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in entries(tmp_path)} == {0o600}


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_write_to_is_not_used(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    folder.chmod(mode)
    store = FolderStore(folder)
    engine = Engine(loader=DictLoader(FILES), store=store)
    assert str(engine.get_template("main.tpl").render(GIVEN)) == WANTED
    assert "others may write" in store.trouble
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert entries(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_or_an_entry_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    rendered(tmp_path)
    for path in entries(tmp_path):
        os.chown(path, 12345, -1)
    store = FolderStore(tmp_path / "templates")
    key = "key"
    store.save(key, Stored({"a": "b"}, {}))
    assert store.load(key) == Stored({"a": "b"}, {})
    os.chown(tmp_path / "templates" / store._path(key).name, 12345, -1)
    assert store.load(key) is None
    os.chown(tmp_path / "templates", 12345, -1)
    other = FolderStore(tmp_path / "templates")
    assert other.load(key) is None
    assert other.trouble
    assert rendered(tmp_path) == WANTED


def test_an_entry_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.save("key", Stored({"a": "b"}, {}))
    (path,) = tmp_path.glob("*.template")
    path.chmod(0o620)
    assert store.load("key") is None


# What may be in the way --------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    assert rendered(tmp_path / "file") == WANTED
    assert caplog.records == []


def test_a_folder_that_goes_away_is_no_error(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "templates")
    store.save("key", Stored({}, {}))
    shutil.rmtree(tmp_path / "templates")
    store.save("key", Stored({}, {}))
    assert "cannot be written" in store.trouble
    assert store.load("key") is None


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)
    store.save("key", Stored({"a": "old"}, {}))

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    store.save("key", Stored({"a": "new"}, {}))
    assert store.load("key") == Stored({"a": "old"}, {})
    assert len(list(tmp_path.iterdir())) == 1


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_damaged_is_not_there_and_is_replaced(tmp_path: Path, data: st.DataObject) -> None:
    assert rendered(tmp_path) == WANTED
    whole = {path: path.read_bytes() for path in entries(tmp_path)}
    path = data.draw(st.sampled_from(sorted(whole)))
    place = data.draw(st.integers(0, len(whole[path]) - 1))
    damaged = data.draw(
        st.sampled_from(
            [
                whole[path][:place],
                whole[path][:place] + bytes([whole[path][place] ^ 0x41]) + whole[path][place + 1 :],
                whole[path] + b"x",
                b"",
            ]
        )
    )
    path.write_bytes(damaged)
    assert rendered(tmp_path) == WANTED
    assert path.read_bytes() != damaged, "the entry is mended"
    assert rendered(tmp_path) == WANTED


def test_the_entry_of_another_template_is_not_there(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.save("one", Stored({"a": "1"}, {}))
    shutil.copy(store._path("one"), store._path("two"))
    assert store.load("two") is None


@pytest.mark.parametrize(
    "body", [None, 5, ("a", "b"), ("m", "key", {"a": "b"}, {"plain": b"no code"}), ("m", "key", 3, {})]
)
def test_whole_entries_of_another_kind_are_not_there(tmp_path: Path, body: object) -> None:
    import marshal
    from zlib import crc32

    store = FolderStore(tmp_path)
    made = (compiled.maker(), *body[1:]) if isinstance(body, tuple) and len(body) == 4 else body
    packed = marshal.dumps(made)  # type: ignore[arg-type]
    store._path("key").write_bytes(compiled._MAGIC + crc32(packed).to_bytes(4, "big") + packed)
    store._path("key").chmod(0o600)
    assert store.load("key") is None


def test_what_another_version_made_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)
    store.save("key", Stored({"a": "b"}, {}))
    before = store._path("key")
    maker = compiled.maker()
    monkeypatch.setattr(compiled, "maker", lambda: "another")
    assert store.load("key") is None
    shutil.copy(before, store._path("key"))
    assert store.load("key") is None
    monkeypatch.setattr(compiled, "maker", lambda: maker)
    assert store.load("key") is not None


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A Dovetail of its own, whose files may be changed."""
    package = tmp_path / "dovetail"
    shutil.copytree(ROOT / "dovetail", package, ignore=shutil.ignore_patterns("__pycache__", "demo"))
    return package


def run(copy: Path, code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy.parent, capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


def test_a_change_of_the_engine_s_files_makes_it_another_version(copy: Path) -> None:
    code = "from dovetail.integrations.compiled import maker; print(maker())"
    first = run(copy, code)
    assert run(copy, code) == first
    changed = copy / "engine" / "values" / "text.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert run(copy, code) != first


def test_what_a_process_keeps_is_of_the_files_that_it_loaded(copy: Path) -> None:
    code = f"""
from pathlib import Path
from dovetail import Environment
Path({str(copy)!r}, "engine", "values", "text.py").touch()
print(Environment(cache_folder=Path("cache")).from_string("{{$a}}").render(a=1))
"""
    assert run(copy, code) == run(copy, code) == "1\n"
    assert len(entries(copy.parent / "cache")) == 2


# Many of them ------------------------------------------------------------------------------------------------


def test_the_least_recently_used_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_LOOK_AFTER", 1)
    store = FolderStore(tmp_path, most_entries=10)
    for number in range(10):
        store.save(f"key {number}", Stored({}, {}))
        hours = (100 - number) * 3600
        os.utime(store._path(f"key {number}"), (time.time() - hours, time.time() - hours))
    assert store.load("key 0") is not None, "it is used again"
    store.save("one more", Stored({}, {}))
    left = [number for number in range(10) if store.load(f"key {number}") is not None]
    assert left == [0, 3, 4, 5, 6, 7, 8, 9]
    assert store.load("one more") is not None


def test_the_folder_stays_within_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_LOOK_AFTER", 1)
    store = FolderStore(tmp_path, most_bytes=100_000)
    for number in range(50):
        store.save(f"key {number}", Stored({"text": "x" * 10_000}, {}))
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 100_000
    assert store.load("key 49") is not None
    store.save("giant", Stored({"text": "x" * 50_000}, {}))
    assert store.load("giant") is None


def test_what_killed_processes_left_is_removed(tmp_path: Path) -> None:
    left, fresh = tmp_path / ".1-2.part", tmp_path / ".3-4.part"
    for path in (left, fresh):
        path.write_bytes(b"half")
    os.utime(left, (time.time() - 7200, time.time() - 7200))
    FolderStore(tmp_path).save("key", Stored({}, {}))
    assert not left.exists()
    assert fresh.exists(), "somebody may be writing it"


def test_processes_that_write_the_same_entries_do_not_disturb_each_other(tmp_path: Path) -> None:
    code = """
from dovetail import DictLoader, Environment
for turn in range(15):
    files = {f"{n}.tpl": f"{n} {{$a|upper}}" for n in range(10)}
    env = Environment(loader=DictLoader(files))
    if turn % 5 == 0:
        for path in env.engine.store.folder.glob("*.template"):
            path.unlink(missing_ok=True)
    for n in range(10):
        assert str(env.get_template(f"{n}.tpl").render(a="x")) == f"{n} X"
print("fine")
"""
    several = [process(tmp_path, code) for _ in range(3)]
    assert [output(one) for one in several] == [["fine"]] * 3
    store = FolderStore(tmp_path / "dovetail" / "templates")
    assert len(list(store.folder.iterdir())) == 10
