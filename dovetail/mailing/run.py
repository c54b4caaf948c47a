"""A mailing to files: recipients in, one file per mail out, and an account of what happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dovetail.engine.rendered import Rendered
from dovetail.errors import DovetailError, SettingsError, TemplateError
from dovetail.mailing.mailing import Mailing
from dovetail.mailing.recipients import BrokenRow, Recipient, Row
from dovetail.mailing.spool import Spool


@dataclass(frozen=True, slots=True)
class Failure:
    """A row without a mail, and why, in one line."""

    row: int
    reason: str


@dataclass(slots=True)
class Account:
    """What a mailing did so far; `stopped` says why it ended before the last recipient, if it did.

    `requests` and `hits` are the environment's own count: see `Connections.statistics`.
    """

    written: int = 0
    failures: list[Failure] = field(default_factory=list[Failure])
    requests: int = 0
    hits: int = 0
    undefined: set[str] = field(default_factory=set[str])
    notes: set[str] = field(default_factory=set[str])
    stopped: str = ""

    def add(self, rendered: Rendered) -> None:
        """Count a mail in."""
        self.undefined.update(rendered.report.undefined)
        self.notes.update(rendered.report.notes)

    def as_json(self) -> dict[str, object]:
        """For `--report`."""
        return {
            "written": self.written,
            "failed": [{"row": item.row, "reason": item.reason} for item in self.failures],
            "requests": self.requests,
            "cache_hits": self.hits,
            "undefined": sorted(self.undefined),
            "notes": sorted(self.notes),
            "stopped": self.stopped,
        }

    def by_reason(self) -> dict[str, list[int]]:
        """The failed rows, grouped by why they failed; the first reason met comes first."""
        grouped: dict[str, list[int]] = {}
        for item in self.failures:
            grouped.setdefault(item.reason, []).append(item.row)
        return grouped


def run_mailing(
    mailing: Mailing, rows: Iterable[Row], spool: Spool, progress: Callable[[int], object] = lambda _done: None
) -> Account:
    """Render and write every row; a row that fails is noted and the others go on.

    `progress` is called with the number of rows done since the last call. A disk that takes no more, or a
    setting that no row can do without, ends the run: what was written stays, and `Account.stopped` says why.
    """
    account = Account()
    waiting: deque[Recipient] = deque()

    def good() -> Iterator[Mapping[str, object]]:
        for row in rows:
            if isinstance(row, BrokenRow):
                account.failures.append(Failure(row.row, row.reason))
                progress(1)
            else:
                waiting.append(row)
                yield row.variables

    try:
        for outcome in mailing.render_many(good()):
            recipient = waiting.popleft()
            if isinstance(outcome, DovetailError):
                account.failures.append(Failure(recipient.row, in_one_line(outcome)))
            else:
                spool.write(recipient, outcome)
                account.add(outcome)
            progress(1)
    except SettingsError as error:
        account.stopped = str(error)
    account.written = spool.written
    account.failures.sort(key=lambda item: item.row)
    return account


def in_one_line(error: DovetailError) -> str:
    """An error with its remedy as one line, for lists: a template error without its excerpt."""
    if isinstance(error, TemplateError):
        finding = error.diagnostic
        return finding.headline() + (f"; {finding.help}" if finding.help else "")
    return " ".join(str(error).split("\n"))
