"""What follow-ups are handed: who renders for them, who sends for them, and what their texts know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias

from dovetail.bridge.events.event import Event
from dovetail.bridge.followups.followup import Call, Mail, Publish, Webhook
from dovetail.bridge.store import instances, log

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection

Variables: TypeAlias = Mapping[str, object]


class Texts(Protocol):
    """Renders for an account: asked anew each time, so that what is true now decides."""

    async def text(self, template: str, variables: Variables) -> str:
        """A short text of a follow-up.

        Raises:
            TemplateError: it cannot be rendered.
        """
        ...


class Outlet(Protocol):
    """What sends mails, requests and calls, and publishes."""

    async def mail(self, mail: Mail, variables: Variables, key: str) -> None:
        """Send a mail.

        Raises:
            Undelivered: it was not taken.
            TemplateError: its template cannot be rendered.
        """
        ...

    async def webhook(self, webhook: Webhook, body: Mapping[str, object], key: str) -> None:
        """Send a request.

        Raises:
            Undelivered: it was not taken.
            Held: it is too early to try.
        """
        ...

    async def publish(self, publish: Publish, subject: str, body: Mapping[str, object], key: str) -> None:
        """Publish an event under a subject.

        Raises:
            Undelivered: it was not taken.
            Held: it is too early to try.
        """
        ...

    async def call(self, call: Call, arguments: Mapping[str, str], key: str) -> None:
        """Call an action of a package.

        Raises:
            Undelivered: it failed, or there is none.
        """
        ...


def variables_of(connection: Connection, account: str, event: Event) -> Variables:
    """What the texts of a follow-up know of an event: the event itself, what led to it, and whose it is."""
    profile = instances.profile_of(connection, account, event.person) if event.person else None
    cause = log.get(connection, account, event.cause) if event.cause else None
    known = profile or ({"email": event.person} if event.person else {})
    trigger = {**event.trigger(), "profile": known, "trigger": cause.event.trigger() if cause else None}
    return {"trigger": trigger, "profile": known, "timestamp": int(event.time)}
