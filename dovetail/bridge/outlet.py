"""What follow-ups render and send with: environments, a mail server or a folder, an HTTP client, brokers."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from dovetail.bridge.actions.brokers.message import Message
from dovetail.bridge.actions.brokers.publishing import Brokers
from dovetail.bridge.actions.destinations import Destinations
from dovetail.bridge.actions.mail import Letter, message
from dovetail.bridge.actions.outcome import Undelivered
from dovetail.bridge.actions.webhook import Destination
from dovetail.bridge.followups.followup import Call, Mail, Publish, Webhook
from dovetail.bridge.followups.ports import Variables

if TYPE_CHECKING:
    from email.message import EmailMessage

    from dovetail.engine.environment import Template
    from dovetail.integrations.environment import Environment

_KEPT = 500
"""Texts that are kept compiled."""
GROUP = "dovetail.actions"


class Post(Protocol):
    """A mail server, or a folder."""

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> str:
        """Send a mail; what it was answered."""
        ...

    async def close(self) -> None:
        """End connections."""
        ...


@dataclass(slots=True)
class AccountTexts:
    """Renders for one account. `plain` escapes nothing; `html` is for the bodies of mails."""

    plain: Environment
    html: Environment
    _compiled: dict[str, Template] = field(default_factory=dict[str, "Template"])

    async def text(self, template: str, variables: Variables) -> str:
        """A short text of a follow-up."""
        if "{" not in template:
            return template
        made = self._compiled.get(template)
        if made is None:
            if len(self._compiled) >= _KEPT:
                self._compiled.clear()
            made = self._compiled[template] = self.plain.from_string(template, "follow-up")
        return str(await made.render_async(variables))

    async def mail(self, template: str, variables: Variables) -> str:
        """The body of a mail."""
        return str(await self.html.get_template(template).render_async(variables))

    def check(self, text: str) -> None:
        """Compile a text.

        Raises:
            TemplateError: it is no template.
        """
        self.plain.from_string(text, "follow-up")


class Sending:
    """Sends for one account.

    `sender`: whom mails are from unless a follow-up says. `private`: requests may go into private networks. `secret`
    gives the keys of webhooks and the addresses of brokers by their names, "" for one that is not there. `calls`:
    actions of packages may be called, and brokers be published to.
    """

    def __init__(
        self,
        texts: AccountTexts,
        mails: Post,
        sender: str,
        *,
        private: bool = False,
        secret: Callable[[str], str] = lambda name: os.environ.get(name, ""),
        calls: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._texts = texts
        self._mails = mails
        self._sender = sender
        self._destinations = Destinations(private=private, clock=clock)
        self._brokers = Brokers()
        self._secret = secret
        self._calls = calls
        self._clock = clock

    async def mail(self, mail: Mail, variables: Variables, key: str) -> None:
        """Send a mail."""

        async def text(given: str) -> str:
            return (await self._texts.text(given, variables)).strip()

        to, sender = await text(mail.to), (await text(mail.sender)) or self._sender
        if not to:
            raise Undelivered("there is no address to write to", again=False)
        html = await self._texts.mail(mail.template, variables)
        letter = Letter(
            sender=sender, recipient=to, subject=await text(mail.subject), html=html, text=None,
            message_id=f"<{key}@{sender.rpartition('@')[2].strip('> ') or 'dovetail.invalid'}>",
            reply_to=await text(mail.reply_to) or None, unsubscribe_url=await text(mail.unsubscribe) or None,
        )  # fmt: skip
        # Inlining the styles of a long mail takes longer than others may wait for.
        made = await asyncio.to_thread(message, letter, self._clock())
        await self._mails.send(made, sender, to)

    async def webhook(self, webhook: Webhook, body: Mapping[str, object], key: str) -> None:
        """Send a request."""
        secrets = tuple([text for name in webhook.secrets if (text := await asyncio.to_thread(self._secret, name))])
        if not secrets:
            raise Undelivered(f"there is no key in {' or '.join(webhook.secrets)}", again=False)
        await self._destinations.send(Destination(webhook.url, secrets), key, _payload(body))

    async def publish(self, publish: Publish, subject: str, body: Mapping[str, object], key: str) -> None:
        """Publish an event under a subject."""
        if not self._calls:
            # A broker is in the operator's network, where accounts have no business.
            raise Undelivered("nothing is published to brokers here", again=False)
        address = await asyncio.to_thread(self._secret, publish.broker)
        if not address:
            raise Undelivered(f"there is no address of a broker in {publish.broker}", again=False)
        await self._brokers.publish(address, Message(subject, key, str(body["subject"]), _payload(body)))

    async def call(self, call: Call, arguments: Mapping[str, str], key: str) -> None:
        """Call an action of a package."""
        if not self._calls:
            raise Undelivered("actions of packages are not called here", again=False)
        from importlib.metadata import entry_points

        found = next(iter(entry_points(group=GROUP, name=call.action)), None)
        if found is None:
            raise Undelivered(f"there is no action `{call.action}` here: install the package that has it", again=False)

        def act() -> None:
            action: Callable[[Mapping[str, str], str], object] = found.load()
            action(arguments, key)

        try:
            await asyncio.to_thread(act)
        except Exception as error:
            # Its own text may hold somebody's data.
            raise Undelivered(f"the action `{call.action}` failed: {type(error).__name__}", again=True) from error

    async def close(self) -> None:
        """End connections to destinations and brokers; the mail server's are its owner's."""
        await self._destinations.close()
        await self._brokers.close()


def _payload(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
