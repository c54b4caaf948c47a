"""The editor for web pages in a real browser, with the language server over a WebSocket."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.editors.monaco_page import ASSETS, Pages

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000
SUGGESTIONS = ".suggest-widget.visible .monaco-list-row"
SOURCES = Path(__file__).parents[2] / "editors/monaco"
ARTEFACTS = Path(os.environ["DOVETAIL_ARTEFACTS"]) if "DOVETAIL_ARTEFACTS" in os.environ else None

pytestmark = pytest.mark.timeout(300)


def test_the_bundle_is_built_from_these_sources() -> None:
    digest = hashlib.sha256()
    names = sorted(f"src/{file.name}" for file in (SOURCES / "src").iterdir())
    for name in ("build.mjs", "package-lock.json", *names):
        digest.update(f"{name}\0".encode() + (SOURCES / name).read_bytes())
    assert (ASSETS / "SOURCES").read_text().strip() == digest.hexdigest(), "run: npm run build --prefix editors/monaco"


class Server:
    """`dovetail lsp --ws` for the mails of one folder."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "dovetail", "lsp", "--ws", "127.0.0.1:0", "--origin", origin],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.socket = self._process.stdout.readline().split()[-1]

    def close(self) -> None:
        self._process.kill()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Editor:
    """A page with the editor and its server."""

    def __init__(self, browser: Browser, pages: Pages, mails: Path) -> None:
        self._pages, self._mails = pages, mails
        self.server = Server(mails, pages.url)
        self.page: Page = browser.new_page(viewport={"width": 900, "height": 420})
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, text: str) -> None:
        given = {"socket": self.server.socket, "root": self._mails.as_uri(), "name": "mail.tpl", "text": text}
        self.page.goto(f"{self._pages.url}/?{urlencode(given)}")
        self.wait("window.told?.some(each => each.state === 'ready')")
        expect(self.page.locator(".codelens-decoration").first).to_contain_text("Preview", timeout=PATIENCE)

    def wait(self, expression: str) -> None:
        """Until something holds; playwright's own waiting needs a page that evaluates strings, which the policy forbids."""
        end = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"{expression} never came; the text is {self.text!r}"
            self.page.wait_for_timeout(50)

    def at(self, line: int, column: int) -> None:
        self.page.evaluate(f"made.editor.setPosition({{lineNumber: {line}, column: {column}}}); made.focus()")

    def run(self, action: str) -> None:
        self.page.evaluate(f"void made.editor.getAction({action!r}).run()")

    @property
    def text(self) -> str:
        return str(self.page.evaluate("made.text()"))

    def until(self, text: str) -> None:
        self.wait(f"made.text() === {json.dumps(text)}")


@pytest.fixture
def editor(browser: Browser, pages: Pages, mails: Path) -> Iterator[Editor]:
    editor = Editor(browser, pages, mails)
    yield editor
    faults = editor.faults
    editor.page.close()
    editor.server.close()
    assert not faults


@pytest.mark.external(CHROMIUM)
def test_a_live_product_is_completed_by_its_name(editor: Editor, product: str) -> None:
    editor.open("\n")
    editor.at(1, 1)
    page = editor.page
    page.keyboard.type("{$mywebshop.product." + product[:8].lower(), delay=60)
    wanted = page.locator(SUGGESTIONS).filter(has_text=product)
    for _ in range(30):
        # A cold shop answers after the first list.
        if wanted.count():
            break
        page.keyboard.type(" ")
        page.keyboard.press("Backspace")
        page.wait_for_timeout(1000)
    expect(wanted.first).to_be_visible(timeout=PATIENCE)
    if ARTEFACTS is not None:
        page.screenshot(path=ARTEFACTS / "monaco.png")
    wanted.first.click()
    editor.until("{$mywebshop.product.123456}\n")


