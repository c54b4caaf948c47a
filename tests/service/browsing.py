"""The console in a real browser, for tests: a tab, what it may not do, and pictures of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from tests.service.conftest import Service

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000
ARTEFACTS = Path(os.environ["DOVETAIL_ARTEFACTS"]) if "DOVETAIL_ARTEFACTS" in os.environ else None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Console:
    """A tab with the console."""

    def __init__(self, browser: Browser, service: Service, **settings: Any) -> None:
        self.context = browser.new_context(
            **{"locale": "en-GB", "viewport": {"width": 1100, "height": 800}, "accept_downloads": True, **settings}
        )
        self.page: Page = self.context.new_page()
        self.service = service
        self.faults: list[str] = []
        # Monaco so names what it gives up when its page is left.
        self.page.on("pageerror", lambda error: None if str(error) == "Canceled" else self.faults.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.goto(service.url)

    def _dismiss(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _note(self, kind: str, text: str) -> None:
        # The browser itself writes down each answer that says no.
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(text)

    def log_in(self, key: str) -> None:
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Log in").click()
        self.heading("Integrations")

    def heading(self, name: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible(timeout=PATIENCE)

    def go(self, name: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()
        self.heading(name)

    def accessible(self) -> None:
        """axe has nothing serious to say of the page."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        grave = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert not grave, [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in grave]

    def picture(self, name: str) -> None:
        if ARTEFACTS is not None:
            self.page.screenshot(path=ARTEFACTS / f"console-{name}.png")


@pytest.fixture
def console(browser: Browser, service: Service) -> Iterator[Console]:
    console = Console(browser, service)
    yield console
    console.context.close()
    assert not console.faults, console.faults
