"""What is published, and how a connection to a broker takes it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Protocol

from dovetail.bridge.actions.brokers.address import Address
from dovetail.bridge.actions.outcome import Undelivered

CONTENT_TYPE = "application/cloudevents+json"
WITHIN = 10.0
"""Seconds for a message: for the connection, and until the broker has it."""

# `*`, `>` and `#` are wildcards of subscribers; below `$` NATS and its JetStream take orders.
_SUBJECT = re.compile(
    r"(?!\$)[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff*>#.]+(?:\.[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff*>#.]+)*"
)
_LONGEST = 249
"""Characters of a topic in Kafka; routing keys of RabbitMQ have 255 bytes."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event for a broker. `key` stays the same with each attempt; `about` names the record that it is about."""

    subject: str = field(repr=False)
    key: str
    about: str = field(repr=False)
    body: bytes = field(repr=False)

    def check(self) -> None:
        """Whether it has a subject that all brokers take: words with dots between them.

        Raises:
            Undelivered: it has not.
        """
        if not self.subject:
            raise Undelivered("the subject is empty", again=False)
        if not _SUBJECT.fullmatch(self.subject) or len(self.subject.encode()) > _LONGEST:
            raise Undelivered(
                f"the subject is not of words with dots between them, without spaces, wildcards and a $ in front, "
                f"{_LONGEST} bytes at most",
                again=False,
            )


def locked_out(address: Address) -> Undelivered:
    """What is said of a broker that does not let us in."""
    return Undelivered(f"{address.name} does not take the user or the password of its address", again=True)


def hush(*libraries: str) -> None:
    """Keep what libraries log for debugging, such as whole messages, out of all logs."""
    for each in map(logging.getLogger, libraries):
        each.setLevel(max(each.level, logging.INFO))


class Broker(Protocol):
    """A connection."""

    @property
    def connected(self) -> bool:
        """Whether it can be used still."""
        ...

    async def publish(self, message: Message) -> None:
        """Publish, and wait until the broker has it.

        Raises:
            Undelivered: the broker answered that it does not take it.
            Exception: in the ways of its library: it is away, or did not answer.
        """
        ...

    async def close(self) -> None:
        """End it."""
        ...
