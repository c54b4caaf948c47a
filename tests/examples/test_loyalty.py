"""The example of a provider: short, conforming, and installed like any third party's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dovetail
from dovetail.integrations.settings import read_settings
from dovetail.providers.registry import kinds
from dovetail.testing import ProviderKit
from tests.cli.dovetail_process import ROOT, CommandLine
from tests.examples.loyalty import FOLDER, KEY, Running, kind


class TestLive(ProviderKit):
    """The kit, with requests that are really sent."""

    kind = kind()
    known = {"member": ["1001", "1002", "1003"]}  # noqa: RUF012

    @pytest.fixture(autouse=True)
    def _service(self, service: Running) -> None:
        self.settings = {"url": service.url, "key": KEY}


def own_tests(folder: Path, site: Path, **environment: str) -> str:
    """Run the example's tests as its author does, and give what pytest says."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    done = subprocess.run(
        [*command, str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{site}:{ROOT}", **environment},
        timeout=100,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_its_own_tests_pass_against_the_recording(site: Path) -> None:
    assert "14 passed" in own_tests(FOLDER / "tests", site)


def test_the_recording_is_what_the_service_says(site: Path, tmp_path: Path, dovetail: CommandLine) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_loyalty.py").write_text((FOLDER / "tests" / "test_loyalty.py").read_text())
    told = own_tests(folder, site, DOVETAIL_RECORD=str(tmp_path / "dovetail.toml"), LOYALTY_KEY=KEY)
    assert "14 passed" in told

    def exchanges(path: Path) -> dict[str, object]:
        rows = json.loads(path.read_text())["exchanges"]
        return {row["url"]: {name: value for name, value in row.items() if name != "at"} for row in rows}

    kept = (folder / "recorded.json").read_text()
    assert exchanges(folder / "recorded.json") == exchanges(FOLDER / "tests" / "recorded.json")
    assert KEY not in kept
    assert "127.0.0.1" not in kept


def test_it_is_short() -> None:
    assert len((FOLDER / "dovetail_loyalty.py").read_text().splitlines()) < 100


def test_its_kind_is_found_through_its_entry_point(site: Path) -> None:
    assert kinds()["loyalty"].title == "Loyalty cards"


def test_a_mailing_with_it(site: Path, tmp_path: Path, service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_KEY", KEY)
    (tmp_path / "dovetail.toml").write_text(
        f'[integrations.cards]\nkind = "loyalty"\nurl = "{service.url}"\nkey = {{ env = "LOYALTY_KEY" }}\n'
        "allow_private_addresses = true\n"
    )
    source = (
        "{$m = $cards.member[$profile.card]}{$m.name} has {$m.points}: "
        "{foreach $m.rewards as $r}{$r.name} {foreachelse}nothing {/foreach}"
        "of {$cards.rewards|orderby:'points'|first}"
    )
    settings = read_settings(tmp_path / "dovetail.toml")
    with dovetail.Environment(integrations=settings.connect(), cache_folder=None) as environment:
        template = environment.from_string(source)
        people = [{"profile": {"card": card}} for card in ("1001", "1002", "1003")]
        mails = [str(mail) for mail in dovetail.Mailing(template, {}).render_many(people)]
    assert mails == [
        "Ann Lee has 250: A mug A pen of A pen",
        "Bo Østergård has 40: A pen of A pen",
        "Cy &lt;Young&gt; has 1200: A mug A pen A bag of A pen",
    ]
    assert len([path for path in service.asked if path.startswith("/v1/members")]) == 1


def test_the_command_line_with_it(dovetail: CommandLine) -> None:
    tested = dovetail("integrations", "test", "loyalty")
    assert (tested.code, tested.err) == (0, "")
    assert "members can be read" in tested.out
    assert "1002" in dovetail("explore", "loyalty.member.bo").out
    dovetail.write("a.tpl", "{$loyalty.member['1001'].name} since {$loyalty.member['1001'].since|date_format:'%Y'}")
    assert dovetail("render", "a.tpl").out == "Ann Lee since 2024\n"
    assert "loyalty" in dovetail("integrations", "list").out


def test_it_is_connected_as_the_page_says(dovetail: CommandLine, service: Running) -> None:
    (dovetail.folder / "dovetail.toml").unlink()
    added = dovetail("integrations", "add", "loyalty", "loyalty", "--set", f"url={service.url}")
    assert added.err == ""
    assert added.code == 0
    assert 'key = { env = "LOYALTY_KEY" }' in dovetail.read("dovetail.toml")


def test_a_wrong_key_is_said_without_it(dovetail: CommandLine) -> None:
    done = dovetail("integrations", "test", "loyalty", LOYALTY_KEY="wr0ng-key")
    assert done.code == 1
    assert "refuses these credentials" in done.out
    assert "wr0ng-key" not in done.out + done.err
