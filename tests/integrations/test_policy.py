"""The settings that every integration has, as a settings file says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.integrations.policy import in_settings
from dovetail.integrations.settings import Settings, read_settings
from dovetail.providers.kinds import Policy, rules
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


def policy(folder: Path, *lines: str) -> Policy:
    (sky,) = read(folder, GOOD + "\n".join(lines) + "\n").integrations
    return sky.policy


def fault(folder: Path, line: str) -> str:
    with pytest.raises(SettingsError) as caught:
        policy(folder, line)
    return str(caught.value).replace(f"{folder}/", "")


def test_without_a_word_the_defaults_hold(tmp_path: Path) -> None:
    assert policy(tmp_path) == Policy()


def test_every_setting_takes_the_example_of_its_own_rule(tmp_path: Path) -> None:
    found = policy(tmp_path, *(f"{name} = {rule.example}" for name, rule in rules().items()))
    usual = Policy()
    for name in rules():
        assert getattr(found, name) != getattr(usual, name), name


def test_a_setting_by_kind_takes_one_value_or_a_table(tmp_path: Path) -> None:
    one = policy(tmp_path, 'revalidate = "1h"', 'on_failure = "stale"', "recheck = 30")
    assert (one.revalidate, one.on_failure, one.recheck) == (3600.0, "stale", 30.0)
    table = policy(
        tmp_path, 'revalidate = { now = "1h", others = 0 }', 'on_failure = { now = "stale", later = "empty" }'
    )
    assert table.revalidate == {"now": 3600.0, "others": 0.0}
    assert table.on_failure == {"now": "stale", "later": "empty"}


def test_the_key_for_answers_about_persons_is_fetched_when_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = policy(tmp_path, 'personal_cache = "encrypted"').personal_key
    named = policy(tmp_path, 'personal_cache = "encrypted"', 'personal_key = { file = "key" }').personal_key
    assert usual is not None
    assert named is not None
    with pytest.raises(SettingsError, match="DOVETAIL_CACHE_KEY is not set"):
        usual()
    monkeypatch.setenv("DOVETAIL_CACHE_KEY", "from the environment")
    (tmp_path / "key").write_text("from the file\n")
    assert (usual(), named()) == ("from the environment", "from the file")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'on_failure = { price = "stael" }',
            '5:16: the `on_failure` of `price` is "fail", "stale" or "empty". Did you mean `stale`?',
        ),
        ('revalidate = { now = "soon" }', "5:16: the `revalidate` of `now` is a span of time. For example: "),
        ("not_found = true", "5:1: `not_found` is a span of time. For example: "),
        ("rate = 0", "5:1: `rate` is a number from 0.001 to 10,000: requests a second, at most"),
        ('rate = "fast"', "For example: rate = 5."),
        ("burst = 1.5", "5:1: `burst` is a whole number from 1 to 10,000"),
        ("max_requests = 0", "5:1: `max_requests` is a whole number from 1 to 1,000,000,000: requests of one run"),
        ("breaker_share = 50", "5:1: `breaker_share` is a number from 0.01 to 1"),
        ("breaker_pause = 0", "5:1: `breaker_pause` is longer than nothing. For example: breaker_pause = "),
        ("concurrency = true", "5:1: `concurrency` is a whole number from 1 to 64"),
        ("concurrency = { now = 2 }", "5:1: `concurrency` is a whole number from 1 to 64"),
        ("ttl = 10", "5:1: `ttl` says for each kind of data how long an answer is used as it is"),
        ('personal_cache = "disk"', '5:1: `personal_cache` is "memory" or "encrypted"'),
        (
            'personal_key = "s3cret-key"',
            "5:1: `personal_key` says where the key is: env, keyring or file, with a name in quotes. "
            'Write personal_key = { keyring = "cache_key" }',
        ),
        ("breaker_failure = 3", "5:1: `breaker_failure` is not a setting of weather. Did you mean `breaker_failures`?"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_a_remedy(tmp_path: Path, line: str, expected: str) -> None:
    said = fault(tmp_path, line)
    assert expected in said
    assert "s3cret" not in said


def test_every_rule_says_what_it_does() -> None:
    for name, rule in rules().items():
        assert rule.summary, name
        assert rule.summary[0].islower() or rule.summary.startswith("`"), name
        assert not rule.summary.endswith("."), name


def test_a_policy_is_shown_as_it_would_be_written_and_its_key_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ('ttl = { now = "90s" }', "rate = 0.5", 'personal_cache = "encrypted"', "allow_private_addresses = true")
    shown = in_settings(policy(tmp_path, *lines))
    assert shown["ttl.now"] == "90s"
    assert shown["stale_up_to"] == "1w"
    assert (shown["rate"], shown["concurrency"], shown["allow_private_addresses"]) == ("0.5", "4", "true")
    assert "max_requests" not in shown
    monkeypatch.setenv("DOVETAIL_CACHE_KEY", "s3cret")
    shown = in_settings(policy(tmp_path, *lines))
    assert shown["personal_key"] == "••• from the environment variable DOVETAIL_CACHE_KEY (is there)"
