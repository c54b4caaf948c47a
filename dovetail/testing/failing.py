"""The check that matters most for mails: whatever fails, each ask gets its value, a note or the right error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dovetail.engine.ports import Answer, Ask, Request
from dovetail.errors import ProviderError
from dovetail.testing.holding import Held, World
from dovetail.testing.outages import MARK, OUTAGES, Failing, FailingAt, Outage
from dovetail.testing.subject import Answered, Subject

_MOST_REQUESTS = 12
"""So many requests are made to fail on their own."""


def failures(subject: Subject) -> Iterator[str]:
    """Timeouts, error statuses, HTML, cut and empty bodies become the right errors, never exceptions or holes."""
    asks = list(subject.all_asks())
    well = subject.resolve(asks)
    if isinstance(well.result, ProviderError) or not well.requests:
        # The check of members complains of the first; the second needs nobody.
        return
    for outage in OUTAGES:
        for since in range(len(well.batches)):
            where = f"{outage.name} from batch {since + 1} on" if since else outage.name
            yield from _outage(subject, asks, well, Failing(subject.world, outage, since), outage, where)
        if outage.expected:
            for request in _some(well):
                where = f"{outage.name} for {request.method} {request.url}"
                yield from _outage(subject, asks, well, FailingAt(subject.world, outage, request), outage, where)


def _some(well: Held[Answered]) -> Sequence[Request]:
    return list(dict.fromkeys(well.requests))[:_MOST_REQUESTS]


def _outage(
    subject: Subject, asks: Sequence[Ask], well: Held[Answered], world: World, outage: Outage, where: str
) -> Iterator[str]:
    result = subject.resolve(asks, world).result
    expected = " or ".join(each.__name__ for each in outage.expected)
    usual = well.result if not isinstance(well.result, ProviderError) else {}
    errors: dict[int, ProviderError] = {}
    holes: dict[str, list[Ask]] = {}
    for ask in asks:
        answer = result if isinstance(result, ProviderError) else result.get(ask)
        if isinstance(answer, ProviderError):
            errors[id(answer)] = answer
        elif outage.expected and not _as_usual(answer, usual.get(ask)):
            what = "not found" if answer is None or not answer.found else "answered otherwise, without a note"
            holes.setdefault(what, []).append(ask)
    for what, found in holes.items():
        more = f" (and so {len(found) - 1} more)" if len(found) > 1 else ""
        yield f"with {where}, {found[0].path()} is {what}{more}: a mail would have a hole. It has to be {expected}"
    for error in errors.values():
        if outage.expected and not isinstance(error, outage.expected):
            yield f"with {where}, the error is {type(error).__name__}: it has to be {expected}"
        if not error.message:
            yield f"with {where}, the error says nothing"
        if MARK in error.message + error.help:
            yield f"with {where}, the error shows the body of the reply, which may be about a person"
        if any(secret in error.message + error.help for secret in subject.secrets()):
            yield f"with {where}, the error shows a secret"


def _as_usual(answer: Answer | None, usual: Answer | ProviderError | None) -> bool:
    """Whether an answer is what came when all was well, or says in a note what it lacks."""
    if not isinstance(answer, Answer) or not isinstance(usual, Answer):
        return False
    if set(answer.notes) - set(usual.notes):
        return True
    return replace(answer, fetched_at=0.0) == replace(usual, fetched_at=0.0)
