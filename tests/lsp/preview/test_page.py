"""The preview in a real browser: it follows saves, shows what a recipient sees, and obeys nothing in the mail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
MAIL = """<!doctype html>
<html lang="en"><head><style>@media (prefers-color-scheme: dark) { p { color: rgb(1, 2, 3) } }</style></head>
<body><p id="hello">Dear {$profile.firstname|default:'customer'},</p>
{foreach [1, 2] as $i}
<p class="row">row {$i}</p>
{/foreach}
<img src="https://shop.example/mug.png" alt="A mug" width="50">
<a href="https://shop.example">The shop</a>
<script>document.title = "run"; parent.document.title = "run"</script>
<p onclick="parent.document.title = 'clicked'">last</p>
</body></html>
"""

pytestmark = pytest.mark.external(CHROMIUM)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    (tmp_path / "dovetail.toml").write_text('[lint]\nsample = "people.csv"\n')
    (tmp_path / "people.csv").write_text("firstname\nAnn\nBob\n")
    path = tmp_path / "mail.tpl"
    path.write_text(MAIL)
    return path


@pytest.fixture
def page(browser: Browser, mail: Path) -> Iterator[Page]:
    command = [sys.executable, "-u", "-m", "dovetail", "preview", str(mail), "--no-browser"]
    with subprocess.Popen(command, cwd=mail.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        page = browser.new_page(viewport={"width": 1000, "height": 700})
        page.goto(address)
        expect(page.frame_locator("#mail").locator("#hello")).to_contain_text("Dear", timeout=60_000)
        page.process = process  # type: ignore[attr-defined]
        yield page
        page.close()
        process.terminate()


def test_a_save_is_shown_and_a_fault_says_where(page: Page, mail: Path) -> None:
    frame = page.frame_locator("#mail")
    mail.write_text(MAIL.replace("Dear", "Hello"))
    expect(frame.locator("#hello")).to_contain_text("Hello", timeout=60_000)
    mail.write_text(MAIL.replace("{/foreach}", ""))
    expect(page.locator("#fault")).to_contain_text("line 4, column 1", timeout=60_000)
    # The last mail that could be shown stays.
    expect(frame.locator("#hello")).to_contain_text("Hello")
    mail.write_text(MAIL)
    expect(page.locator("#fault")).to_be_hidden(timeout=60_000)


def test_another_recipient_is_chosen(page: Page) -> None:
    frame = page.frame_locator("#mail")
    expect(frame.locator("#hello")).to_have_text("Dear Ann,")
    options = page.locator("#sample option").all_text_contents()
    page.locator("#sample").select_option(options[1])
    expect(frame.locator("#hello")).to_have_text("Dear Bob,", timeout=60_000)


def test_widths_dark_mode_pictures_and_plain_text(page: Page) -> None:
    frame = page.frame_locator("#mail")
    page.get_by_role("button", name="Mobile").click()
    expect(page.locator("#mail")).to_have_css("width", "375px")
    page.get_by_role("button", name="Dark mode").click()
    expect(frame.locator("#hello")).to_have_css("color", "rgb(1, 2, 3)")
    with page.expect_event("requestfailed", lambda request: "mug.png" in request.url) as failed:
        page.get_by_role("button", name="Images off").click()
    # Not that there is no such shop: it was not asked.
    assert failed.value.failure == "csp"
    page.get_by_role("button", name="Plain text").click()
    expect(page.locator("#plain")).to_contain_text("Dear Ann,\n\nrow 1")
    expect(page.locator("#plain")).to_contain_text("The shop <https://shop.example>")
    expect(page.locator("#size")).to_contain_text("kB")


def test_a_click_leads_to_the_place_in_the_template(page: Page, mail: Path) -> None:
    page.frame_locator("#mail").locator("p.row").nth(1).click()
    line = page.process.stdout.readline()  # type: ignore[attr-defined]
    while f"{mail}:" not in line:
        line = page.process.stdout.readline()  # type: ignore[attr-defined]
    assert line.strip() == f"{mail}:5:3"


def test_the_mail_runs_nothing_and_leads_nowhere(page: Page) -> None:
    frame = page.frame_locator("#mail")
    frame.locator("p").last.click()
    frame.locator("a").click()
    expect(frame.locator("#hello")).to_be_visible()
    assert page.title() == "mail.tpl – preview"
    assert "shop.example" not in page.url


def test_it_looks_well(page: Page) -> None:
    """Nothing to assert but that it can be drawn: the picture is kept for people (DOVETAIL_ARTEFACTS)."""
    folder = os.environ.get("DOVETAIL_ARTEFACTS")
    picture = page.screenshot(path=str(Path(folder, "preview.png")) if folder else None)
    assert len(picture) > 5_000
