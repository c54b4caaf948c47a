"""VS Code in a browser (code-server) with our extension, installed by `code_server.sh` into `DOVETAIL_CODE_SERVER`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

INSTALLED = Path(os.environ.get("DOVETAIL_CODE_SERVER", "/nonexistent/DOVETAIL_CODE_SERVER"))
VSIX = INSTALLED / "dovetail.vsix"
_ENTRY = INSTALLED / "node_modules/code-server/out/node/entry.js"
_SETTINGS = {
    "workbench.startupEditor": "none",
    "telemetry.telemetryLevel": "off",
    "workbench.colorTheme": "Default Light Modern",
    "security.workspace.trust.enabled": False,
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "window.commandCenter": False,
    "editor.minimap.enabled": False,
}


class CodeServer:
    """A running server that has one folder open."""

    def __init__(self, folder: Path, home: Path, command: str) -> None:
        self._home = home
        (home / "data/User").mkdir(parents=True)
        (home / "data/User/settings.json").write_text(json.dumps({**_SETTINGS, "dovetail.command": command}))
        (home / "config.yaml").write_text("auth: none\n")
        self._run("--install-extension", str(VSIX))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/?folder={folder}"
        self._log = (home / "log").open("wb")
        arguments = self._command(
            "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check",
            "--disable-workspace-trust", str(folder),
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
        return ["node", str(_ENTRY), "--config", str(self._home / "config.yaml"), *folders, *arguments]

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
