"""What a folder of mails keeps about itself in `.dovetail/`, so that a run that was killed goes on where it was.

::

    out/part-000003.parquet          the mails of a partition (or a folder part-000003/ with a file each)
    out/.dovetail/run.json           the marks of the run: see `dovetail.mailing.job.fingerprint`
    out/.dovetail/part-000003.json   the partition is done: its account
    out/.dovetail/recipients.rows    the rows of the query, where recipients come from a database
    out/.dovetail/work/              what is being written
    out/.dovetail/lock               held while a run writes here

A partition is written in `work/`, renamed to its place, and then its account appears, each step in one go. Only
the account says that a partition is done: what stands without one is replaced. So the mails of a partition may be
moved away once its account is there, and are not made again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from dovetail.errors import SettingsError
from dovetail.mailing.account import Account
from dovetail.mailing.job import Form
from dovetail.mailing.recipients import Partition
from dovetail.mailing.rows import Row
from dovetail.mailing.snapshot import ENDING, keep

_PART = re.compile(r"part-\d{6,}(?:\.parquet)?")
_CLEARING = {"clearing": "yes"}


def kept_recipients(out: Path) -> Path:
    """Where the rows of a query are kept."""
    return out / ".dovetail" / f"recipients{ENDING}"


class Ledger:
    """The folder of a run's mails."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folder = out / ".dovetail"
        self._run = self._folder / "run.json"
        self._work = self._folder / "work"
        self.recipients = kept_recipients(out)
        self._lock: BinaryIO | None = None

    def open(self, marks: Mapping[str, str], *, fresh: bool) -> None:
        """Take the folder for a run with these marks; what an ended run left half-done is removed.

        `fresh`: partitions of an earlier run are removed first.

        Raises:
            SettingsError: the folder cannot be written to, another run is writing to it, or it holds partitions
                of a mailing with other marks.
        """
        try:
            self._work.mkdir(parents=True, exist_ok=True)
            self._take_lock()
            shutil.rmtree(self._work)
            self._work.mkdir()
            self._begin(marks, fresh=fresh)
        except OSError as error:
            self.close()
            raise SettingsError(
                f"mails cannot be written to {self._out}: {error.strerror}. Choose another folder with --out"
            ) from None
        except SettingsError:
            self.close()
            raise

    def close(self) -> None:
        """Let other runs write here; what workers that were ended left half-done is removed."""
        if self._lock is not None:
            shutil.rmtree(self._work, ignore_errors=True)
            self._lock.close()
            self._lock = None

    def keep(self, rows: Iterable[Row]) -> None:
        """Keep the rows of a query, unless an earlier run did: then they are its rows, whatever the database has now.

        Raises:
            SettingsError: they cannot be had or written, and then the folder is as without a run; or partitions are
                done, and the rows that they were made from are gone.
        """
        if self.recipients.exists():
            return
        if any(self._folder.glob("part-*.json")):
            raise self.refusal(f"{self.recipients}, from which its mails were made, is gone")
        try:
            keep(rows, self.recipients, self._work)
        except SettingsError:
            self._run.unlink(missing_ok=True)
            raise

    def refusal(self, reason: str) -> SettingsError:
        """That the folder holds mails which cannot stand beside those of this run."""
        return SettingsError(
            f"{self._out} holds a part of another mailing: {reason}. Add --fresh to remove its mails and begin "
            "again, or choose another folder with --out"
        )

    def account(self, partition: Partition) -> Account | None:
        """The account of a partition that is done; a damaged one counts as none."""
        try:
            text = self._account_file(partition).read_text(encoding="utf-8")
            return Account.from_json(cast("Mapping[str, object]", json.loads(text)))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return None

    @contextlib.contextmanager
    def working(self, partition: Partition) -> Iterator[Path]:
        """A path of one's own for the output of a partition; what is still there afterwards is removed.

        Raises:
            OSError: the folder cannot be written to.
        """
        folder = Path(tempfile.mkdtemp(prefix=f"{partition.name}.", dir=self._work))
        try:
            yield folder / "output"
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, partition: Partition, form: Form, output: Path, account: Account) -> None:
        """Put a partition's output into its place, on the disk for good, and then its account.

        Raises:
            OSError: it cannot be written.
        """
        target = self._out / (f"{partition.name}.parquet" if form == "parquet" else partition.name)
        if output.is_dir():
            _all_to_disk()
            if target.exists():  # of a run that ended between this and its account
                target.rename(output.with_name("old"))
        else:
            _to_disk(output)
        output.replace(target)
        _to_disk(self._out)
        self._write(self._account_file(partition), account.as_json())

    def _account_file(self, partition: Partition) -> Path:
        return self._folder / f"{partition.name}.json"

    def _begin(self, marks: Mapping[str, str], *, fresh: bool) -> None:
        known = None if fresh else self._marks()
        if fresh or known == _CLEARING:
            self._clear()
            known = None
        if known is None:
            self._write(self._run, {"marks": dict(marks)})
            return
        changed = [name for name, mark in marks.items() if known.get(name) != mark]
        if changed:
            then = "are not what they were" if len(changed) > 1 else "is not what it was"
            raise self.refusal(f"{_listed(changed)} {then} then")

    def _marks(self) -> Mapping[str, object] | None:
        try:
            value: object = json.loads(self._run.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            value = None
        if isinstance(value, dict):
            if value == _CLEARING:
                return _CLEARING
            marks: object = cast("dict[str, object]", value).get("marks")
            if isinstance(marks, dict):
                return cast("dict[str, object]", marks)
        raise self.refusal(f"{self._run} is damaged")

    def _clear(self) -> None:
        """Remove what earlier runs made, and nothing else; begun, it is finished by whoever opens the folder next."""
        if not self._run.exists():
            return
        self._write(self._run, _CLEARING)
        for folder in (self._folder, self._out):
            for path in list(folder.iterdir()):
                if folder == self._folder and path.suffix in (".json", ENDING) and path != self._run:
                    path.unlink()
                elif folder == self._out and _PART.fullmatch(path.name):
                    if path.is_dir():
                        shutil.rmtree(path)
                    else:
                        path.unlink()
        self._run.unlink()

    def _write(self, path: Path, value: Mapping[str, object]) -> None:
        name = self._work / f"{path.name}.{secrets.token_hex(8)}"
        with name.open("x", encoding="utf-8") as stream:
            json.dump(value, stream)
            stream.flush()
            os.fsync(stream.fileno())
        name.replace(path)
        _to_disk(self._folder)

    def _take_lock(self) -> None:
        if sys.platform == "win32":
            return  # there, files that are open cannot be replaced: two runs do each other no harm
        import fcntl

        stream = (self._folder / "lock").open("ab")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.close()
            raise SettingsError(
                f"another run is writing to {self._out}. Wait for its end, or choose another folder with --out"
            ) from None
        self._lock = stream


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _to_disk(path: Path) -> None:
    if path.is_dir() and sys.platform == "win32":
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _all_to_disk() -> None:
    """For a folder of thousands of files: one call in place of one for each."""
    if sys.platform != "win32":
        os.sync()
