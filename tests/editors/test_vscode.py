"""VS Code itself, with our extension, in a real browser: what its client does with the language server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.doubles.shop import Shop
from tests.editors.code_server import GRAMMAR_TEST, NODE, PATIENCE, VSCODE, VSIX, CodeServer, Editor
from tests.lsp.protocol.conftest import write_settings

MAIL = """<!doctype html>
<html lang="en"><head><title>Rain</title></head><body>
<p>Dear {$profile.firstname|default:'customer'},</p>
{if $mywebshop.product.123456.stock.in_stock}
<p>Keep dry: {$mywebshop.product.123456.name|escape} for {$mywebshop.product.123456.price.final}</p>
{/if}
<p></p>
</body></html>
"""
TEXTS = {
    "completion.tpl": MAIL,
    "hover.tpl": "{$mywebshop.product.123456.name}\n",
    "finding.tpl": '<img src="https://shop.example/a.png" width="10">\n',
    "rename.tpl": "{assign var=total value=1}{$total} {$total}\n",
    "format.tpl": "{if   $a==1}x{/if}\n",
    "closing.tpl": "{if $a}x\n",
    "comment.tpl": "x\n",
    "emmet.tpl": "\n",
    "recipient.tpl": "Dear {$profile.firstname|default:'you'}\n",
    "hints.tpl": "{$mywebshop.product.123456.name}\n",
    "restart.tpl": "{$mywebshop.product.123456.name}\n",
    "crash.tpl": "\n",
    "status.tpl": "{$mywebshop.product.123457.name}\n",
}
CHROMIUM = "/usr/bin/chromium"
ARTEFACTS = Path(os.environ["DOVETAIL_ARTEFACTS"]) if "DOVETAIL_ARTEFACTS" in os.environ else None
SUGGESTIONS = ".suggest-widget.visible .monaco-list-row"
COMMAND = Path(sys.executable).parent / "dovetail"

pytestmark = [pytest.mark.external(CHROMIUM, str(VSIX), str(NODE)), pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def mails(editor_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings for the shop; VS Code takes seconds to start, so that most tests share one."""
    editor_shop.clear()
    folder = tmp_path_factory.mktemp("shop") / "mails"
    folder.mkdir()
    write_settings(folder, editor_shop.url, editor_shop.oauth)
    with (folder / "dovetail.toml").open("a") as settings:
        settings.write('[lint]\nsample = "people.csv"\n')
    (folder / "people.csv").write_text("firstname\nAnn\nBob\n")
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


def counting(starts: Path) -> Path:
    """A program that writes its number in a line of a file, and then is `dovetail`."""
    program = starts.with_suffix(".sh")
    program.write_text(f'#!/bin/sh\necho $$ >>"{starts}"\nexec "{COMMAND}" "$@"\n')
    program.chmod(0o755)
    return program


def shown(server: CodeServer, browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1100, "height": 700})
    page.goto(server.url)
    page.wait_for_selector(".monaco-workbench", timeout=PATIENCE)
    return page


