"""What `[lint]` of dovetail.toml gives an editor, and what it tells of what it cannot use."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.commands.accounts import FolderAccounts
from dovetail.commands.linting import samples_of
from dovetail.errors import SettingsError

LINT = '[lint]\nclients = ["Gmail"]\nsample = "people.csv"\nseverity = { no-alt = "off", out-of-stock = "error" }\n'


def test_an_editor_gets_severities_clients_and_sample_recipients(tmp_path: Path) -> None:
    (tmp_path / "dovetail.toml").write_text(LINT)
    people = tmp_path / "people.csv"
    people.write_text("email,firstname\nann@example.org,Ann\nbob@example.org,Bob\n")
    account = FolderAccounts(None, None).open(tmp_path)
    try:
        assert account.notices == ()
        assert account.preferences.severities == {"no-alt": "off", "out-of-stock": "error"}
        assert account.preferences.clients == ("Gmail",)
        assert [sample.variables for sample in account.samples] == [
            {"profile": {"email": "ann@example.org", "firstname": "Ann"}},
            {"profile": {"email": "bob@example.org", "firstname": "Bob"}},
        ]
        # When the recipients change, the account is made anew.
        assert people in account.files
    finally:
        account.data.close()


def test_what_cannot_be_used_is_told_and_done_without(tmp_path: Path) -> None:
    (tmp_path / "dovetail.toml").write_text(LINT.replace("no-alt", "no-altt"))
    (tmp_path / "people.csv").write_text("email\n")
    account = FolderAccounts(None, None).open(tmp_path)
    try:
        assert account.samples == ()
        assert account.preferences.severities == {}
        assert account.preferences.clients == ("Gmail",)
        code, people = account.notices
        assert "dovetail.toml:4:14: there is no finding `no-altt`. Did you mean `no-alt`?" in code
        assert "people.csv" in people
    finally:
        account.data.close()


def test_a_sample_is_drawn_from_the_whole_file_and_is_the_same_each_time(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("email\n" + "".join(f"p{number}@example.org\n" for number in range(1000)))
    rows = [int(sample.label.removeprefix("row ")) for sample in samples_of(people, 50)]
    assert rows == [int(sample.label.removeprefix("row ")) for sample in samples_of(people, 50)]
    assert rows == sorted(set(rows))
    assert len(rows) == 50
    assert sum(row > 500 for row in rows) > 10


def test_a_file_without_recipients_cannot_be_sampled(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\n")
    with pytest.raises(SettingsError, match=r"people\.csv"):
        samples_of(tmp_path / "people.csv", 5)
