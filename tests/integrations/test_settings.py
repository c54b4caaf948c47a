"""What `dovetail.toml` says, and what it says when something is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.engine.ports import Request
from dovetail.errors import SettingsError
from dovetail.integrations.settings import Settings, read_settings
from tests.integrations.weather import KINDS

GOOD = """\
[integrations.sky]
kind = "weather"
url = "https://weather.example"
token = { env = "SKY_TOKEN" }
"""


def read(folder: Path, text: str) -> Settings:
    path = folder / "dovetail.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, KINDS)


def fault(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


def test_an_integration_has_its_settings_defaults_and_policy(tmp_path: Path) -> None:
    more = 'days = 5\nttl = { now = "10m", later = 30 }\non_failure = "stale"\nstale_up_to = "2d"\ntimeout = "5s"\n'
    (sky,) = read(tmp_path, GOOD + more + "allow_private_addresses = true\nconcurrency = 2\n").integrations

    assert (sky.identifier, sky.kind.name) == ("sky", "weather")
    assert sky.plain == {"url": "https://weather.example", "days": 5, "metric": True}
    assert sky.policy.ttl == {"now": 600.0, "later": 30.0}
    assert (sky.policy.on_failure, sky.policy.stale_up_to, sky.policy.timeout) == ("stale", 172800.0, 5.0)
    assert (sky.policy.concurrency, sky.policy.allow_private_addresses) == (2, True)


def test_a_failing_source_fails_the_mail_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    (sky,) = read(tmp_path, GOOD).integrations
    assert sky.policy.on_failure == "fail"
    assert sky.policy.allow_private_addresses is False


def test_an_empty_file_has_no_integrations(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n").integrations == ()


def test_a_secret_in_plain_text_is_refused_with_place_and_remedy_and_is_not_repeated(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.replace('{ env = "SKY_TOKEN" }', '"hunter2-very-secret"'))

    assert message.startswith("dovetail.toml:4:1: `token` of `sky` is a secret and stands here in plain text.")
    assert 'token = { env = "SKY_TOKEN" }' in message
    assert "hunter2" not in message


@pytest.mark.parametrize("value", ["{ env = 3 }", '{ env = "A", file = "b" }', '{ vault = "x" }', "{}"])
def test_a_secret_names_one_place(tmp_path: Path, value: str) -> None:
    message = fault(tmp_path, GOOD.replace('{ env = "SKY_TOKEN" }', value))
    assert message.startswith("dovetail.toml:4:1: `token` names one place: env, keyring or file")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"weather"', '"wether"', "2:1: there is no kind of integration `wether`. Did you mean `weather`?"),
        ('kind = "weather"\n', "", "dovetail.toml:1:2: `sky` does not say what it is. Add kind = "),
        ("url = ", "ulr = ", "dovetail.toml:3:1: `ulr` is not a setting of weather. Did you mean `url`?"),
        ('url = "https://weather.example"\n', "", "1:2: `sky` lacks `url` (the service's address). For example: "),
        ("https://weather", "ftp://weather", "dovetail.toml:3:1: `url` is an address that begins with https:// or http://"),
        ("https://weather", "https://me:pw@weather", "dovetail.toml:3:1: `url` holds a user name or password"),
        ("weather.example", "[weather", "dovetail.toml:3:1: `url` is not an address"),
        ('"https://weather.example"', "7", "dovetail.toml:3:1: `url` is an address in quotes"),
        ("[integrations.sky]", "[integrations.profile]", "dovetail.toml:1:2: `profile` already means something else"),
        ("[integrations.sky]", '[integrations."my-sky"]', "1:2: `my-sky` cannot be an integration's name"),
        ("[integrations.sky]", "[integration.sky]", "Did you mean `integrations`?"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_a_remedy(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in fault(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'on_failure = "stael"',
            'dovetail.toml:5:1: `on_failure` is "fail", "stale" or "empty". Did you mean `stale`?',
        ),
        ('ttl = { now = "10 minutes" }', "dovetail.toml:5:9: the `ttl` of `now` is a span of time. For example: "),
        ('ttl = "10m"', "dovetail.toml:5:1: `ttl` says for each kind of data how long an answer is used as it is"),
        ("timeout = -1", "dovetail.toml:5:1: `timeout` is a span of time"),
        ("timeout = 0", "dovetail.toml:5:1: `timeout` is longer than nothing"),
        ("concurrency = 0", "dovetail.toml:5:1: `concurrency` is a whole number from 1 to 64"),
        ('allow_private_addresses = "yes"', "dovetail.toml:5:1: `allow_private_addresses` is true or false"),
        ('days = "five"', "dovetail.toml:5:1: `days` is a number. For example: days = 5"),
        ("metric = 1", "dovetail.toml:5:1: `metric` is true or false. For example: metric = false"),
        ("place = Utrecht", "dovetail.toml:5:9: this is not TOML: invalid value. A text needs quotes"),
        ('url = "https://x.example"', "dovetail.toml:5:32: this is not TOML: cannot overwrite a value"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(tmp_path: Path, line: str, expected: str) -> None:
    text = GOOD + line + "\n"
    if line.startswith("url"):
        expected = expected.replace("5:32", fault(tmp_path, text).split(": ")[0].split(":", 1)[1])
    assert expected in fault(tmp_path, text)


def test_all_mistakes_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.replace("url", "ulr") + "timeout = true\n")
    assert [line.split(": ")[0] for line in message.split("\n")] == [
        "dovetail.toml:3:1",
        "dovetail.toml:1:2",
        "dovetail.toml:5:1",
    ]


def test_the_place_of_a_key_is_right_behind_a_long_string_and_a_comment(tmp_path: Path) -> None:
    text = '[integrations.sky]\nkind = "weather"\nplace = """\nurl = 1\n"""\n# url = 2\n  url = 3\n'
    assert "dovetail.toml:7:3: `url` is an address in quotes" in fault(tmp_path, text)


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no settings file .*dovetail integrations add"):
        read_settings(tmp_path / "dovetail.toml", KINDS)


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "dovetail.toml").write_bytes(b'[integrations.sky]\nplace = "Caf\xe9"\n')
    with pytest.raises(SettingsError, match=r"dovetail\.toml:2: this is not UTF-8 text"):
        read_settings(tmp_path / "dovetail.toml", KINDS)


def test_an_unknown_integration_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"has no integration `ski`\. Did you mean `sky`\?"):
        read(tmp_path, GOOD).integration("ski")


def test_a_secret_is_fetched_when_the_integration_is_asked_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SKY_TOKEN", raising=False)
    (integration,) = read(tmp_path, GOOD).connect()
    assert integration.provider.schema().members["now"].summary == "The weather now"

    with pytest.raises(
        SettingsError, match=r"`sky` needs its token, but the environment variable SKY_TOKEN is not set"
    ):
        integration.provider.authorize(Request("GET", "https://weather.example/now"))

    monkeypatch.setenv("SKY_TOKEN", "open sesame\n")
    signed = integration.provider.authorize(Request("GET", "https://weather.example/now"))
    assert signed.headers["x-token"] == "open sesame"


def test_settings_that_a_kind_refuses_are_a_settings_error(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD + 'place = "Atlantis"\n')
    with pytest.raises(SettingsError, match=r"the settings of `sky` are not what weather expects"):
        settings.connect()
