"""Kate on a screen of its own, used by its keys and looked at by what it saves, shows and says to the server."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "editors/kate"
PROGRAMS = ("kate", "Xvfb", "xdotool", "import", "dbus-run-session")
PATIENCE = 60.0
WIDTH, HEIGHT = "1100", "700"
_HEADER = re.compile(r"Content-Length: \d+\r\n(?:[^\r\n]+\r\n)*\r\n")


class Kate:
    """Kate with one mail open, the cursor in `line` and `column`, from 1. `home` is where its settings go."""

    def __init__(self, mail: Path, home: Path, line: int, column: int) -> None:
        self.mail = mail
        self._home = home
        self._record = home / "record"
        self._settings()
        # Whatever goes wrong below, what was started before is ended.
        with ExitStack() as started:
            places = {f"XDG_{name.upper()}_HOME": str(home / name) for name in ("config", "data", "cache")}
            self._environment = {
                **os.environ,
                **places,
                "HOME": str(home),
                "XDG_RUNTIME_DIR": str(home / "run"),
                "DISPLAY": started.enter_context(_screen()),
                "LC_ALL": "C.UTF-8",
                "PYTHONPATH": str(HERE.parents[1]),
            }
            log = started.enter_context((home / "log").open("wb"))
            place = ["-l", str(line), "-c", str(column)]
            command = ["dbus-run-session", "--", "kate", "-n", *place, str(mail)]
            editor = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True, cwd=home
            )
            started.callback(_end, editor)
            self._window = self.until(lambda: self.windows("--class", "kate"), "the window")[0]
            self._xdotool("windowmove", self._window, "0", "0", "windowsize", self._window, WIDTH, HEIGHT)
            self.focus()
            self.until(lambda: self.sent("textDocument/didOpen"), "the language server")
            self._started = started.pop_all()

    def close(self) -> None:
        self._started.close()

    def _settings(self) -> None:
        command = [
            sys.executable,
            str(HERE / "recorded.py"),
            str(self._record),
            sys.executable,
            "-m",
            "dovetail",
            "lsp",
        ]
        for folder in ("config/kate/lspclient", "data/org.kde.syntax-highlighting/syntax", "cache", "run"):
            (self._home / folder).mkdir(parents=True)
        (self._home / "run").chmod(0o700)
        shutil.copy(SOURCES / "smarty.xml", self._home / "data/org.kde.syntax-highlighting/syntax")
        settings = json.loads((SOURCES / "settings.json").read_text())
        assert settings["servers"]["smarty"]["command"] == ["dovetail", "lsp"]
        settings["servers"]["smarty"]["command"] = command
        (self._home / "config/kate/lspclient/settings.json").write_text(json.dumps(settings))
        # Kate asks people once whether a server may be started; here the answer is written down.
        (self._home / "config/katerc").write_text(
            "[General]\nShow welcome view for new window=false\nShow Url Nav Bar=false\n"
            "[Kate Plugins]\nlspclientplugin=true\n"
            f"[lspclient]\nAllowedServerCommandLines={' '.join(command)}\n"
        )

    def _xdotool(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["xdotool", *arguments], env=self._environment, capture_output=True, text=True, timeout=60, check=False
        )
        return ran.stdout

    def windows(self, *which: str) -> list[str]:
        """The windows to be seen, by what `xdotool search` knows of them."""
        return self._xdotool("search", "--onlyvisible", *which).split()

    def focus(self, window: str | None = None) -> None:
        """Give a window the keyboard; there is no window manager that does so when a dialog comes or goes."""
        self._xdotool("windowfocus", "--sync", window or self._window)

    def point(self, x: int, y: int) -> None:
        """Let the mouse come to rest somewhere."""
        self._xdotool("mousemove", str(x - 3), str(y), "sleep", "0.1", "mousemove", str(x), str(y))

    def keys(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "60", *keys)
        time.sleep(0.2)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "60", text)
        time.sleep(0.2)

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

    def messages(self) -> list[dict[str, Any]]:
        """What Kate and the server said to each other so far."""
        said = self._record.read_bytes().decode(errors="replace") if self._record.exists() else ""
        found = []
        for header in _HEADER.finditer(said):
            # The last one may still be on its way.
            with suppress(ValueError):
                found.append(json.JSONDecoder().raw_decode(said, header.end())[0])
        return found

    def sent(self, method: str) -> list[Any]:
        """What was sent under a method, by either side."""
        return [message.get("params") for message in self.messages() if message.get("method") == method]

    def answers(self, method: str) -> list[Any]:
        """What the server answered to Kate's requests of a method."""
        messages = self.messages()
        asked = {message["id"] for message in messages if message.get("method") == method}
        return [message["result"] for message in messages if "result" in message and message.get("id") in asked]

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


@contextmanager
def _screen() -> Iterator[str]:
    """The name of a display that is there as long as it is needed."""
    read, write = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL, start_new_session=True)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        _end(screen)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with all that it started: `dbus-run-session` alone would leave its bus and Kate behind."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
