"""All checks of the kit by name, in the order in which an author will want to hear of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from dovetail.testing import answering, asking, description, failing
from dovetail.testing.holding import Complaint
from dovetail.testing.subject import Subject

Check: TypeAlias = "Callable[[Subject], Iterator[str]]"
"""Gives a sentence for everything that is wrong."""

CHECKS: Mapping[str, Check] = {
    "kind": description.kind,
    "schema": description.schema,
    "fingerprint": description.fingerprint,
    "protocol": asking.protocol,
    "requests": asking.requests,
    "members": answering.members,
    "shape": answering.shape,
    "unknown": answering.unknown,
    "batching": answering.batching,
    "keeping": answering.keeping,
    "personal": answering.personal,
    "failures": failing.failures,
    "suggestions": asking.suggestions,
    "connection": asking.connection,
}


def complaints(subject: Subject, name: str) -> list[str]:
    """What one check has to say of a provider, each sentence once; nothing when all is well."""
    found: dict[str, None] = {}
    try:
        for sentence in CHECKS[name](subject):
            found[sentence] = None
    except Complaint as complaint:
        found[str(complaint)] = None
    return list(found)
