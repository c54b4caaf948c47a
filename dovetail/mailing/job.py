"""What a mailing in partitions is: everything a worker has to know, and the marks by which a run is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, TypeAlias

from dovetail.errors import SettingsError
from dovetail.mailing.encoding import Encoding

Form: TypeAlias = Literal["files", "parquet"]


def program() -> str:
    """The version of Dovetail that runs here."""
    try:
        return version("dovetail-mail")
    except PackageNotFoundError:
        return "checkout"


@dataclass(frozen=True, slots=True)
class Job:
    """A mailing. Paths are absolute, and lead to the same files for every worker, on every machine.

    `size`: rows of a partition. `config`: the settings file; workers read credentials through it, themselves.
    `shared`: a JSON object with variables for all mails. `text`: nothing is escaped for HTML. `program`: the version
    of Dovetail with which it began. `encoding`: of a recipients file that is text; None: as it is found. `query`: the
    mark of the question to a database (`Query.digest`) whose rows `recipients` keeps; "" for a file. `server`: the
    Dovetail service whose integrations are used; workers find its key in their environment. "": those of `config`.
    """

    template: Path
    recipients: Path
    out: Path
    form: Form = "files"
    size: int = 5000
    config: Path | None = None
    shared: Path | None = None
    text: bool = False
    program: str = field(default_factory=program)
    encoding: Encoding | None = None
    query: str = ""
    server: str = ""

    @property
    def ending(self) -> str:
        """How names of mails end, one file each."""
        return ".txt" if self.text else ".html"


def fingerprint(job: Job) -> Mapping[str, str]:
    """What the mails of a job depend on, in words, each with its mark: runs with other marks do not mix.

    The data of integrations are no part of it: they change while a mailing runs. Of the templates only the named
    one is; included ones are known when they were read (`Account.templates`).

    Raises:
        SettingsError: one of the files cannot be read.
    """
    return {
        "the template": _digest(job.template),
        "the database or --query": job.query,
        # The rows of a query are kept by the run itself.
        "the recipients file": "" if job.query else _recipients(job.recipients),
        "--encoding": job.encoding.codec if job.encoding else "",
        "the settings file": _digest(job.config) if job.config else "",
        "--server": job.server,
        "the file of --shared": _digest(job.shared) if job.shared else "",
        "--text": str(job.text),
        "--format": job.form,
        "--partition": str(job.size),
        "the version of Dovetail": job.program,
    }


def stamp(job: Job) -> Sequence[tuple[int, int]]:
    """When the recipients were last written, and how long they are: cheap to look at, before a run and after it.

    Raises:
        SettingsError: they cannot be read.
    """
    path = job.recipients
    try:
        found = [item.stat() for item in (sorted(path.glob("*.parquet")) if path.is_dir() else [path])]
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    return [(item.st_mtime_ns, item.st_size) for item in found]


def _recipients(path: Path) -> str:
    if not path.is_dir():
        return _digest(path)
    from dovetail.mailing.parquet import file_names

    return text_digest("\n".join(f"{name} {_digest(path / name)}" for name in file_names(path)))


def text_digest(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        raise SettingsError(f"there is no file {path}. Check the name") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
