"""Where files may be, what is said of settings that have faults, the connection test and completions."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask
from dovetail.errors import SettingsError
from dovetail.providers.connections import Connections
from dovetail.providers.described.shapes import Shape
from dovetail.providers.file.provider import Files
from dovetail.providers.file.settings import make
from dovetail.providers.file.spec import Collection, Collections, Place
from dovetail.providers.kinds import Integration
from tests.providers.connected import Connected
from tests.providers.file.conftest import Describe
from tests.providers.station import asking

P = "[integrations.data.collections.p]\n"


def outside(tmp_path: Path) -> Path:
    """A file beside the folder of the settings file."""
    path = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    path.write_text("id,name\n1,secret\n")
    return path


def test_paths_are_relative_to_the_settings_file(
    data: Describe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "p.csv").write_text("id,name\n1,a\n")
    monkeypatch.chdir("/")
    assert data(P + 'file = "below/p.csv"\n').one("p", 1).title == "1"
    assert data('path = "below"\n' + P + 'file = "p.csv"\n').one("p", 1).title == "1"
    assert data('path = "below/p.csv"\n' + P + 'title = "name"\n').one("p", 1).title == "a"


@pytest.mark.parametrize("way", ["../{}", "{0.parent}/{0.name}", "below/../../{0.name}"])
def test_a_file_outside_the_folder_is_refused(data: Describe, tmp_path: Path, way: str) -> None:
    path = outside(tmp_path)
    name = way.format(path) if "{0" in way else way.format(path.name)
    words = "the file is outside the folder of the settings file. Put the file below it, or set allow_outside = true"
    with pytest.raises(SettingsError, match=words):
        data(P + f'file = "{name}"\n')
    assert data("allow_outside = true\n" + P + f'file = "{name}"\n'.replace("below/../", "")).one("p", 1).key == "1"


def test_a_link_that_leads_outside_is_refused_also_when_it_comes_later(data: Describe, tmp_path: Path) -> None:
    described = data(P + 'file = "p.csv"\n')
    (tmp_path / "p.csv").symlink_to(outside(tmp_path))
    assert "leads out of the folder" in described.error("p", 1).message
    with pytest.raises(SettingsError, match="outside the folder"):
        data(P + 'file = "p.csv"\n')


def test_a_folder_or_a_device_is_no_file(data: Describe, tmp_path: Path) -> None:
    (tmp_path / "p.csv").mkdir()
    assert "it is no file" in data(P + 'file = "p.csv"\n').error("p", 1).message


def test_a_question_names_no_path(tmp_path: Path) -> None:
    shape, place = Shape(name="p"), Place(path=tmp_path / "p.csv", folder=tmp_path)
    files = Files("data", Collections({"p": Collection(shape=shape, place=place, format="csv")}))
    (request,) = next(files.resolve([Ask("data", "p", "../../etc/passwd")]))
    assert request.url == "file:p"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (P + 'file = "p.xlsx"\n', "dovetail.toml:4:1: what p.xlsx is, its ending does not say. Name a file with its ending"),
        (P, "dovetail.toml:3:2: what "),
        (P + 'file = "p.json"\ntypes = "guess"\n', 'dovetail.toml:5:1: types = "guess" is for CSV files'),
        (P + 'file = "p.csv"\ndelimiter = "ab"\n', "dovetail.toml:5:1: `delimiter` is one letter"),
        (P + 'file = "p.csv"\nencoding = "utf9"\n', "dovetail.toml:5:1: there is no encoding `utf9`"),
        (P + 'file = "p.csv"\ntable = "x"\n', "dovetail.toml:5:1: `table` means nothing here"),
        (P + 'file = "p.json"\nitems = "x"\n', "dovetail.toml:5:1: `items` is a JSON pointer"),
        (P + 'file = "p.csv"\ntypes = { a = "number", b = "nummer" }\n', "there is no type `nummer`. Did you mean `number`?"),
        (P + 'file = "p.csv"\nrelations = { x_id = "y" }\n', "there is no collection `y`"),
        ("collections = 7\n", "`collections` is a table of tables"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_and_a_remedy(data: Describe, lines: str, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        data(lines)
    assert expected in str(raised.value)


def test_a_program_describes_files_as_a_settings_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.csv").write_text("id,name\n1,a\n")
    settings = {"collections": {"p": {"file": "p.csv"}}}
    with Connections([Integration(make("data", settings))]) as connections:
        answer = connections.run(asking(Ask("data", "p", 1))).by_ask[Ask("data", "p", 1)]
    assert isinstance(answer, Answer)
    assert answer.found
    with pytest.raises(SettingsError, match=r"`data`: collections\.p: what"):
        make("data", {"collections": {"p": {}}})


def findings(data: Connected) -> list[tuple[bool, str]]:
    return [(each.ok, each.what) for each in data.connections.talk("data", data.provider.check())]


def test_the_connection_test_reads_every_file(data: Describe, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,name\n1,a\n")
    (tmp_path / "q.csv").write_text("id,name\n")
    lines = P + 'file = "p.csv"\n[integrations.data.collections.q]\nfile = "q.csv"\n'
    lines += '[integrations.data.collections.r]\nfile = "r.csv"\n[integrations.data.collections.s]\nfile = "p.csv"\ntypes = { price = "money" }\n'
    assert findings(data(lines)) == [
        (True, "p: p.csv can be read; its first row has id, name"),
        (True, "q: q.csv can be read, and has no rows"),
        (False, "r: `data` cannot read r.csv for r: it is not there"),
        (False, "s: p.csv has no price"),
    ]
    assert findings(data("")) == [(False, "no collections are described yet")]


def inserts(data: Connected, *path: str, text: str = "") -> list[str]:
    return [each.insert for each in data.connections.talk("data", data.provider.suggest(path, text, 20))]


def test_completions_come_from_the_files(data: Describe, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,name\n1,Apple\n2,Pear\n10,Plum\n")
    described = data(P + 'file = "p.csv"\ntitle = "name"\n')
    assert inserts(described) == ["p", "ps"]
    assert inserts(described, "p", text="p") == ["1", "2", "10"]
    assert inserts(described, "p", text="1") == ["1", "10"]
    assert inserts(described, "p", "2") == ["id", "name"]
    assert inserts(described, "ps", "0", text="na") == ["name"]


def test_two_descriptions_never_share_answers(data: Describe, tmp_path: Path) -> None:
    first = data(P + 'file = "p.csv"\n').provider.fingerprint
    assert data(P + 'file = "q.csv"\n').provider.fingerprint != first
    assert data(P + 'file = "p.csv"\n').provider.fingerprint == first
