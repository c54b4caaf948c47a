"""What a mailing did: counts, and the rows without a mail with the reason. Bounded, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from dovetail.errors import DovetailError, TemplateError

_NAMED = 10_000
"""Failures named one by one; a mailing of which more fail has one reason, not a million."""

_WORDS = 1_000
"""Notes and unknown names kept: templates make few, but notes may hold recipients' own keys."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A row without a mail, and why, in one line."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows, first to last, that were not done at all, and why: the same command again does them."""

    first: int
    last: int
    reason: str


@dataclass(slots=True)
class Account:
    """What a mailing, or a partition of one, did so far; `stopped` says why it ended before the last row, if it did.

    `failures` names the first 10,000 of the `failed` rows. `requests` and `hits` are the environment's own count:
    see `Connections.statistics`. `templates` are the template files that were read: name → SHA-256.
    """

    written: int = 0
    failed: int = 0
    failures: list[Failure] = field(default_factory=list[Failure])
    lost: list[Lost] = field(default_factory=list[Lost])
    requests: int = 0
    hits: int = 0
    undefined: set[str] = field(default_factory=set[str])
    notes: set[str] = field(default_factory=set[str])
    templates: dict[str, str] = field(default_factory=dict[str, str])
    stopped: str = ""

    def remark(self, undefined: Iterable[str], notes: Iterable[str]) -> None:
        """Names that were read and are not there, and other remarks on the mails."""
        _widen(self.undefined, undefined)
        _widen(self.notes, notes)

    def fail(self, row: int, reason: str) -> None:
        """A row has no mail."""
        self.failed += 1
        if len(self.failures) < _NAMED:
            self.failures.append(Failure(row, reason))

    def merge(self, other: Account) -> None:
        """Take in the account of other rows of the same mailing."""
        self.written += other.written
        self.failed += other.failed
        self.failures += other.failures[: max(0, _NAMED - len(self.failures))]
        self.lost += other.lost
        self.requests += other.requests
        self.hits += other.hits
        self.remark(other.undefined, other.notes)
        for name, digest in other.templates.items():
            self.templates.setdefault(name, digest)
        self.stopped = self.stopped or other.stopped

    def ordered(self) -> Account:
        """The same with failed and lost rows in the order of the file: partitions end in any."""
        self.failures.sort(key=lambda item: item.row)
        self.lost.sort(key=lambda item: item.first)
        return self

    def as_json(self) -> dict[str, object]:
        """For `--report`, and to be kept beside a partition's mails."""
        return {
            "written": self.written,
            "failed_rows": self.failed,
            "failed": [{"row": item.row, "reason": item.reason} for item in self.failures],
            "lost": [{"first": item.first, "last": item.last, "reason": item.reason} for item in self.lost],
            "requests": self.requests,
            "cache_hits": self.hits,
            "undefined": sorted(self.undefined),
            "notes": sorted(self.notes),
            "templates": dict(sorted(self.templates.items())),
            "stopped": self.stopped,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Account:
        """The account whose `as_json` this is.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        failed = cast("list[Mapping[str, object]]", value["failed"])
        lost = cast("list[Mapping[str, object]]", value["lost"])
        return cls(
            written=_number(value["written"]),
            failed=_number(value["failed_rows"]),
            failures=[Failure(_number(item["row"]), str(item["reason"])) for item in failed],
            lost=[Lost(_number(item["first"]), _number(item["last"]), str(item["reason"])) for item in lost],
            requests=_number(value["requests"]),
            hits=_number(value["cache_hits"]),
            undefined=set(cast("list[str]", value["undefined"])),
            notes=set(cast("list[str]", value["notes"])),
            templates=dict(cast("Mapping[str, str]", value["templates"])),
            stopped=str(value["stopped"]),
        )

    def by_reason(self) -> dict[str, list[int]]:
        """The failed rows that are named, grouped by why they failed; the first reason met comes first."""
        grouped: dict[str, list[int]] = {}
        for item in self.failures:
            grouped.setdefault(item.reason, []).append(item.row)
        return grouped


def in_one_line(error: DovetailError) -> str:
    """An error with its remedy as one line, for lists: a template error without its excerpt."""
    if isinstance(error, TemplateError):
        finding = error.diagnostic
        return finding.headline() + (f"; {finding.help}" if finding.help else "")
    return " ".join(str(error).split("\n"))


def _widen(known: set[str], more: Iterable[str]) -> None:
    if len(known) < _WORDS:
        known.update(sorted(more)[: _WORDS - len(known)])


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("not a number")
    return value
