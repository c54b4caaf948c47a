"""A mailing in partitions: what is there already stays, the rest is done by an engine, all of it is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from dovetail.mailing.account import Account
from dovetail.mailing.job import Job, fingerprint, stamp
from dovetail.mailing.ledger import Ledger, kept_recipients
from dovetail.mailing.part import Renderer, template_digest
from dovetail.mailing.recipients import Partition, cut, text_encoding
from dovetail.mailing.workers import Engine

if TYPE_CHECKING:
    from dovetail.mailing.query import Query
    from dovetail.mailing.rows import Row

Progress: TypeAlias = "Callable[[int, int], AbstractContextManager[Callable[[int], object]]]"
"""Entered with the number of rows and how many of them are done; what it gives is told of each further n."""


@contextmanager
def _silent(_rows: int, _found: int) -> Iterator[Callable[[int], object]]:
    yield lambda _done: None


@dataclass(slots=True)
class _Totals:
    """The account of all partitions so far, and the templates that they read."""

    job: Job
    ledger: Ledger
    account: Account = field(default_factory=Account)

    def add(self, account: Account) -> None:
        """Take in a partition that is done now."""
        known = self.account.templates
        changed = [name for name, digest in account.templates.items() if known.get(name, digest) != digest]
        self.account.merge(account)
        if changed:
            self.stop(f"the template {changed[0]} changed while it was rendered")

    def stop(self, reason: str) -> None:
        """The mails that are there do not belong together."""
        self.account.stopped = self.account.stopped or str(self.ledger.refusal(reason))

    def add_earlier(self, partitions: Sequence[Partition]) -> list[Partition]:
        """Take in what is done; what is not is the result.

        Raises:
            SettingsError: it was done with other templates.
        """
        todo: list[Partition] = []
        present: dict[str, str | None] = {}
        for partition in partitions:
            account = self.ledger.account(partition)
            if account is None:
                todo.append(partition)
                continue
            for name, digest in account.templates.items():
                if name not in present:
                    present[name] = template_digest(self.job, name)
                if present[name] != digest:
                    raise self.ledger.refusal(f"the template {name} is not what it was then")
            self.account.merge(account)
        return todo


def run_partitioned(
    job: Job, engine: Engine, *, fresh: bool = False, progress: Progress = _silent, query: Query | None = None
) -> Account:
    """Render all partitions of a job that are not there yet; the account is of all, earlier runs' included.

    `fresh`: what an earlier run left is removed first. A partition that cannot be done is `lost` in the account, and
    the others go on; `Account.stopped` says what no partition can do without. `query`: recipients come from a
    database, not from `job.recipients`. It is asked once for a folder of mails, and its rows are kept there: asked
    again, it may give others, or in another order.

    Raises:
        SettingsError, TemplateError: the job cannot begin: a file or the folder cannot be used, the template has
            faults, or the folder holds mails of another mailing.
    """
    if query is not None:
        job = replace(job, recipients=kept_recipients(job.out), query=query.digest())
    job = replace(job, encoding=job.encoding or text_encoding(job.recipients))
    with Renderer(job) as trial:  # faults that all workers would meet are said once, and before anything is written
        asked = _asked(query, job, fresh=fresh)
        found = _found(job) if query is None else None
        marks = fingerprint(job)
        first_alone = trial.asks
    ledger = Ledger(job.out)
    ledger.open(marks, fresh=fresh)
    try:
        if asked is not None:
            ledger.keep(asked)
        before, partitions = found or _found(job)
        totals = _Totals(job, ledger)
        if job.encoding and job.encoding.note:
            totals.account.remark((), [job.encoding.note])
        todo = totals.add_earlier(partitions)
        rows = sum(partition.count for partition in partitions)
        with progress(rows, rows - sum(partition.count for partition in todo)) as step:
            if todo:
                with closing(engine(job, todo, first_alone)) as done:
                    for partition, account in done:
                        totals.add(account)
                        step(partition.count)
                        if totals.account.stopped:
                            break
        if todo and stamp(job) != before:
            totals.stop("the recipients were written to while mails were rendered from them")
        return totals.account.ordered()
    finally:
        ledger.close()


def _asked(query: Query | None, job: Job, *, fresh: bool) -> Iterable[Row] | None:
    """The rows of a query, unless those of an earlier run are there."""
    if query is None or (job.recipients.exists() and not fresh):
        return None
    from dovetail.mailing.sql import query_rows

    return query_rows(query)


def _found(job: Job) -> tuple[Sequence[tuple[int, int]], list[Partition]]:
    """The recipients as they are now."""
    before = stamp(job)
    return before, cut(job.recipients, job.size, job.encoding)