@pytest.fixture(scope="module")
def window(browser: Browser, mails: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    server = CodeServer(
        mails, tmp_path_factory.mktemp("home"), {"dovetail.path": str(counting(mails.parent / "starts"))}
    )
    try:
        yield shown(server, browser)
    finally:
        server.close()


@pytest.fixture
def editor(window: Page, mails: Path) -> Iterator[Editor]:
    yield Editor(window, mails)
    window.keyboard.press("Escape")
    window.keyboard.press("Escape")


def test_a_live_product_is_completed_by_its_name(editor: Editor, product: str) -> None:
    editor.open("completion.tpl")
    page = editor.page
    expect(editor.line(5)).to_contain_text(product, timeout=PATIENCE)
    editor.goto(7, 4)
    # VS Code writes the closing brace itself.
    page.keyboard.type("{$mywebshop.product." + product[:8].lower(), delay=60)
    wanted = page.locator(SUGGESTIONS).filter(has_text=product)
    for _ in range(60):
        if wanted.count():
            break
        # A cold shop answers after the first list: the next key asks again.
        page.keyboard.type(" ")
        page.keyboard.press("Backspace")
        page.wait_for_timeout(1000)
    expect(wanted.first).to_be_visible(timeout=PATIENCE)
    if ARTEFACTS is not None:
        page.screenshot(path=ARTEFACTS / "vscode.png")
    wanted.first.click()
    expect(editor.line(7)).to_contain_text("{$mywebshop.product.123456", timeout=PATIENCE)
    assert "<p>{$mywebshop.product.123456}</p>" in editor.save("completion.tpl")


def test_hover_and_hint_show_the_value_of_now(editor: Editor, product: str) -> None:
    editor.open("hover.tpl")
    expect(editor.line(1)).to_contain_text(product, timeout=PATIENCE)
    expect(editor.lenses).to_contain_text("uses 1 live record", timeout=PATIENCE)
    editor.goto(1, 29)
    for _ in range(30):
        editor.command("Show or Focus Hover")
        hover = editor.page.locator(".monaco-hover:visible").first
        hover.wait_for(timeout=PATIENCE)
        if product in hover.inner_text() and "Now:" in hover.inner_text():
            return
        editor.page.keyboard.press("Escape")
        editor.page.wait_for_timeout(1000)
    raise AssertionError("the value never came")


def test_a_finding_is_mended_by_its_fix(editor: Editor) -> None:
    editor.open("finding.tpl")
    page = editor.page
    page.locator(".squiggly-info, .squiggly-warning").first.wait_for(state="attached", timeout=PATIENCE)
    editor.goto(1, 3)
    page.keyboard.press("Control+.")
    action = page.locator(".action-widget .monaco-list-row").filter(has_text="Add alt").first
    expect(action).to_be_visible(timeout=PATIENCE)
    for _ in range(10):
        if "focused" in (action.get_attribute("class") or ""):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(editor.line(1)).to_contain_text('alt=""', timeout=PATIENCE)
    assert 'alt=""' in editor.save("finding.tpl")


def test_a_variable_is_renamed_everywhere(editor: Editor) -> None:
    editor.open("rename.tpl")
    editor.goto(1, 30)
    editor.page.keyboard.press("F2")
    box = editor.page.locator(".rename-box input")
    expect(box).to_be_visible(timeout=PATIENCE)
    box.fill("sum")
    editor.page.keyboard.press("Enter")
    expect(editor.line(1)).to_contain_text("{$sum} {$sum}", timeout=PATIENCE)
    assert editor.save("rename.tpl") == "{assign var=sum value=1}{$sum} {$sum}\n"


def test_a_text_is_formatted(editor: Editor) -> None:
    editor.open("format.tpl")
    editor.command("Format Document")
    expect(editor.line(1)).to_contain_text("{if $a == 1}", timeout=PATIENCE)
    assert editor.save("format.tpl") == "{if $a == 1}x{/if}\n"


def test_a_tag_is_closed_while_it_is_typed_and_the_cursor_is_behind_it(editor: Editor) -> None:
    editor.open("closing.tpl")
    editor.goto(2, 1)
    editor.page.keyboard.type("{/", delay=50)
    expect(editor.line(2)).to_contain_text("{/if}", timeout=PATIENCE)
    editor.page.keyboard.type("y")
    assert editor.save("closing.tpl") == "{if $a}x\n{/if}y"


def test_the_cursor_is_within_a_comment_or_an_element_that_was_closed(editor: Editor) -> None:
    editor.open("comment.tpl")
    editor.goto(2, 1)
    editor.page.keyboard.type("{*", delay=50)
    expect(editor.line(2)).to_contain_text("*}", timeout=PATIENCE)
    editor.page.keyboard.type("y")
    editor.page.keyboard.press("End")
    editor.page.keyboard.type("<b>", delay=50)
    expect(editor.line(2)).to_contain_text("</b>", timeout=PATIENCE)
    editor.page.keyboard.type("z")
    assert editor.save("comment.tpl") == "x\n{* y *}<b>z</b>"


def test_emmet_writes_elements_on_the_tab_key_and_offers_nothing_within_tags(editor: Editor) -> None:
    editor.open("emmet.tpl")
    page = editor.page
    for _ in range(30):
        # The key knows of an abbreviation a moment after it was typed.
        page.keyboard.type("b>i*2", delay=50)
        page.wait_for_timeout(500)
        page.keyboard.press("Tab")
        page.wait_for_timeout(500)
        if "<b>" in editor.line(1).inner_text():
            break
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
    expect(editor.line(1)).to_contain_text("<b><i></i><i></i></b>", timeout=PATIENCE)
    page.keyboard.press("Escape")
    editor.goto(2, 1)
    # For Emmet a name in braces is a text with a number: `name1`, written just when people press Enter for a new line.
    page.keyboard.type("{$mywebshop.pro", delay=50)
    expect(page.locator(SUGGESTIONS).filter(has_text="product").first).to_be_visible(timeout=PATIENCE)
    assert page.locator(SUGGESTIONS).filter(has_text="Emmet").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.type("duct.1}", delay=50)
    page.keyboard.press("Enter")
    page.keyboard.type("{$name}", delay=50)
    page.keyboard.press("Tab")
    page.keyboard.type("x")
    assert re.fullmatch(r"<b><i></i><i></i></b>\n\{\$mywebshop\.product\.1\}\n\{\$name\}\s+x", editor.save("emmet.tpl"))


def test_a_recipient_is_chosen_and_the_preview_opened(editor: Editor) -> None:
    editor.open("recipient.tpl")
    page = editor.page
    expect(editor.lenses).to_contain_text("Preview as row", timeout=PATIENCE)
    before = re.search(r"row (\d)", editor.lenses.inner_text())
    assert before is not None
    other = "row 3" if before[1] == "2" else "row 2"
    editor.lenses.locator("a").filter(has_text="another recipient").click()
    editor.chosen(other)
    expect(editor.lenses).to_contain_text(f"Preview as {other}", timeout=PATIENCE)
    editor.command("Dovetail: Choose the Sample Recipient")
    editor.chosen(before[0])
    expect(editor.lenses).to_contain_text(f"Preview as {before[0]}", timeout=PATIENCE)
    with page.context.expect_page(timeout=PATIENCE) as opened:
        editor.command("Dovetail: Preview the Mail")
    # code-server leads to the preview's port, without the rest of its address.
    assert re.search(r"/proxy/\d+/", opened.value.url)
    opened.value.close()


def test_a_setting_reaches_the_server(editor: Editor, product: str) -> None:
    editor.open("hints.tpl")
    expect(editor.line(1)).to_contain_text(product, timeout=PATIENCE)
    settings = editor.mails / ".vscode/settings.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text('{"dovetail.inlayHints": false}')
    expect(editor.line(1)).not_to_contain_text(product, timeout=PATIENCE)
    settings.write_text("{}")
    expect(editor.line(1)).to_contain_text(product, timeout=PATIENCE)
    # Nothing that the server does not know was sent to it.
    assert editor.page.locator(".notification-toast").filter(has_text="there is no setting").count() == 0


def test_the_server_is_started_anew(editor: Editor) -> None:
    editor.open("restart.tpl")
    before = started(editor)
    expect(editor.status).to_have_attribute("aria-label", re.compile("answers"), timeout=PATIENCE)
    editor.status.click()
    editor.chosen("Restart the Language Server")
    editor.command("Dovetail: Show the Used Live Variables")
    editor.chosen("mywebshop.product.123456")
    editor.at(1, 2)
    assert len(started(editor)) == len(before) + 1


def test_a_server_that_crashed_comes_back_without_a_word(editor: Editor) -> None:
    editor.open("crash.tpl")
    before = started(editor)
    os.kill(before[-1], signal.SIGKILL)
    end = time.monotonic() + 60
    while len(started(editor)) == len(before) and time.monotonic() < end:
        time.sleep(0.1)
    assert len(started(editor)) == len(before) + 1
    expect(editor.status).to_have_attribute("aria-label", re.compile("answers"), timeout=PATIENCE)
    # It has the texts again, and is asked again.
    editor.page.keyboard.type('<img src="https://shop.example/a.png" width="10">', delay=20)
    squiggle = editor.page.locator(".squiggly-info, .squiggly-warning").first
    squiggle.wait_for(state="attached", timeout=PATIENCE)
    assert editor.page.locator(".notification-toast").filter(has_text="server").count() == 0
    editor.save("crash.tpl")


def started(editor: Editor) -> list[int]:
    """The numbers of the servers' processes, the present one last."""
    return [int(number) for number in (editor.mails.parent / "starts").read_text().split()]


def test_the_status_says_when_the_shop_is_away(editor: Editor, editor_shop: Shop) -> None:
    editor.open("status.tpl")
    expect(editor.status).to_be_visible(timeout=PATIENCE)
    editor_shop.fault(kind="status", status=503)
    try:
        editor.command("Dovetail: Refresh Live Data")
        editor.page.keyboard.type("{$mywebshop.product.999999.name} ")
        expect(editor.status).to_contain_text("mywebshop offline", timeout=PATIENCE)
        assert editor.page.locator(".notification-toast").count() <= 1
    finally:
        editor_shop.control("faults", method="DELETE")
    for _ in range(60):
        if "offline" not in editor.status.inner_text():
            break
        editor.command("Dovetail: Refresh Live Data")
        editor.page.keyboard.type(" ")
        editor.page.wait_for_timeout(1000)
    expect(editor.status).not_to_contain_text("offline", timeout=PATIENCE)
    editor.save("status.tpl")


def test_a_missing_program_is_told_with_its_remedy(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "mail.tpl").write_text("{$x}\n")
    (folder / "dovetail.toml").write_text("")
    # And another extension has .tpl.
    settings = {"dovetail.path": "/nowhere/dovetail", "files.associations": {"*.tpl": "html"}}
    server = CodeServer(folder, tmp_path / "home", settings)
    try:
        page = shown(server, browser)
        editor = Editor(page, folder)
        toast = page.locator(".notification-toast")
        missing = toast.filter(has_text="There is no program /nowhere/dovetail")
        expect(missing).to_contain_text("pip install dovetail-mail", timeout=PATIENCE)
        expect(editor.status).to_have_attribute("aria-label", re.compile("/nowhere/dovetail"), timeout=PATIENCE)
        editor.row("mail.tpl").dblclick(timeout=PATIENCE)
        other = toast.filter(has_text="are opened as html")
        expect(other).to_be_visible(timeout=PATIENCE)
        other.get_by_role("button", name="Use Smarty for .tpl").click()
        language = page.locator(".statusbar-item").filter(has_text="Smarty")
        expect(language.first).to_be_visible(timeout=PATIENCE)
        missing.get_by_role("button", name="Open the Setting").click()
        expect(page.locator(".settings-editor")).to_contain_text("Path", timeout=PATIENCE)
        page.close()
    finally:
        server.close()


def test_a_program_that_is_no_server_is_told_once(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "dovetail.toml").write_text("")
    server = CodeServer(folder, tmp_path / "home", {"dovetail.path": "/bin/true"})
    try:
        page = shown(server, browser)
        toast = page.locator(".notification-toast")
        expect(toast.first).to_contain_text("does not start as a language server", timeout=PATIENCE)
        toast.first.get_by_role("button", name="Show the Output").click()
        expect(page.locator(".part.panel")).to_be_visible(timeout=PATIENCE)
        expect(toast).to_have_count(0, timeout=PATIENCE)
        page.close()
    finally:
        server.close()


def test_a_folder_that_is_not_trusted_starts_nothing(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    (folder / ".vscode").mkdir(parents=True)
    (folder / "mail.tpl").write_text("{if   $x==1}y{/if}\n")
    starts = folder / "starts"
    counting(starts)
    (folder / ".vscode/settings.json").write_text(json.dumps({"dovetail.path": "${workspaceFolder}/starts.sh"}))
    server = CodeServer(folder, tmp_path / "home", {}, trusted=False)
    try:
        page = shown(server, browser)
        editor = Editor(page, folder)
        page.get_by_role("button", name="No, I don't trust the authors").click(timeout=PATIENCE)
        editor.row("mail.tpl").dblclick(timeout=PATIENCE)
        expect(editor.status).to_have_attribute("aria-label", re.compile("is trusted"), timeout=PATIENCE)
        assert not starts.exists()
        editor.command("Workspaces: Manage Workspace Trust")
        page.locator(".workspace-trust-editor").get_by_role("button", name="Trust", exact=True).click(timeout=PATIENCE)
        expect(editor.status).to_have_attribute("aria-label", re.compile("answers"), timeout=PATIENCE)
        assert starts.exists()
        page.close()
    finally:
        server.close()


def test_the_grammar_tells_what_stands_where() -> None:
    ran = subprocess.run([NODE, GRAMMAR_TEST, VSCODE], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout.split()[0]) > 10