@pytest.mark.external(CHROMIUM)
def test_hover_and_hint_show_the_value_of_now(editor: Editor, product: str) -> None:
    editor.open("{$mywebshop.product.123456.name}\n")
    expect(editor.page.locator(".view-line").first).to_contain_text(product, timeout=PATIENCE)
    editor.at(1, 29)
    editor.run("editor.action.showHover")
    shown = editor.page.locator(".monaco-hover:visible")
    expect(shown.first).to_contain_text("Now:", timeout=PATIENCE)
    expect(shown.first).to_contain_text(product)


@pytest.mark.external(CHROMIUM)
def test_a_finding_is_mended_by_its_fix(editor: Editor) -> None:
    editor.open('<img src="https://shop.example/a.png" width="10">\n')
    page = editor.page
    page.locator(".squiggly-info, .squiggly-warning").first.wait_for(state="attached", timeout=PATIENCE)
    editor.at(1, 3)
    page.keyboard.press("Control+.")
    action = page.locator(".action-widget .monaco-list-row").filter(has_text="Add alt")
    expect(action.first).to_be_visible(timeout=PATIENCE)
    for _ in range(5):
        if "focused" in (action.first.get_attribute("class") or ""):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    editor.until('<img alt="" src="https://shop.example/a.png" width="10">\n')


@pytest.mark.external(CHROMIUM)
def test_a_variable_is_renamed_everywhere(editor: Editor) -> None:
    editor.open("{assign var=total value=1}{$total} {$total}\n")
    editor.at(1, 30)
    editor.run("editor.action.rename")
    box = editor.page.locator(".rename-box input")
    expect(box).to_be_visible(timeout=PATIENCE)
    box.fill("sum")
    editor.page.keyboard.press("Enter")
    editor.until("{assign var=sum value=1}{$sum} {$sum}\n")


@pytest.mark.external(CHROMIUM)
def test_a_text_is_formatted_and_tags_are_closed(editor: Editor) -> None:
    editor.open("{if   $a==1}x{/if}\n")
    editor.at(1, 1)
    editor.run("editor.action.formatDocument")
    editor.until("{if $a == 1}x{/if}\n")
    editor.at(2, 1)
    editor.page.keyboard.type("{if $b}y{/", delay=60)
    editor.until("{if $a == 1}x{/if}\n{if $b}y{/if}")


@pytest.mark.external(CHROMIUM)
def test_pairs_of_tags_are_edited_together_and_colours_are_shown(editor: Editor) -> None:
    editor.open('<b style="color: #ff0000">x</b>\n')
    expect(editor.page.locator(".colorpicker-color-decoration")).to_have_count(1, timeout=PATIENCE)
    editor.at(1, 3)
    editor.page.locator(".linked-editing-decoration").first.wait_for(state="attached", timeout=PATIENCE)
    editor.page.keyboard.type("i")
    editor.until('<bi style="color: #ff0000">x</bi>\n')


@pytest.mark.external(CHROMIUM)
def test_the_preview_is_asked_for_by_a_press(editor: Editor) -> None:
    editor.open("<p>Hello</p>\n")
    editor.page.locator(".codelens-decoration a").first.click()
    editor.wait("told.some(each => each.kind === 'shown' && each.uri.startsWith('http://127.0.0.1:'))")


@pytest.mark.external(CHROMIUM)
def test_a_lost_server_is_found_again(editor: Editor, mails: Path, pages: Pages) -> None:
    editor.open("{if   $a==1}x{/if}\n")
    editor.server.close()
    editor.wait("told.at(-1).state === 'lost'")
    editor.at(1, 1)
    editor.page.keyboard.type("<p>")
    editor.server = Server(mails, pages.url)
    editor.page.evaluate("socket => (window.socket = socket)", editor.server.socket)
    editor.wait("told.at(-1).state === 'ready'")
    editor.run("editor.action.formatDocument")
    editor.wait("made.text().includes('{if $a == 1}')")
    # The browser itself writes down each connection that it could not make.
    editor.faults[:] = [fault for fault in editor.faults if "WebSocket" not in fault]
