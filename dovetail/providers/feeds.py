"""What an integration's data do over time: how a provider tells of changes (a feed), for events and for sync.

A provider that has a feed implements `Feed` besides `Provider`. It does no I/O and keeps no state: where it is
stands in a cursor, a text that it alone understands and its caller keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from dovetail.engine.ports import Talk


@dataclass(frozen=True, slots=True)
class State:
    """What is kept of a record to know a change when one comes: `facts` are plain JSON values.

    `person`: whose record it is (an e-mail address in small letters), so that records of one person are found. `due`:
    when it is to be looked at again although nothing changed (Unix seconds; None: never).
    """

    facts: Mapping[str, object]
    person: str = ""
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a feed: its key, and its fields as the other system gives them."""

    key: str
    record: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, where the feed goes on, and whether there is more at once. `at`: Unix seconds by its clock.

    `missed`: records that could not be read, and are not gone for that.
    """

    entries: Sequence[Entry]
    cursor: str
    more: bool
    at: float
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Detected:
    """Something that happened to a record. `mark` tells it from the next of its type: with the key, it is the id.

    `changed` names fields that differ.
    """

    type: str
    mark: str
    changed: tuple[str, ...] = ()


@runtime_checkable
class Feed(Protocol):
    """The changes of an integration."""

    def entities(self) -> Sequence[str]:
        """Kinds of records that it can tell of."""
        ...

    def begin(self, at: float) -> str:
        """The cursor from which `changes` tells of what happens after a moment (Unix seconds by the other's clock)."""
        ...

    def changes(self, entity: str, cursor: str) -> Talk[Page]:
        """Records that changed since, oldest first; some of them may have been told before."""
        ...

    def everything(self, entity: str, cursor: str) -> Talk[Page]:
        """All records in the order of their keys, from "": for the first look, and for sweeps."""
        ...

    def these(self, entity: str, keys: Sequence[str]) -> Talk[Page]:
        """The records of some keys as they are now; those that are gone are left out."""
        ...

    def state(self, entity: str, record: Mapping[str, object], before: State | None) -> State:
        """What is to be kept of a record."""
        ...

    def detect(self, entity: str, before: State | None, after: State | None) -> Sequence[Detected]:
        """What happened between two states. `before` None: it was not there; `after` None: it is gone."""
        ...

    def overdue(self, entity: str, state: State, others: Mapping[str, Sequence[State]]) -> Sequence[Detected]:
        """What happened by time alone when a state is `due` (a cart that was left).

        `others`: the states of the same person's records, by entity.
        """
        ...

    def told(self, entity: str, record: Mapping[str, object], state: State) -> Mapping[str, object]:
        """What an event tells of a record: its fields, and names by which templates know them."""
        ...


def feed_of(provider: object) -> Feed | None:
    """The feed of a provider, behind what it may be wrapped in; None: it has none."""
    if isinstance(provider, Feed):
        return provider
    inner = getattr(provider, "described", None)
    return feed_of(inner) if inner is not None else None
