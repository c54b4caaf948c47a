"""VS Code itself, with our extension, in a real browser: what its client does with the language server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.doubles.shop import Shop
from tests.editors.code_server import VSIX, CodeServer
from tests.lsp.protocol.conftest import write_settings

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000
TEXTS = {
    "completion.tpl": "\n",
    "hover.tpl": "{$mywebshop.product.123456.name}\n",
    "finding.tpl": '<img src="https://shop.example/a.png" width="10">\n',
    "rename.tpl": "{assign var=total value=1}{$total} {$total}\n",
    "format.tpl": "{if   $a==1}x{/if}\n",
    "closing.tpl": "{if $a}x\n",
    "status.tpl": "{$mywebshop.product.123457.name}\n",
}
SUGGESTIONS = ".suggest-widget.visible .monaco-list-row"
ARTEFACTS = Path(os.environ["DOVETAIL_ARTEFACTS"]) if "DOVETAIL_ARTEFACTS" in os.environ else None
COMMAND = Path(sys.executable).parent / "dovetail"

pytestmark = [pytest.mark.external(CHROMIUM, str(VSIX), "node"), pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def mails(editor_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings for the shop; VS Code takes seconds to start, so that all tests share one."""
    editor_shop.clear()
    folder = tmp_path_factory.mktemp("mails")
    write_settings(folder, editor_shop.url, editor_shop.oauth)
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def server(mails: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    server = CodeServer(mails, tmp_path_factory.mktemp("home"), str(COMMAND))
    yield server
    server.close()


class Editor:
    """A page with VS Code, as a user sees and uses it."""

    def __init__(self, page: Page, mails: Path) -> None:
        self.page = page
        self._mails = mails

    def open(self, name: str) -> None:
        self.page.locator(".explorer-folders-view .monaco-list-row").filter(has_text=name).dblclick(timeout=PATIENCE)
        expect(self.page.locator(".tab.active")).to_contain_text(name, timeout=PATIENCE)
        # The server has read it when it has something to show above the first line.
        expect(self.page.locator(".codelens-decoration").first).to_contain_text("Preview", timeout=PATIENCE)
        self.page.locator(".monaco-editor .view-lines").first.click(position={"x": 5, "y": 25})

    def goto(self, line: int, column: int) -> None:
        self.page.keyboard.press("Control+g")
        self.page.locator(".quick-input-widget input").fill(f":{line}:{column}")
        self.page.keyboard.press("Enter")

    def command(self, name: str) -> None:
        self.page.keyboard.press("F1")
        self.page.locator(".quick-input-widget input").fill(f">{name}")
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=name).first.click(timeout=PATIENCE)

    def save(self, name: str) -> str:
        """The text as it stands on disk after a save."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".tab.active.dirty")).to_have_count(0, timeout=PATIENCE)
        return (self._mails / name).read_text()


@pytest.fixture(scope="module")
def window(server: CodeServer) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 700})
        page.goto(server.url)
        page.wait_for_selector(".monaco-workbench", timeout=PATIENCE)
        yield page
        browser.close()


@pytest.fixture
def editor(window: Page, mails: Path) -> Iterator[Editor]:
    yield Editor(window, mails)
    window.keyboard.press("Escape")
    window.keyboard.press("Escape")


def test_a_live_product_is_completed_by_its_name(editor: Editor, product: str) -> None:
    editor.open("completion.tpl")
    page = editor.page
    # VS Code writes the closing brace itself.
    page.keyboard.type("{$mywebshop.product.", delay=30)
    for letter in product[:8].lower():
        page.keyboard.type(letter)
        page.wait_for_timeout(100)
    wanted = page.locator(SUGGESTIONS).filter(has_text=product)
    for _ in range(30):
        # A cold shop answers after the first list.
        if wanted.count():
            break
        page.keyboard.type(" ")
        page.keyboard.press("Backspace")
        page.wait_for_timeout(1000)
    expect(wanted.first).to_be_visible(timeout=PATIENCE)
    assert page.locator(SUGGESTIONS).first.get_attribute("aria-label", timeout=PATIENCE)
    if ARTEFACTS is not None:
        page.screenshot(path=ARTEFACTS / "vscode.png")
    wanted.first.click()
    expect(page.locator(".view-line").first).to_contain_text("{$mywebshop.product.123456", timeout=PATIENCE)
    assert editor.save("completion.tpl").startswith("{$mywebshop.product.123456")


def test_hover_and_hint_show_the_value_of_now(editor: Editor, product: str) -> None:
    editor.open("hover.tpl")
    page = editor.page
    hint = page.locator(".view-line").first
    expect(hint).to_contain_text(product, timeout=PATIENCE)
    editor.goto(1, 29)
    for _ in range(30):
        editor.command("Show or Focus Hover")
        shown = page.locator(".monaco-hover:visible")
        shown.first.wait_for(timeout=PATIENCE)
        if product in shown.first.inner_text() and "Now:" in shown.first.inner_text():
            return
        page.keyboard.press("Escape")
        page.wait_for_timeout(1000)
    raise AssertionError("the value never came")


def test_a_finding_is_mended_by_its_fix(editor: Editor) -> None:
    editor.open("finding.tpl")
    page = editor.page
    page.locator(".squiggly-info, .squiggly-warning").first.wait_for(state="attached", timeout=PATIENCE)
    editor.goto(1, 3)
    page.keyboard.press("Control+.")
    action = page.locator(".action-widget .monaco-list-row").filter(has_text="Add alt")
    expect(action.first).to_be_visible(timeout=PATIENCE)
    for _ in range(5):
        if "focused" in (action.first.get_attribute("class") or ""):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".view-line").first).to_contain_text('alt=""', timeout=PATIENCE)
    assert 'alt=""' in editor.save("finding.tpl")


def test_a_variable_is_renamed_everywhere(editor: Editor) -> None:
    editor.open("rename.tpl")
    page = editor.page
    editor.goto(1, 30)
    page.keyboard.press("F2")
    box = page.locator(".rename-box input")
    expect(box).to_be_visible(timeout=PATIENCE)
    box.fill("sum")
    page.keyboard.press("Enter")
    expect(page.locator(".view-line").first).to_contain_text("{$sum} {$sum}", timeout=PATIENCE)
    assert editor.save("rename.tpl") == "{assign var=sum value=1}{$sum} {$sum}\n"


def test_a_text_is_formatted(editor: Editor) -> None:
    editor.open("format.tpl")
    editor.command("Format Document")
    expect(editor.page.locator(".view-line").first).to_contain_text("{if $a == 1}", timeout=PATIENCE)
    assert editor.save("format.tpl") == "{if $a == 1}x{/if}\n"


def test_a_tag_is_closed_while_it_is_typed(editor: Editor) -> None:
    editor.open("closing.tpl")
    editor.page.keyboard.press("Control+End")
    editor.page.keyboard.type("{/", delay=50)
    expect(editor.page.locator(".view-line").nth(1)).to_contain_text("{/if}", timeout=PATIENCE)
    editor.page.keyboard.press("Escape")
    assert editor.save("closing.tpl") == "{if $a}x\n{/if}"


def test_the_status_says_when_the_shop_is_away(editor: Editor, editor_shop: Shop) -> None:
    editor.open("status.tpl")
    item = editor.page.locator(".statusbar-item").filter(has_text="dovetail")
    expect(item.first).to_be_visible(timeout=PATIENCE)
    editor_shop.fault(kind="status", status=503)
    try:
        editor.command("Ask the Shops Anew")
        editor.goto(1, 1)
        editor.page.keyboard.type("{$mywebshop.product.999999.name} ")
        offline = editor.page.locator(".statusbar-item").filter(has_text="mywebshop: offline")
        expect(offline.first).to_be_visible(timeout=PATIENCE)
        assert editor.page.locator(".notification-toast").count() <= 1
    finally:
        editor_shop.control("faults", method="DELETE")
    editor.save("status.tpl")
