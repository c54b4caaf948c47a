"""How old an answer may be, and for what: pure decisions from the policy and the provider's own times.

An answer goes through ages: *fresh*, then of use *meanwhile* (at once, while it is asked again), then *in need*
(where the source cannot be asked), then gone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dovetail.engine.ports import Answer, Ask, Lifetime, Query
from dovetail.errors import ProviderError
from dovetail.providers.kinds import NOT_FOUND, OnFailure, Policy
from dovetail.providers.rules import chosen

Age = Literal["fresh", "meanwhile", "need", "gone"]

_CLOCKS_DIFFER = 60.0
"""An answer from further in the future than this says nothing about its age."""

_ADDRESS = re.compile(r"[^\s@\"]+@[^\s@\"]+\.[^\s@\"]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds since it was fetched up to which an answer is of use, and what happens without one."""

    fresh: float
    meanwhile: float
    need: float
    not_found: float
    on_failure: OnFailure
    personal: bool

    def age(self, answer: Answer, now: float) -> Age:
        """What an answer is good for at `now`."""
        seconds = now - answer.fetched_at
        if seconds < -_CLOCKS_DIFFER:
            return "gone"
        if not answer.found:
            return "fresh" if seconds < self.not_found else "gone"
        if seconds < self.fresh:
            return "fresh"
        if seconds < self.meanwhile:
            return "meanwhile"
        return "need" if seconds < self.need else "gone"

    def gone_at(self, answer: Answer) -> float:
        """The moment from which an answer is of no use any more."""
        longest = max(self.fresh, self.meanwhile, self.need) if answer.found else self.not_found
        return answer.fetched_at + longest


def terms_of(policy: Policy, ask: Ask, lifetime: Lifetime) -> Terms:
    """What holds for the answers to an ask."""
    personal = lifetime.personal or about_person(ask)
    longest = policy.personal_ttl if personal else float("inf")
    given: Mapping[str, float] = policy.ttl if policy.ttl is not None else {}
    fresh: float = chosen(given, ask.collection, lifetime.seconds)
    meanwhile: float = chosen(policy.revalidate, ask.collection, 0.0)
    recheck: float | None = chosen(policy.recheck, ask.collection, None)
    if recheck is not None:
        fresh, meanwhile = min(fresh, recheck), 0.0
    on_failure: OnFailure = chosen(policy.on_failure, ask.collection, "fail")
    need: float = chosen(policy.stale_up_to, ask.collection, 0.0) if on_failure == "stale" else 0.0
    not_found: float = chosen(policy.not_found, ask.collection, NOT_FOUND)
    return Terms(
        fresh=min(fresh, longest),
        meanwhile=min(meanwhile, longest),
        need=min(need, longest),
        not_found=min(not_found, fresh, longest),
        on_failure=on_failure,
        personal=personal,
    )


def about_person(ask: Ask) -> bool:
    """Whether a question names somebody's e-mail address: then its answer is personal, whatever the provider says."""
    if isinstance(ask.key, Query):
        return any(_ADDRESS.search(str(each.value)) for each in ask.key.filters)
    return isinstance(ask.key, str) and "@" in ask.key and _ADDRESS.search(ask.key) is not None


def too_old_to_send(policy: Policy, ask: Ask, answer: Answer, now: float) -> bool:
    """Whether `recheck` wants an answer asked again before a mail with it is made."""
    recheck = chosen(policy.recheck, ask.collection, None)
    return recheck is not None and now - answer.fetched_at >= recheck


def being_renewed(ask: Ask, answer: Answer, now: float) -> Answer:
    """An answer that is used while it is asked again."""
    note = f"{_kind(ask)} is {in_words(now - answer.fetched_at)} old; it is being asked again"
    return replace(answer, stale=True, notes=(*answer.notes, note))


def in_need(terms: Terms, ask: Ask, error: ProviderError, kept: Answer | None, now: float) -> Answer | ProviderError:
    """What the failure policy makes of an ask that could not be answered."""
    if terms.on_failure == "stale" and kept is not None and kept.found and now - kept.fetched_at < terms.need:
        note = f"{_kind(ask)} is {in_words(now - kept.fetched_at)} old: {error.message}"
        return replace(kept, stale=True, notes=(*kept.notes, note))
    if terms.on_failure == "empty":
        # The key of a question about a person may be an e-mail address.
        what = _kind(ask) if terms.personal else ask.path()
        return Answer(None, fetched_at=now, notes=(f"{what} is empty: {error.message}",))
    return error


def in_words(seconds: float) -> str:
    """An age for people: `3 hours`."""
    for size, word in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word}"
    return f"{max(0, round(seconds))} seconds"


def _kind(ask: Ask) -> str:
    # Without the key: a mailing has a note for each kind of data, not for each recipient.
    return f"${ask.identifier}.{ask.collection}"
