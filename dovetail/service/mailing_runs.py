"""Mailings that this process runs: each in a thread of its own, into a file to be fetched."""

from __future__ import annotations

import shutil
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dovetail.engine.environment import Template
from dovetail.integrations.environment import Environment
from dovetail.integrations.store.accounts import Actor
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.mailings import State, begin, tell
from dovetail.mailing.mailing import Mailing
from dovetail.mailing.recipients import cut, read_recipients
from dovetail.mailing.rows import Recipient, Row
from dovetail.mailing.run import run_mailing
from dovetail.service.environments import Environments
from dovetail.service.problems import Problem, log_fault

AT_ONCE = 2
WAITING = 20
OF_AN_ACCOUNT = 5
"""Mailings that run at the same time, that wait for their turn, and that one account may have of both, in a process."""
_TELL_EVERY = 0.3
_BEAT_EVERY = 10.0
_KEPT = 7 * 86_400.0
"""Seconds for which a result can be fetched."""
_PARTITION = 5_000
_ENDINGS = {"csv": ".csv", "json": ".json", "jsonl": ".jsonl"}

Format = Literal["csv", "json", "jsonl"]


@dataclass(slots=True)
class _Run:
    account: str
    cancelled: threading.Event
    written: int = 0
    failed: int = 0


class Mailings:
    """Runs mailings. `folder` is where their results are kept."""

    def __init__(self, database: Database, environments: Environments, folder: Path) -> None:
        self._database = database
        self._environments = environments
        self._folder = folder
        self._pool = ThreadPoolExecutor(AT_ONCE, "dovetail-mailing")
        self._lock = threading.Lock()
        self._runs = dict[str, _Run]()
        self._ended = threading.Event()
        threading.Thread(target=self._beat, name="dovetail-mailings", daemon=True).start()

    def start(
        self,
        actor: Actor,
        identifiers: frozenset[str] | None,
        template: str,
        form: Format,
        recipients: str,
        *,
        text: bool,
    ) -> str:
        """Begin a mailing; its id.

        Raises:
            DovetailError: there is no such template, it has errors, or nobody can read the recipients.
            OSError: the disk takes no more; nothing is left of it.
            Problem: 429 when too many wait.
        """
        with self._lock:
            own = sum(run.account == actor.account for run in self._runs.values())
            if own >= OF_AN_ACCOUNT or len(self._runs) >= AT_ONCE + WAITING:
                raise Problem(429, "too many mailings wait for their turn; try again when some are done")
        self._sweep(actor.account)
        environment, _ = self._environments.own(actor.account, identifiers, escape_html=not text)
        folder = self._folder / "new" / f"{time.time_ns()}-{threading.get_ident()}"
        try:
            loaded = environment.get_template(template)
            folder.mkdir(parents=True, mode=0o700)
            path = folder / f"recipients{_ENDINGS[form]}"
            path.write_text(recipients, encoding="utf-8", newline="")
            total = sum(partition.count for partition in cut(path, _PARTITION))
            with self._database.write() as connection:
                id_ = begin(connection, actor, template, total, time.time())
            place = self._place(actor.account, id_)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.rename(place)
        except BaseException as error:
            environment.close()
            shutil.rmtree(folder, ignore_errors=True)
            # The file is ours; who sent its text does not know its name.
            error.args = tuple(str(part).replace(f"{folder}/", "") for part in error.args)
            raise
        run = _Run(actor.account, threading.Event())
        with self._lock:
            self._runs[id_] = run
        self._pool.submit(self._work, id_, run, environment, loaded, place / path.name, ".txt" if text else ".html")
        return id_

    def _work(
        self, id_: str, run: _Run, environment: Environment, template: Template, recipients: Path, ending: str
    ) -> None:
        state: State = "failed"
        reason = "something went wrong here; the log says where"
        try:
            with environment, _Archive(recipients.parent, ending) as archive:

                def progress(_: int) -> None:
                    run.written, run.failed = archive.written, archive.failed

                account = run_mailing(Mailing(template), self._rows(recipients, run), archive, progress)
                progress(0)
            reason = account.stopped
            state = "cancelled" if run.cancelled.is_set() else "failed" if reason else "done"
        except Exception as error:  # noqa: BLE001  # whatever it is, the mailing has ended
            log_fault(error)
        finally:
            # Who got a mail stands in the mails; the list of all is not kept.
            recipients.unlink(missing_ok=True)
            with self._lock:
                self._runs.pop(id_, None)
            with self._database.write() as connection:
                tell(connection, id_, run.written, run.failed, time.time(), state, reason)

    def cancel(self, id_: str) -> None:
        """Have a mailing end before its next recipient; mails that are there stay."""
        with self._lock:
            run = self._runs.get(id_)
        if run is not None:
            run.cancelled.set()

    def result(self, account: str, id_: str) -> Path | None:
        """The archive of an ended mailing."""
        path = self._place(account, id_) / "mails.zip"
        return path if path.is_file() else None

    def close(self) -> None:
        """Stop what runs, and what waits for its turn."""
        self._ended.set()
        with self._lock:
            for run in self._runs.values():
                run.cancelled.set()
        self._pool.shutdown(wait=True)

    def _beat(self) -> None:
        """Tell how far mailings are, those too that wait or that take long over one mail."""
        told = dict[str, tuple[int, int, float]]()
        while not self._ended.wait(_TELL_EVERY):
            with self._lock:
                runs = dict(self._runs)
            now = time.time()
            for id_, run in runs.items():
                before = told.get(id_)
                if before is None or before[:2] != (run.written, run.failed) or now - before[2] > _BEAT_EVERY:
                    told[id_] = (run.written, run.failed, now)
                    with self._database.write() as connection:
                        tell(connection, id_, run.written, run.failed, now)
            told = {id_: held for id_, held in told.items() if id_ in runs}

    def _sweep(self, account: str) -> None:
        """Forget results that nobody needs any more: they are about persons."""
        old = time.time() - _KEPT
        for place in (self._folder / account).glob("*"):
            if place.stat().st_mtime < old and place.name not in self._runs:
                shutil.rmtree(place, ignore_errors=True)

    def _place(self, account: str, id_: str) -> Path:
        return self._folder / account / id_

    def _rows(self, path: Path, run: _Run) -> Iterator[Row]:
        for row in read_recipients(path):
            if run.cancelled.is_set():
                return
            yield row


class _Archive:
    """The mails of a mailing in one file, and beside them who has none. It has its name when it is whole."""

    def __init__(self, place: Path, ending: str) -> None:
        self._place, self._ending = place, ending
        self._zip = zipfile.ZipFile(place / "mails.part", "w", zipfile.ZIP_DEFLATED)
        self._failures = list[str]()
        self.written = self.failed = 0

    def write(self, recipient: Recipient, mail: bytes) -> None:
        """One mail, under the number of its row."""
        self._zip.writestr(f"{recipient.row:06d}{self._ending}", mail)
        self.written += 1

    def fail(self, row: Row, reason: str) -> None:
        """A row without a mail."""
        self.failed += 1
        self._failures.append(f"{row.row}: {reason}")

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._failures:
            self._zip.writestr("failures.txt", "\n".join(self._failures) + "\n")
        self._zip.close()
        if kind is None:
            (self._place / "mails.part").rename(self._place / "mails.zip")
