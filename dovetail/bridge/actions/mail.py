"""Builds the mail of an event. `Smtp` sends it to a mail server, `Folder` puts it into a folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy

from dovetail.bridge.actions.folder import Folder
from dovetail.bridge.actions.mailbox import FORBIDDEN, mailbox, wire_policy
from dovetail.bridge.actions.outcome import Undelivered
from dovetail.bridge.actions.smtp import Smtp, SmtpSettings
from dovetail.mailing.plain_text import plain_text

__all__ = ["Folder", "Letter", "Smtp", "SmtpSettings", "message"]

_LONGEST_LINE = 998
"""RFC 5322 §2.1.1, without the line end."""

_NAME = re.compile(r"[!-9;-~]{1,76}")
_MESSAGE_ID = re.compile(r"<?([^\s<>@]+@[^\s<>@]+?)>?")
_LINK = re.compile(r"[!-;=?-~]{1,900}")

_OURS = re.compile(
    r"from|sender|to|cc|bcc|reply-to|subject|date|message-id|mime-version|content-.*|resent-.*|return-path|received"
    r"|list-unsubscribe|list-unsubscribe-post|dkim-signature",
    re.IGNORECASE,
)
"""Headers that a letter has by its other fields, or that would send it elsewhere."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it is built.

    `sender`, `recipient` and `reply_to` are each one address, with or without a name. `text` is what those see
    who read no HTML; None: made from `html`. `message_id` is the same each time this letter is sent.
    `unsubscribe_url` takes a POST (RFC 8058) where it is https. `headers` are further ones.
    """

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    html: str = field(repr=False)
    text: str | None = field(repr=False)
    message_id: str
    reply_to: str | None = field(default=None, repr=False)
    unsubscribe_url: str | None = field(default=None, repr=False)
    unsubscribe_mailto: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class _Whole(UnstructuredHeader, BaseHeader):
    """A header whose words stay whole: others fold a long address by encoding it, and break it."""

    def fold(self, *, policy: EmailPolicy) -> str:  # type: ignore[override]  # the policy is ours, as below
        lines = f"{self.name}: {self}".replace(", <", ",\n <").split("\n")
        if all(line.isascii() and len(line) <= _LONGEST_LINE for line in lines):
            return policy.linesep.join(lines) + policy.linesep
        return super().fold(policy=policy)


# Seven bits: a server on the way that knows no more than that would have to change what was signed.
_POLICY = SMTP.clone(cte_type="7bit", header_factory=HeaderRegistry(default_class=_Whole))


def message(letter: Letter, now: float) -> EmailMessage:
    """The mail of a letter, dated `now` (seconds since 1970): text and HTML, with CSS where mail programs want it.

    Raises Undelivered, which no later try mends: an address that is none, a line break in a header, a header
    that a letter has by another field, text that is no Unicode.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = mailbox(letter.sender, "sender")
    mail["To"] = mailbox(letter.recipient, "recipient")
    if letter.reply_to is not None:
        mail["Reply-To"] = mailbox(letter.reply_to, "reply address")
    _put(mail, "Subject", letter.subject)
    mail["Date"] = datetime.fromtimestamp(int(now), UTC)
    _put(mail, "Message-ID", _message_id(letter.message_id))
    _unsubscribing(mail, letter)
    for name, value in letter.headers.items():
        if not _NAME.fullmatch(name) or _OURS.fullmatch(name):
            raise Undelivered("a further header has a name that a mail cannot have, or has already", again=False)
        _put(mail, name, value)
    try:
        mail.set_content(letter.text if letter.text is not None else plain_text(letter.html))
        mail.add_alternative(_inlined(letter.html), subtype="html")
    except UnicodeEncodeError:
        raise Undelivered("the mail holds half of a character (a lone surrogate)", again=False) from None
    _verify(mail)
    return mail


def _put(mail: EmailMessage, name: str, value: str) -> None:
    fault = Undelivered(f"the header {name} holds a line break or another control character", again=False)
    if FORBIDDEN.search(value):
        raise fault
    mail[name] = value
    # Encoded words in the value are decoded as it is set, and may bring back a line break.
    if FORBIDDEN.search(str(mail.get_all(name, [])[-1])):
        raise fault


def _verify(mail: EmailMessage) -> None:
    """Write each header once, while a fault can still be told: the standard library has some on odd values."""
    policy = wire_policy(mail)
    for name, value in mail.items():
        fault = Undelivered(f"the header {name} cannot be written", again=False)
        try:
            lines = policy.fold(name, value).removesuffix("\r\n").split("\r\n")
        except Exception:  # noqa: BLE001  # in many ways, none of them of a documented kind
            raise fault from None
        if any("\r" in line or "\n" in line or len(line.encode()) > _LONGEST_LINE for line in lines):
            raise fault
        if not all(line.startswith((" ", "\t")) for line in lines[1:]):
            raise fault


def _message_id(given: str) -> str:
    found = _MESSAGE_ID.fullmatch(given)
    if not found or not given.isascii() or len(given) > 250 or FORBIDDEN.search(given):
        raise Undelivered("the Message-ID is not of the form <name@domain> in ASCII", again=False)
    return f"<{found[1]}>"


def _unsubscribing(mail: EmailMessage, letter: Letter) -> None:
    ways: list[str] = []
    if letter.unsubscribe_url is not None:
        ways.append(letter.unsubscribe_url)
        if not letter.unsubscribe_url.startswith(("https://", "http://")):
            raise Undelivered("the address to unsubscribe at does not begin with https://", again=False)
    if letter.unsubscribe_mailto is not None:
        ways.append(f"mailto:{letter.unsubscribe_mailto.removeprefix('mailto:')}")
    if not all(_LINK.fullmatch(way) for way in ways):
        raise Undelivered("an address to unsubscribe at is not plain ASCII of up to 900 characters", again=False)
    if ways:
        _put(mail, "List-Unsubscribe", ", ".join(f"<{way}>" for way in ways))
    if letter.unsubscribe_url is not None and letter.unsubscribe_url.startswith("https://"):
        _put(mail, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def _inlined(html: str) -> str:
    import css_inline

    try:
        # The style elements stay as well: @media rules have no other place. Nothing is fetched.
        return css_inline.inline(html, keep_style_tags=True, load_remote_stylesheets=False)
    except css_inline.InlineError:
        raise Undelivered("the CSS of the mail cannot be written into its elements", again=False) from None
