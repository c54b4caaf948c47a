"""A provider's conversation held step by step, watching that it keeps to the protocol.

A provider does no input or output of its own: while its code runs, connections, names looked up, programs and
databases are noticed through Python's audit events and are a complaint.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar, cast

from dovetail.engine.ports import Request, Response, Talk
from dovetail.errors import ProviderError
from dovetail.providers.plugins import place

T = TypeVar("T")

MOST_TURNS = 200
"""A conversation that asks more often than this is taken for one without end."""


class Complaint(AssertionError):
    """What a provider does that it must not."""


World: TypeAlias = "Callable[[Sequence[Request]], Sequence[Response | ProviderError]]"
"""What replies to a batch of requests, one for each and in order: a tape, a server, or a fault made up."""


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """A conversation that came to its end: its result or the ProviderError that it raised, and what it asked."""

    result: T | ProviderError
    batches: tuple[tuple[Request, ...], ...]

    @property
    def requests(self) -> list[Request]:
        """All requests, in the order in which they were asked."""
        return [request for batch in self.batches for request in batch]


def hold(what: str, begin: Callable[[], Talk[T]], world: World) -> Held[T]:
    """Lead a conversation to its end.

    `what` names the call for complaints: `resolve`.

    Raises:
        Complaint: it is no generator, yields something else than lists of requests, does input or output
            itself, has no end, or raises anything but a ProviderError.
    """
    batches: list[tuple[Request, ...]] = []
    replies: Sequence[Response | ProviderError] | None = None
    talk: Talk[T] | None = None
    for _ in range(MOST_TURNS):
        try:
            with _watched(what):
                if talk is None:
                    talk = _generator(what, begin())
                batch = next(talk) if replies is None else talk.send(replies)
        except StopIteration as done:
            return Held(cast("T", done.value), tuple(batches))
        except ProviderError as error:
            return Held(error, tuple(batches))
        except Complaint:
            raise
        except Exception as error:
            raise Complaint(
                f"`{what}` raises {place(error)}: only the errors below dovetail.errors.ProviderError may leave it"
            ) from error
        batches.append(_checked(what, batch))
        replies = world(batches[-1])
    raise Complaint(f"`{what}` has asked {MOST_TURNS} times without coming to an end")


def _generator(what: str, talk: Talk[T]) -> Talk[T]:
    if not inspect.isgenerator(cast("object", talk)):
        raise Complaint(f"`{what}` gives a {type(talk).__name__} instead of a generator: use `yield` in it")
    return talk


class UnknownRequest(AssertionError):
    """A request that a tape does not hold."""


def _checked(what: str, batch: object) -> tuple[Request, ...]:
    if isinstance(batch, Request):
        raise Complaint(f"`{what}` yields a Request: a list of them belongs there, even for one")
    if not isinstance(batch, list | tuple):
        raise Complaint(f"`{what}` yields a {type(batch).__name__} instead of a list of Requests")
    items = cast("Sequence[object]", batch)
    for item in items:
        if not isinstance(item, Request):
            raise Complaint(f"`{what}` yields a list with a {type(item).__name__} in it: Requests belong there")
    return tuple(cast("Sequence[Request]", items))


# --- no input or output of its own

_FORBIDDEN = {
    "socket.connect": "opens a connection",
    "socket.getaddrinfo": "looks up a name",
    "socket.gethostbyname": "looks up a name",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "sqlite3.connect": "opens a database",
}
_watching = threading.local()
_hooked = False


class _watched:  # noqa: N801  # used as a word of the language
    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        global _hooked
        if not _hooked:
            # An audit hook cannot be taken away again, so that there is one, which mostly looks away.
            sys.addaudithook(_heard)
            _hooked = True
        _watching.seen = []

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        seen: list[str] = _watching.seen
        _watching.seen = None
        if seen:
            raise Complaint(f"`{self._what}` {seen[0]} itself: yield a Request and get its reply instead")


def _heard(event: str, _: object) -> None:
    if event in _FORBIDDEN:
        seen: list[str] | None = getattr(_watching, "seen", None)
        if seen is not None:
            seen.append(_FORBIDDEN[event])
