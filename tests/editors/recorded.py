"""Runs a language server and writes down what it and the editor say to each other: `recorded.py FILE COMMAND…`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import IO


def main() -> None:
    server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    with open(sys.argv[1], "ab", buffering=0) as record:  # noqa: PTH123

        def carry(source: IO[bytes], target: IO[bytes]) -> None:
            while chunk := os.read(source.fileno(), 65_536):
                record.write(chunk)
                target.write(chunk)
                target.flush()
            target.close()

        threading.Thread(target=carry, args=(sys.stdin.buffer, server.stdin), daemon=True).start()
        carry(server.stdout, sys.stdout.buffer)


if __name__ == "__main__":
    main()
