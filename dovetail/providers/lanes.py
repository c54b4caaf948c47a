"""Requests at the same time, counted over all processes of this machine: `dovetail mail --workers 8` is one guest.

A lane is a file that is locked while a request is under way. The system frees the locks of a process that ends,
however it ends. Where locks cannot be had (Windows, a folder that cannot be written), each process counts alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)

_LOOK_AGAIN = 0.01
"""Seconds between two looks for a free lane: little beside a request, and no work for the processor."""


class Lanes:
    """`number` lanes in a folder, under a name that all who share them use. One event loop uses it."""

    def __init__(self, folder: Path | None, name: str, number: int) -> None:
        self._folder = folder if sys.platform != "win32" else None
        self._name = hashlib.sha256(name.encode()).hexdigest()[:32]
        self._free = list(range(number))
        self._files: dict[int, int] = {}

    @asynccontextmanager
    async def lane(self) -> AsyncIterator[None]:
        """Wait for a lane, and hold it. Only as many at once in this process as there are lanes."""
        number = await self._take()
        try:
            yield
        finally:
            if number is not None and number in self._files:
                self._free.append(number)
                _unlock(self._files[number])

    def close(self) -> None:
        """Give back the files."""
        for file in self._files.values():
            os.close(file)
        self._files.clear()

    async def _take(self) -> int | None:
        while self._folder is not None:
            try:
                # Not all processes look in the same order.
                for number in random.sample(self._free, len(self._free)):
                    if self._locked(self._folder, number):
                        self._free.remove(number)
                        return number
            except OSError as error:
                log.warning("requests are counted in this process alone: %s", error.strerror)
                self._folder = None
                break
            await asyncio.sleep(_LOOK_AGAIN * (0.5 + random.random()))  # noqa: S311
        return None

    def _locked(self, folder: Path, number: int) -> bool:
        if number not in self._files:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / f"{self._name}-{number}"
            self._files[number] = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return _lock(self._files[number])


def _lock(file: int) -> bool:
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _unlock(file: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_UN)
