"""A PostgreSQL of our own, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

NOBODY = 65534


class PostgreSQL:
    """A running server; `new_database()` gives addresses of empty databases."""

    def __init__(self, *, durable: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dovetail-pg."))  # short: names of sockets are
        self._data = self._folder / "data"
        self._numbers = count(1)
        self._options = f"-c listen_addresses='' -c unix_socket_directories={self._folder}" + (
            "" if durable else " -c fsync=off"
        )
        if os.geteuid() == 0:
            os.chown(self._folder, NOBODY, NOBODY)
        self._run("initdb", "-D", self._data, "-U", "ann", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync")
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-l", self._folder / "log", "-w", "-o", self._options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def new_database(self) -> str:
        name = f"test{next(self._numbers)}"
        self._run("createdb", "-h", self._folder, "-U", "ann", name)
        return f"postgresql+psycopg://ann@/{name}?host={self._folder}"

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, *command: str | Path) -> None:
        # A server does not run as root, as which containers often run tests.
        user = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)  # type: ignore[call-overload]
