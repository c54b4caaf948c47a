"""The editor for web pages in a real browser, with the language server over a WebSocket."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from dovetail.lsp.convert import LEGEND
from dovetail.lsp.server import REQUESTS
from tests.editors.monaco_page import ASSETS, NEVER, PATIENCE, Editor, Pages, Scripted, Server

CHROMIUM = "/usr/bin/chromium"
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


def test_the_page_asks_at_the_keys_and_reads_the_kinds_that_the_server_names() -> None:
    # Monaco wants both before any server was asked.
    offered = REQUESTS["textDocument/completion"][1]
    signs = (SOURCES / "src/completion.ts").read_text().split("triggerCharacters: [")[1].split("],")[0]
    assert [each.strip()[1:-1] for each in signs.split(", ")] == offered.trigger_characters  # type: ignore[attr-defined]
    looking = (SOURCES / "src/looking.ts").read_text()
    for name, wanted in (("tokenTypes", LEGEND.token_types), ("tokenModifiers", LEGEND.token_modifiers)):
        assert f"{name}: [{', '.join(json.dumps(each) for each in wanted)}]" in looking


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
    wanted.first.click()
    editor.until("{$mywebshop.product.123456}\n")
    # Again among values within the lines, as it is shown to people.
    mail = "<h1>{$mywebshop.product.123456.name}</h1>\n<p>Now for {$mywebshop.product.123456.price}!</p>\n\n"
    page.evaluate("text => made.setText(text)", mail)
    expect(page.locator(".view-line").first).to_contain_text(product, timeout=PATIENCE)
    editor.at(3, 1)
    page.keyboard.type("{$mywebshop.product." + product[:8].lower(), delay=60)
    expect(wanted.first).to_be_visible(timeout=PATIENCE)
    editor.details(product)
    if ARTEFACTS is not None:
        page.screenshot(path=ARTEFACTS / "monaco.png", clip={"x": 0, "y": 0, "width": 900, "height": 340})


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


@pytest.mark.external(CHROMIUM)
def test_the_policy_of_the_page_is_in_force(editor: Editor) -> None:
    editor.open("\n")
    editor.page.evaluate(
        "document.addEventListener('securitypolicyviolation', each => (window.refused = each.effectiveDirective));"
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))"
    )
    editor.wait("window.refused === 'script-src-elem'")
    assert not editor.page.evaluate("window.ran")
    # The browser itself writes down what the policy refused.
    editor.faults[:] = [fault for fault in editor.faults if "Content Security Policy" not in fault]


@pytest.mark.external(CHROMIUM)
def test_styles_have_colours_too(editor: Editor) -> None:
    editor.open("<style>\na:hover { color: red }\n</style>\n{$total}\n")
    second = editor.page.locator(".view-line").nth(1)
    name = second.get_by_text("color", exact=True)
    expect(name).to_have_css("color", "rgb(122, 74, 0)", timeout=PATIENCE)


@pytest.mark.external(CHROMIUM)
def test_a_rename_that_needs_other_texts_is_refused_as_a_whole(editor: Editor, mails: Path) -> None:
    text = "{block name=body}x{/block}\n"
    (mails / "mail.tpl").write_text(text)
    (mails / "child.tpl").write_text('{extends file="mail.tpl"}{block name=body}y{/block}\n')
    editor.visit(text, quiet="1")
    editor.at(1, 14)
    editor.run("editor.action.rename")
    box = editor.page.locator(".rename-box input")
    expect(box).to_have_value("body", timeout=PATIENCE)
    box.fill("content")
    editor.page.keyboard.press("Enter")
    expect(editor.page.locator(".monaco-editor-overlaymessage")).to_contain_text(
        "child.tpl, which is not open here", timeout=PATIENCE
    )
    assert editor.text == text


HOSTILE = '<img src=x onerror="window.hit = 1"> [press](command:dovetail.run) <script>window.hit = 1</script>'


def item(label: str, place: tuple[int, int], text: str, **also: object) -> dict[str, object]:
    span = {"start": {"line": 0, "character": place[0]}, "end": {"line": 0, "character": place[1]}}
    return {"label": label, "filterText": "{$a", "textEdit": {"range": span, "newText": text}, **also}


@pytest.mark.external(CHROMIUM)
def test_what_a_shop_says_runs_nothing(editor: Editor) -> None:
    span = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}
    document = {"kind": "markdown", "value": HOSTILE}
    answers = {
        "textDocument/hover": {"contents": document},
        "textDocument/completion": {
            "isIncomplete": True,
            "items": [item(HOSTILE, (0, 3), "x", documentation=document)],
        },
        "textDocument/inlayHint": [{"position": span["end"], "label": HOSTILE, "tooltip": document}],
        "textDocument/codeLens": [{"range": span, "command": {"title": HOSTILE, "command": "none"}}],
    }
    scripted = Scripted(editor.page, answers)
    editor.visit("{$a\n")
    scripted.send(
        method="textDocument/publishDiagnostics",
        params={
            "uri": scripted.asked("textDocument/didOpen")[0]["params"]["textDocument"]["uri"],
            "diagnostics": [{"range": span, "message": HOSTILE}],
        },
    )
    page = editor.page
    expect(page.locator(".codelens-decoration").first).to_contain_text("<img", timeout=PATIENCE)
    expect(page.locator(".view-line").first).to_contain_text("<img", timeout=PATIENCE)
    page.locator(".squiggly-error").first.wait_for(state="attached", timeout=PATIENCE)
    editor.at(1, 2)
    editor.run("editor.action.showHover")
    hover = page.locator(".monaco-hover:visible")
    expect(hover.first).to_contain_text("press", timeout=PATIENCE)
    page.keyboard.press("Escape")
    editor.at(1, 4)
    editor.run("editor.action.triggerSuggest")
    expect(page.locator(SUGGESTIONS).first).to_contain_text("<img", timeout=PATIENCE)
    editor.details("press")
    assert (
        page.locator(
            '.monaco-editor img, .monaco-editor script, .monaco-hover img, [href^="command:"], [data-href^="command:"]'
        ).count()
        == 0
    )
    assert page.evaluate("window.hit") is None


@pytest.mark.external(CHROMIUM)
def test_a_list_that_is_not_all_is_asked_for_again_and_a_late_one_is_given_up(editor: Editor) -> None:
    lists = iter([NEVER, NEVER])

    def complete(params: dict[str, Any]) -> object:
        end = params["position"]["character"]
        also = [
            {
                "range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}},
                "newText": "{* also *}",
            }
        ]
        found = item(
            "Mug",
            (0, end),
            r"{\$mug|${1:upper}}",
            insertTextFormat=2,
            additionalTextEdits=also,
            labelDetails={"detail": " of tin", "description": "MUG-1"},
        )
        return next(lists, {"isIncomplete": True, "items": [found]})

    answers = {
        "textDocument/completion": complete,
        "completionItem/resolve": lambda item: {
            **item,
            "documentation": {"kind": "markdown", "value": "A *late* word"},
        },
    }
    scripted = Scripted(editor.page, answers)
    editor.visit("\n\n")
    editor.at(1, 1)
    page = editor.page
    page.keyboard.type("{$")
    editor.hold(lambda: len(scripted.asked("textDocument/completion")) >= 1)
    page.keyboard.type("a")
    editor.hold(lambda: len(scripted.asked("$/cancelRequest")) >= 1)
    row = page.locator(SUGGESTIONS).filter(has_text="Mug")
    for _ in range(30):
        if row.count():
            break
        page.keyboard.press("Escape")
        editor.run("editor.action.triggerSuggest")
        page.wait_for_timeout(500)
    expect(row).to_contain_text("of tin")
    expect(row).to_contain_text("MUG-1")
    before = len(scripted.asked("textDocument/completion"))
    page.keyboard.type("b")
    editor.hold(lambda: len(scripted.asked("textDocument/completion")) > before)
    page.keyboard.press("Backspace")
    expect(row).to_be_visible(timeout=PATIENCE)
    editor.details("A late word")
    page.keyboard.press("Enter")
    editor.until("{$mug|upper}}\n{* also *}\n")
    page.keyboard.type("lower")
    editor.until("{$mug|lower}}\n{* also *}\n")


@pytest.mark.external(CHROMIUM)
def test_the_server_may_ask_the_page(editor: Editor) -> None:
    scripted = Scripted(editor.page, {"workspace/executeCommand": 7})
    editor.visit("one\n", settings='{"closeTags": false}')
    uri = scripted.asked("textDocument/didOpen")[0]["params"]["textDocument"]["uri"]
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}

    def answer(number: str, method: str, params: object) -> dict[str, Any]:
        scripted.send(id=number, method=method, params=params)
        editor.hold(lambda: any(each.get("id") == number for each in scripted.told))
        return next(each for each in scripted.told if each.get("id") == number)

    assert answer("a", "workspace/configuration", {"items": [{"section": "dovetail"}]})["result"] == [
        {"closeTags": False}
    ]
    edit = [{"range": place, "newText": "two"}]
    assert answer("b", "workspace/applyEdit", {"edit": {"changes": {uri: edit}}})["result"] == {"applied": True}
    editor.until("two\n")
    refused = answer("c", "workspace/applyEdit", {"edit": {"changes": {uri: edit, "file:///other.tpl": edit}}})[
        "result"
    ]
    assert not refused["applied"]
    assert "other.tpl" in refused["failureReason"]
    assert answer("d", "window/showDocument", {"uri": "javascript:alert(1)", "external": True})["result"] == {
        "success": False
    }
    assert answer("e", "window/showDocument", {"uri": "https://shop.example/", "external": True})["result"] == {
        "success": True
    }
    assert answer("f", "window/unheardOf", {})["error"]["code"] == -32601
    scripted.send(
        method="dovetail/status",
        params={"state": "offline", "identifier": "mywebshop", "detail": "no answer", "text": ""},
    )
    editor.wait(
        "told.some(each => each.kind === 'integration' && each.state === 'offline' && each.identifier === 'mywebshop')"
    )
    assert editor.page.evaluate("made.execute('dovetail.usedVariables')") == 7
    assert scripted.asked("workspace/executeCommand")[0]["params"] == {
        "command": "dovetail.usedVariables",
        "arguments": [uri],
    }
    editor.page.keyboard.press("Control+Z")
    assert editor.text == "two\n", "the page has not the keyboard yet"
    editor.page.evaluate("made.focus()")
    editor.page.keyboard.press("Control+Z")
    editor.until("one\n")


@pytest.mark.external(CHROMIUM)
def test_an_editor_that_is_closed_leaves_no_connection(editor: Editor) -> None:
    scripted = Scripted(editor.page, {"initialize": NEVER})
    given = {"socket": editor.server.socket, "root": "file:///mails", "name": "mail.tpl", "text": "x"}
    editor.page.goto(f"{editor.base}/?{urlencode(given)}")
    editor.hold(lambda: len(scripted.asked("initialize")) == 1)
    editor.page.evaluate("made.execute('none').catch(error => (window.why = error.message)); made.dispose()")
    editor.wait("window.why === 'the editor was closed'")
    scripted.send(id=scripted.asked("initialize")[0]["id"], result={"capabilities": {}})
    editor.page.wait_for_timeout(1500)
    assert not scripted.asked("textDocument/didOpen")
    assert len(scripted.asked("initialize")) == 1
    assert editor.page.evaluate("told.map(each => each.state)") == ["connecting"]
