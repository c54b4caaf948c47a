"""Rows in, mails out, and an account of what happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from dovetail.errors import DovetailError, SettingsError
from dovetail.mailing.account import Account, in_one_line
from dovetail.mailing.mailing import Mailing
from dovetail.mailing.rows import BrokenRow, Recipient, Row


class Sink(Protocol):
    """Where mails go. Rows arrive in their order.

    Raises:
        SettingsError: it takes no more; says what is there.
    """

    def write(self, recipient: Recipient, mail: bytes) -> object:
        """One mail, UTF-8."""
        ...

    def fail(self, row: Row, reason: str) -> object:
        """A row that has no mail."""
        ...


def run_mailing(
    mailing: Mailing, rows: Iterable[Row], sink: Sink, progress: Callable[[int], object] = lambda _done: None
) -> Account:
    """Render and write every row; a row that fails is noted and the others go on.

    What the mailing has collected of undefined names and notes moves into the account.

    `progress` is called with the number of rows done since the last call. A disk that takes no more, or a
    setting that no row can do without, ends the run: what was written stays, and `Account.stopped` says why.
    """
    account = Account()
    waiting: deque[Row] = deque()

    def good() -> Iterator[Mapping[str, object]]:
        for row in rows:
            waiting.append(row)
            if isinstance(row, Recipient):
                yield row.variables

    def fail(row: Row, reason: str) -> None:
        sink.fail(row, reason)
        account.fail(row.row, reason)
        progress(1)

    def next_recipient() -> Recipient | None:
        """The next row that can be read; those before it that cannot are noted in passing."""
        while waiting:
            row = waiting.popleft()
            if not isinstance(row, BrokenRow):
                return row
            fail(row, row.reason)
        return None

    try:
        for outcome in mailing.render_bytes(good()):
            recipient = next_recipient()
            if recipient is None:
                raise AssertionError("there are more mails than recipients")
            if isinstance(outcome, DovetailError):
                fail(recipient, in_one_line(outcome))
                continue
            sink.write(recipient, outcome)
            account.written += 1
            progress(1)
        next_recipient()
    except SettingsError as error:
        account.stopped = str(error)
    account.remark(mailing.undefined, mailing.notes)
    mailing.undefined.clear()
    mailing.notes.clear()
    return account
