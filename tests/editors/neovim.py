"""Neovim driven over its own RPC (msgpack-rpc over a socket): a process of ours, so that nothing is left behind."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 60.0


class Neovim:
    """A Neovim without a screen that is typed into."""

    def __init__(self, program: str, *arguments: str) -> None:
        import msgpack

        self._home = tempfile.TemporaryDirectory(prefix="nvim")
        address = str(Path(self._home.name) / "socket")
        command = [program, "--headless", "-u", "NONE", "-i", "NONE", *arguments, "--listen", address]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._socket.connect(address)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        self._pack = msgpack.packb
        self._unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
        self._number = 0

    def call(self, method: str, *given: object) -> Any:
        """One function of Neovim's API."""
        self._number += 1
        self._socket.sendall(self._pack([0, self._number, method, list(given)]))
        while True:
            for message in self._unpacker:
                if message[0] == 1 and message[1] == self._number:
                    if message[2] is not None:
                        raise AssertionError(f"{method}: {message[2]}")
                    return message[3]
            self._unpacker.feed(self._socket.recv(65_536))

    def lua(self, code: str, *given: object) -> Any:
        return self.call("nvim_exec_lua", code, list(given))

    def command(self, line: str) -> None:
        self.call("nvim_command", line)

    def eval(self, expression: str) -> Any:
        return self.call("nvim_eval", expression)

    def keys(self, keys: str) -> None:
        self.call("nvim_input", keys)

    def cursor(self, line: int, column: int) -> None:
        self.call("nvim_win_set_cursor", 0, [line, column])

    @property
    def text(self) -> str:
        return "\n".join(self.call("nvim_buf_get_lines", 0, 0, -1, False))

    def until(self, what: Callable[[], Any], wanted: str) -> Any:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.05)
        messages = self.eval("execute('messages')")
        raise AssertionError(f"{wanted} never came; the text is {self.text!r}, messages: {messages}")

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._home.cleanup()
