"""A worker's work: render a partition and put its output into its place. The same for processes and for Dask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from dovetail.errors import DovetailError, SettingsError
from dovetail.integrations.environment import Environment
from dovetail.integrations.folder import FolderLoader
from dovetail.integrations.json_object import read_object
from dovetail.integrations.settings import read_settings
from dovetail.mailing.account import Account
from dovetail.mailing.job import Job, program, text_digest
from dovetail.mailing.ledger import Ledger
from dovetail.mailing.mailing import Mailing
from dovetail.mailing.recipients import Partition, Reader
from dovetail.mailing.rows import Recipient, Row
from dovetail.mailing.run import run_mailing
from dovetail.mailing.spool import Spool
from dovetail.providers.kinds import Integration


class Renderer:
    """A job's template, opened for rendering. Close it, or use it as a context.

    All partitions that it renders see one snapshot of the shared data, and each template as it was first read.

    Raises:
        SettingsError, TemplateError: the job cannot be done by anybody.
    """

    def __init__(self, job: Job) -> None:
        if job.program != program():
            raise SettingsError(
                f"a worker has Dovetail {program()}, and the mailing began with {job.program}. Install the same "
                "everywhere"
            )
        self._job = job
        self._ledger = Ledger(job.out)
        self._loader = _OneReading(FolderLoader(job.template.parent))
        self._reader = Reader(job.recipients, job.encoding)
        self._environment = Environment(
            loader=self._loader,
            integrations=_integrations(job),
            escape_html=not job.text,
        )
        try:
            shared = read_shared(job.shared) if job.shared else {}
            self._mailing = Mailing(self._environment.get_template(job.template.name), shared)
        except BaseException:
            self.close()
            raise

    def render(self, partition: Partition) -> Account:
        """Render a partition unless it is done; its account says what came of it.

        An account that is `stopped` says why no partition can be done any more; its output was dropped.
        """
        done = self._ledger.account(partition)
        if done is not None:  # by a worker that ended before it could say so
            return done
        try:
            with self._ledger.working(partition) as output:
                before = self._statistics()
                account = self._write(partition, output)
                if not account.stopped:
                    after = self._statistics()
                    account.requests, account.hits = after[0] - before[0], after[1] - before[1]
                    account.templates = self._loader.digests()
                    self._ledger.commit(partition, self._job.form, output, account)
                return account
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Account(
                stopped=f"the mails of rows {partition.first} to {partition.last} cannot be written to "
                f"{self._job.out}: {reason}. The partitions before them are there and whole; make room and run the "
                "same command again"
            )
        except DovetailError as error:
            return Account(stopped=str(error))

    @property
    def asks(self) -> bool:
        """Whether mails may ask integrations."""
        return self._environment.connections is not None

    def close(self) -> None:
        """End connections."""
        self._environment.close()
        self._reader.close()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _write(self, partition: Partition, output: Path) -> Account:
        rows = self._reader.rows(partition)
        if self._job.form == "parquet":
            from dovetail.mailing.parquet import MailFile

            with MailFile(output) as sink:
                return run_mailing(self._mailing, rows, sink)
        output.mkdir()
        return run_mailing(self._mailing, rows, _Folder(Spool(output, self._job.ending)))

    def _statistics(self) -> tuple[int, int]:
        connections = self._environment.connections
        if connections is None:
            return 0, 0
        statistics = connections.statistics()
        return statistics.requests, statistics.hits


class _Folder:
    """A spool whose faults are those of the partition: of a folder that is dropped nothing is to be said."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def write(self, recipient: Recipient, mail: bytes) -> None:
        self._spool.put(recipient, mail)

    def fail(self, row: Row, reason: str) -> None:
        self._spool.fail(row, reason)


class _OneReading:
    """Templates as they were when they were first read, so that all mails of a worker are of one state."""

    def __init__(self, folder: FolderLoader) -> None:
        self._folder = folder
        self._texts: dict[str, str | None] = {}

    def load(self, name: str) -> str | None:
        """As the folder's."""
        if name not in self._texts:
            self._texts[name] = self._folder.load(name)
        return self._texts[name]

    def names(self) -> Sequence[str]:
        """As the folder's."""
        return self._folder.names()

    def digests(self) -> dict[str, str]:
        """The SHA-256 of every template that was read."""
        return {name: text_digest(text) for name, text in self._texts.items() if text is not None}


def _integrations(job: Job) -> Sequence[Integration]:
    if job.server:
        from dovetail.integrations.remote import connected, server

        return connected(server(job.server))
    return read_settings(job.config).connect() if job.config else ()


def template_digest(job: Job, name: str) -> str | None:
    """The SHA-256 of a template as it is now; None when it is not there."""
    try:
        text = FolderLoader(job.template.parent).load(name)
    except DovetailError:
        return None
    return None if text is None else text_digest(text)


def read_shared(path: Path) -> Mapping[str, object]:
    """The variables that all mails share: a JSON object.

    Raises:
        SettingsError: it is not there, or something else.
    """
    return read_object(path, "the shared values", 'Write {"mailing": {"title": "…"}, …}')
