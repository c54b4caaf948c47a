"""Kate on a screen of its own, used by its keys and looked at by what it saves, shows and says to the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "editors/kate"
PROGRAMS = ("kate", "Xvfb", "xdotool", "import", "dbus-run-session")
PATIENCE = 60.0


class Kate:
    """Kate with one mail open. `home` is where its settings go."""

    def __init__(self, mail: Path, home: Path) -> None:
        self.mail = mail
        self.record = home / "record"
        command = [sys.executable, str(HERE / "recorded.py"), str(self.record), sys.executable, "-m", "dovetail", "lsp"]
        self._settings(home, command)
        read, write = os.pipe()
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1100x700x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as number:
            display = number.readline().strip()
        places = {f"XDG_{name.upper()}_HOME": str(home / name) for name in ("config", "data", "cache")}
        self._environment = {
            **os.environ,
            **places,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "DISPLAY": f":{display}",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(HERE.parents[1]),
        }
        self._log = (home / "log").open("wb")
        self._editor = subprocess.Popen(
            ["dbus-run-session", "--", "kate", "-n", str(mail)],
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._window = self.until(self._windows, "the window")[0]
        self._xdotool("windowmove", self._window, "0", "0", "windowsize", self._window, "1100", "700")
        self.focus()
        self.until(lambda: '"initialized"' in self.said(), "the language server")
        self._xdotool("mousemove", "500", "400", "click", "1")

    def _windows(self) -> list[str]:
        return self._xdotool("search", "--onlyvisible", "--class", "kate").split()

    def focus(self) -> None:
        """Give the window the keyboard; there is no window manager that does so when a dialog closes."""
        self._xdotool("windowfocus", "--sync", self._window)

    def _settings(self, home: Path, command: list[str]) -> None:
        for folder in ("config/kate/lspclient", "data/org.kde.syntax-highlighting/syntax", "cache", "run"):
            (home / folder).mkdir(parents=True)
        (home / "run").chmod(0o700)
        shutil.copy(SOURCES / "smarty.xml", home / "data/org.kde.syntax-highlighting/syntax")
        settings = json.loads((SOURCES / "settings.json").read_text())
        settings["servers"]["smarty"]["command"] = command
        (home / "config/kate/lspclient/settings.json").write_text(json.dumps(settings))
        # Kate asks people once whether a server may be started; here the answer is written down.
        (home / "config/katerc").write_text(
            "[General]\nShow welcome view for new window=false\n[Kate Plugins]\nlspclientplugin=true\n"
            f"[lspclient]\nAllowedServerCommandLines={' '.join(command)}\n"
        )

    def _xdotool(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["xdotool", *arguments], env=self._environment, capture_output=True, text=True, timeout=60, check=False
        )
        return ran.stdout

    def keys(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "60", *keys)
        time.sleep(0.2)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "60", text)
        time.sleep(0.2)

    def write(self, text: str) -> None:
        """Have the mail say something else."""
        self.keys("ctrl+a")
        self.type(text)

    def command(self, name: str) -> None:
        """One of Kate's actions by its name."""
        self.keys("ctrl+alt+i")
        time.sleep(0.5)
        self.type(name)
        time.sleep(0.5)
        self.keys("Return")

    def saved(self) -> str:
        self.keys("ctrl+s")
        return self.mail.read_text()

    def said(self) -> str:
        """Everything that Kate and the server said to each other."""
        return self.record.read_text(errors="replace") if self.record.exists() else ""

    def picture(self, path: Path) -> None:
        subprocess.run(["import", "-window", "root", str(path)], env=self._environment, timeout=60, check=True)

    def until(self, what: Callable[[], T], wanted: str) -> T:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.3)
        raise AssertionError(f"{wanted} never came; the mail is {self.mail.read_text()!r}")

    def close(self) -> None:
        self._editor.terminate()
        self._screen.terminate()
        for process in (self._editor, self._screen):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        self._log.close()
