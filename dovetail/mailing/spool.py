"""A folder with one file per mail."""

from __future__ import annotations

import re
from pathlib import Path

from dovetail.errors import SettingsError
from dovetail.integrations.whole_file import write_whole
from dovetail.mailing.rows import Recipient, Row

_UNSAFE = re.compile(r"[^A-Za-z0-9@+_.-]+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
_LONGEST = 100


class Spool:
    """Writes mails to a folder; each file is there whole or not at all, and no two mails share one."""

    def __init__(self, folder: Path, ending: str = ".html") -> None:
        self.folder = folder
        self.written = 0
        self._ending = ending
        self._taken: set[str] = set()

    def open(self) -> None:
        """Make the folder and try it out, so that a mistake shows before a shop is asked anything.

        Raises:
            SettingsError: there cannot be such a folder, or nothing can be written into it.
        """
        trial = self.folder / ".dovetail-trial"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(trial, "")
            trial.unlink()
        except OSError as error:
            raise SettingsError(
                f"mails cannot be written to {self.folder}: {error.strerror}. Choose another folder with --out"
            ) from None

    def write(self, recipient: Recipient, mail: bytes) -> Path:
        """Write one mail, UTF-8; the path says which file it became.

        The file is called after the recipient's id or address (letters, digits and ``@+_.-`` only), or
        after the row where there is neither.

        Raises:
            SettingsError: the disk does not take it; says what is there.
        """
        try:
            return self.put(recipient, mail)
        except OSError as error:
            raise SettingsError(
                f"the mail of row {recipient.row} cannot be written to {self.folder}: {error.strerror}. "
                f"The {self.written} mails before it are there and whole; make room and run the same command again"
            ) from None

    def put(self, recipient: Recipient, mail: bytes) -> Path:
        """As `write`.

        Raises:
            OSError: the disk does not take it.
        """
        name = self._name(recipient)
        path = self.folder / (name + self._ending)
        write_whole(path, mail)
        self._taken.add(name.casefold())
        self.written += 1
        return path

    def fail(self, row: Row, reason: str) -> None:
        """A row without a mail has no file."""

    def _name(self, recipient: Recipient) -> str:
        name = _safe(recipient.name) or f"row-{recipient.row}"
        if name.casefold() in self._taken:
            name = f"{name}-row-{recipient.row}"
            while name.casefold() in self._taken:  # somebody else's id looks like that
                name += "_"
        return name


def _safe(name: str) -> str:
    # No leading dot (hidden files, `..`), no separator, no name that Windows keeps for devices.
    name = _UNSAFE.sub("_", name)[:_LONGEST].strip(".")
    return f"_{name}" if _DEVICES.match(name) else name
