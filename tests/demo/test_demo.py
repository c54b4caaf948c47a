"""`dovetail demo` as somebody new runs it: without a terminal, in an empty folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dovetail import Environment, FolderLoader
from dovetail.commands.options import load_settings
from dovetail.demo.catalogue import BY_ID
from dovetail.demo.people import CARTS, ORDERS
from tests.cli.dovetail_process import ROOT, CommandLine, Done

FOLDER = "dovetail-demo"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandLine, Done, float]:
    dovetail = CommandLine(tmp_path_factory.mktemp("demo"), {})
    began = time.monotonic()
    done = dovetail("demo")
    return dovetail, done, time.monotonic() - began


@pytest.fixture
def dovetail(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, {})


def _mails(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("mail-*.html"))


def _text(path: Path) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", path.read_text("utf-8"), flags=re.S)).split())


def test_it_succeeds_in_good_time_and_says_what_it_did(made: tuple[CommandLine, Done, float]) -> None:
    dovetail, done, seconds = made
    assert (done.code, done.err) == (0, "")
    assert seconds < 30
    for mail in _mails(dovetail.folder):
        assert mail.name in done.out
    asked = re.search(r"was asked (\d+) times", done.out)
    assert asked is not None
    parts = [int(count) for count in re.findall(r"^  (\d+) × ", done.out, flags=re.M)]
    assert sum(parts) == int(asked[1]) <= 12
    assert "dovetail demo --serve" in done.out
    assert done.out.rstrip().endswith("The shop is closed again.")


def test_each_mail_shows_the_last_order_and_the_cart_of_its_reader(made: tuple[CommandLine, Done, float]) -> None:
    mails = _mails(made[0].folder)
    assert len(mails) == 3
    for customer, mail in enumerate(mails, start=1):
        shown = _text(mail)
        last = min((order for order in ORDERS if order.customer == customer), key=lambda order: order.age)
        assert [order.number for order in ORDERS if order.number in shown] == [last.number]
        for product, quantity in last.lines:
            total = BY_ID[product].final_price * quantity
            assert f"{quantity} × {BY_ID[product].name} € {total:.2f}" in shown
        cart = next((cart for cart in CARTS if cart.customer == customer), None)
        assert ("Still in your cart" in shown) == (cart is not None)
        if cart is not None:
            total = sum(BY_ID[product].final_price * quantity for product, quantity in cart.lines)
            assert f"Together € {total:.2f}" in shown
        for offer in ("Pour-over coffee set", "Enamel kettle", "Reading lamp “Halden”"):
            assert offer in shown


def test_names_are_escaped_and_keep_their_letters(made: tuple[CommandLine, Done, float]) -> None:
    _, german, pair = _mails(made[0].folder)
    assert "Dear Jürgen," in german.read_text("utf-8")
    assert "Dear Ida &amp; Tom," in pair.read_text("utf-8")


def test_mails_and_pages_show_without_the_shop(made: tuple[CommandLine, Done, float]) -> None:
    folder = made[0].folder / FOLDER
    pages = [*_mails(made[0].folder), *(folder / "pages").iterdir(), folder / "index.html"]
    assert len(pages) > 6
    for page in pages:
        for address in re.findall(r'(?:src|href)="([^"]+)"', page.read_text("utf-8")):
            assert urlsplit(address).scheme == "", f"{page.name} needs {address}"
            assert (page.parent / unescape(address)).is_file(), f"{page.name} shows {address}"


def test_its_templates_have_nothing_that_check_would_say(made: tuple[CommandLine, Done, float]) -> None:
    done = made[0]("check", FOLDER)
    assert (done.code, done.err) == (0, ""), done.out
    folder = made[0].folder / FOLDER
    settings = load_settings(folder / "dovetail.toml")
    with Environment(loader=FolderLoader(folder), integrations=settings.connect(), cache_folder=None) as environment:
        assert list(environment.check("newsletter.tpl")) == []


def test_a_changed_template_is_kept_and_used(dovetail: CommandLine) -> None:
    dovetail("demo")
    name = f"{FOLDER}/parts/footer.tpl"
    dovetail.write(name, "<tr><td>My own footer for {$profile.firstname}</td></tr>\n")
    done = dovetail("demo")
    assert (done.code, done.err) == (0, "")
    assert "Your parts/footer.tpl is used" in done.out
    assert "My own footer for Maartje" in _text(_mails(dovetail.folder)[0])


def test_a_mistake_in_a_changed_template_is_shown_with_its_place(dovetail: CommandLine) -> None:
    dovetail("demo")
    dovetail.write(f"{FOLDER}/newsletter.tpl", "Hello\n{if $profile.firstname}\n")
    done = dovetail("demo")
    assert done.code == 1
    assert "newsletter.tpl:2:" in done.err


def test_a_broken_row_is_named_and_the_others_go_on(dovetail: CommandLine) -> None:
    dovetail.write(
        f"{FOLDER}/recipients.csv", "email,firstname,customer_id\na@example.com,Ann,1\nbroken\nb@example.com,Bo,2\n"
    )
    done = dovetail("demo")
    assert done.code == 1
    assert "recipients.csv, row 3" in done.err
    assert [mail.name for mail in _mails(dovetail.folder)] == ["mail-1-a.html", "mail-3-b.html"]


def test_a_served_shop_answers_other_commands_until_it_is_stopped(dovetail: CommandLine) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "dovetail", "demo", "--serve"],
        cwd=dovetail.folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as serving:
        assert serving.stdout is not None
        try:
            for line in serving.stdout:
                if "stays open" in line:
                    break
            done = dovetail(
                "mail", f"{FOLDER}/newsletter.tpl", "--recipients", f"{FOLDER}/recipients.csv", "--out", "mails"
            )
            assert (done.code, done.err) == (0, "")
            assert len(list((dovetail.folder / "mails").iterdir())) == 3
            serving.send_signal(signal.SIGINT)
            assert "closed again" in serving.stdout.read()
            assert serving.wait(10) == 0
        finally:
            serving.kill()
