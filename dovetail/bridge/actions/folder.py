"""Puts mails into a folder instead of sending them, for development."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from email.message import EmailMessage
from pathlib import Path

from dovetail.bridge.actions.mailbox import as_bytes
from dovetail.bridge.actions.outcome import Undelivered


class Folder:
    """A folder that takes mails as `Smtp` does: each becomes an .eml file, named by its Message-ID."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> str:
        """Write a mail and return the file's name. The same Message-ID once more is the same file.

        `sender` and `recipient` are those of the envelope, which a file has not. Raises Undelivered: the mail
        has no Message-ID, or the folder cannot be written.
        """
        identity = str(message["Message-ID"] or "").strip("<> ")
        if not identity:
            raise Undelivered("the mail has no Message-ID", again=False)
        name = _file_name(identity)
        try:
            await asyncio.to_thread(self._write, name, as_bytes(message))
        except OSError:
            raise Undelivered("the folder for mails cannot be written", again=True) from None
        return name

    async def close(self) -> None:
        """Nothing is open; here for those who do not know whether they have a folder or a server."""

    def _write(self, name: str, content: bytes) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        # Under another name first: whoever watches the folder sees whole mails only.
        handle, draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._path)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(draft).replace(self._path / name)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise


def _file_name(identity: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9@._+-]", "_", identity).lstrip(".")[:120]
    if safe != identity:
        # Two ids must not become one file.
        safe += "-" + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{safe}.eml"
