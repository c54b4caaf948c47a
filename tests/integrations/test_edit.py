"""Adding and removing integrations leaves the user's other lines alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.integrations.edit import add_integration, remove_integration
from dovetail.integrations.secrets import SecretPlace
from dovetail.integrations.settings import read_settings
from tests.integrations.weather import KINDS, WEATHER

PLAIN = {"url": "https://weather.example", "days": 5, "metric": False, "place": 'Saint "Q"\\ é\n\x7f'}
SECRETS = {"token": SecretPlace("env", "SKY_TOKEN")}

TWO = """\
# our sources
[integrations.sky]  # the sky
kind = "weather"
url = "https://weather.example"

[integrations.sky.ttl]
now = "1m"

# the sea is slower
[integrations.sea]
kind   = "weather"   # also
url = "https://sea.example"
"""


def test_what_is_added_reads_back_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "new" / "dovetail.toml"
    add_integration(path, "sky", WEATHER, PLAIN, SECRETS, KINDS)

    (sky,) = read_settings(path, KINDS).integrations
    assert sky.plain == PLAIN
    assert (sky.secrets["token"].where, sky.secrets["token"].name) == ("env", "SKY_TOKEN")


@pytest.mark.parametrize(
    "before", [TWO.replace("\n", "\r\n"), "# mine\n", "# mine", TWO, TWO.rstrip("\n"), "[integrations]\n"]
)
def test_adding_appends_and_changes_nothing_that_was_there(tmp_path: Path, before: str) -> None:
    path = tmp_path / "dovetail.toml"
    path.write_bytes(before.encode())
    add_integration(path, "wind", WEATHER, PLAIN, SECRETS, KINDS)

    assert path.read_bytes().startswith(before.encode())
    assert read_settings(path, KINDS).integrations[-1].identifier == "wind"


def test_a_name_that_is_taken_or_not_allowed_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "dovetail.toml"
    path.write_text(TWO, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"has an integration `sky` already.*dovetail integrations remove sky"):
        add_integration(path, "sky", WEATHER, PLAIN, SECRETS, KINDS)
    with pytest.raises(SettingsError, match=r"`my-sky` cannot be an integration's name.*Call it `my_sky`"):
        add_integration(path, "my-sky", WEATHER, PLAIN, SECRETS, KINDS)
    with pytest.raises(SettingsError, match=r"`url` is an address that begins with"):
        add_integration(path, "wind", WEATHER, {"url": "weather.example"}, SECRETS, KINDS)
    assert path.read_text(encoding="utf-8") == TWO


def test_removing_takes_the_integration_and_its_tables_only(tmp_path: Path) -> None:
    path = tmp_path / "dovetail.toml"
    path.write_text(TWO, encoding="utf-8")
    remove_integration(path, "sky")
    assert path.read_text(encoding="utf-8") == "# our sources\n" + TWO[TWO.index("\n# the sea") :]
    remove_integration(path, "sea")
    assert read_settings(path, KINDS).integrations == ()
    assert "# our sources" in path.read_text(encoding="utf-8")


def test_an_integration_that_shares_a_line_with_another_is_left_to_its_user(tmp_path: Path) -> None:
    path = tmp_path / "dovetail.toml"
    text = 'integrations = { sky = { kind = "weather", url = "https://a.example" } }\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"Remove its lines by hand"):
        remove_integration(path, "sky")
    assert path.read_text(encoding="utf-8") == text


def test_removing_what_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "dovetail.toml"
    path.write_text(TWO, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"did you mean `sea`"):
        remove_integration(path, "seas")


def test_an_integration_with_wrong_settings_can_be_removed(tmp_path: Path) -> None:
    path = tmp_path / "dovetail.toml"
    path.write_text("[integrations.old]\nkind = 'gone'\n\n" + TWO, encoding="utf-8")
    remove_integration(path, "old")
    assert path.read_text(encoding="utf-8") == "\n" + TWO
