"""VS Code in a browser (code-server) with our extension: started, and used as people do.

`code_server.sh` installs it, into the folder that `DOVETAIL_CODE_SERVER` names.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

INSTALLED = Path(os.environ.get("DOVETAIL_CODE_SERVER", "/nonexistent/DOVETAIL_CODE_SERVER"))
VSIX = INSTALLED / "dovetail.vsix"
VSCODE = INSTALLED / "node_modules/code-server/lib/vscode"
"""VS Code itself, with the grammars that it brings."""
NODE = INSTALLED / "bin/node"
"""The Node for which it was compiled."""
GRAMMAR_TEST = INSTALLED / "extension/test/grammar.mjs"
PATIENCE = 60_000
_ENTRY = INSTALLED / "node_modules/code-server/out/node/entry.js"
_SETTINGS = {
    "workbench.startupEditor": "none",
    "telemetry.telemetryLevel": "off",
    "workbench.colorTheme": "Default Light Modern",
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "window.commandCenter": False,
    "editor.minimap.enabled": False,
    # Ten minutes: the tip with a file's path, where the pointer rests, lies over the rows below it and takes their clicks.
    "workbench.hover.delay": 600_000,
}


class CodeServer:
    """A running server that has one folder open, with a user's settings; `trusted`: it does not ask whether to trust."""

    def __init__(self, folder: Path, home: Path, settings: Mapping[str, object], trusted: bool = True) -> None:
        self._home = home
        (home / "data/User").mkdir(parents=True)
        (home / "data/User/settings.json").write_text(json.dumps({**_SETTINGS, **settings}))
        (home / "config.yaml").write_text("auth: none\n")
        self._run("--install-extension", str(VSIX))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/?folder={folder}"
        self._log = (home / "log").open("wb")
        arguments = self._command(
            "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check",
            *(["--disable-workspace-trust"] if trusted else []), str(folder),
        )  # fmt: skip
        self._process = subprocess.Popen(arguments, stdout=self._log, stderr=self._log, env=self._environment())
        self._wait(port)

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._log.close()

    @property
    def log(self) -> str:
        return (self._home / "log").read_text(errors="replace")

    def _command(self, *arguments: str) -> list[str]:
        folders = ["--user-data-dir", str(self._home / "data"), "--extensions-dir", str(self._home / "extensions")]
        return [str(NODE), str(_ENTRY), "--config", str(self._home / "config.yaml"), *folders, *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self._home)}

    def _run(self, *arguments: str) -> None:
        ran = subprocess.run(
            self._command(*arguments), env=self._environment(), capture_output=True, text=True, timeout=120
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def _wait(self, port: int) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
                return
            except (OSError, urllib.error.URLError):
                assert self._process.poll() is None, self.log
                time.sleep(0.1)
        raise AssertionError(self.log)


class Editor:
    """A page with VS Code, as a user sees and uses it."""

    def __init__(self, page: Page, mails: Path) -> None:
        self.page = page
        self.mails = mails

    def open(self, name: str) -> None:
        self.row(name).dblclick(timeout=PATIENCE)
        expect(self.page.locator(".tab.active")).to_contain_text(name, timeout=PATIENCE)
        # The server has read it when it has something to show above the first line.
        expect(self.lenses).to_contain_text("Preview", timeout=PATIENCE)
        self.goto(1, 1)

    def row(self, name: str) -> Locator:
        return self.page.locator(".explorer-folders-view .monaco-list-row").filter(has_text=name)

    @property
    def lenses(self) -> Locator:
        return self.page.locator(".codelens-decoration").first

    @property
    def status(self) -> Locator:
        return self.page.locator(".statusbar-item").filter(has_text="Dovetail").first

    def line(self, number: int) -> Locator:
        """A line as it is drawn, with its hints; they are not drawn in their order."""
        top = 'element => element.style.top.replace("px", "")'
        lines = self.page.locator(".editor-instance .view-line")
        order = sorted(range(lines.count()), key=lambda at: float(lines.nth(at).evaluate(top)))
        return lines.nth(order[number - 1])

    def goto(self, line: int, column: int) -> None:
        self.page.keyboard.press("Control+g")
        self.page.locator(".quick-input-widget input").fill(f":{line}:{column}")
        self.page.keyboard.press("Enter")
        self.at(line, column)

    def at(self, line: int, column: int) -> None:
        """The cursor is there."""
        place = self.page.locator(".statusbar-item").filter(has_text=f"Ln {line}, Col {column}")
        expect(place.first).to_be_visible(timeout=PATIENCE)

    def command(self, name: str) -> None:
        self.page.keyboard.press("F1")
        self.page.locator(".quick-input-widget input").fill(f">{name}")
        self.chosen(name)

    def chosen(self, name: str) -> None:
        """Choose from the list on top."""
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=name).first.click(timeout=PATIENCE)

    def save(self, name: str) -> str:
        """The text as it stands on disk after a save."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".tab.active.dirty")).to_have_count(0, timeout=PATIENCE)
        return (self.mails / name).read_text()
