"""What a render gives: the text, and a report of how it came about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """How a text came about.

    `asks`: questions to integrations that were used; `requests`: HTTP requests sent for them (for a mailing:
    for its whole chunk); `hits`: asks answered from the cache; `rounds`: how often data was fetched;
    `oldest`: age in seconds of the oldest answer. `undefined`: names that were read and are not there.
    """

    asks: int = 0
    requests: int = 0
    hits: int = 0
    rounds: int = 0
    seconds: float = 0.0
    oldest: float = 0.0
    notes: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {
            "asks": self.asks,
            "requests": self.requests,
            "hits": self.hits,
            "rounds": self.rounds,
            "seconds": round(self.seconds, 6),
            "oldest": round(self.oldest, 3),
            "notes": list(self.notes),
            "undefined": list(self.undefined),
        }


class Rendered(str):
    """The text of a mail, which knows its report."""

    __slots__ = ("_report",)

    _report: Report | float

    def __new__(cls, text: str, report: Report | float) -> Rendered:
        """A text with its report; a number is the seconds of a render of which nothing else is to be told."""
        made = str.__new__(cls, text)
        made._report = report
        return made

    @property
    def report(self) -> Report:
        """How the text came about."""
        report = self._report
        return report if isinstance(report, Report) else Report(seconds=report)
