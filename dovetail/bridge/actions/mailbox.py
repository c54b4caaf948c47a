"""Addresses of a mail, as the standards want them on the wire, and the mail itself as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.errors import InvalidHeaderDefect
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy

from dovetail.bridge.actions.outcome import Undelivered

FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What no header may hold: whatever some program may take for the end of a line, and what is no character."""

_DOMAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]|\[IPv6:[0-9A-Fa-f:.]+\]")
_PARSE = HeaderRegistry()


def mailbox(value: str, whose: str) -> Address:
    """The one address in `value`, such as ``Ann <ann@example.com>``, with its domain in ASCII (IDNA).

    `whose` names it in the reason. Raises Undelivered when it is not one address.
    """
    fault = Undelivered(
        f"the {whose} is not one mail address (a name with a comma or another sign stands in double quotes)",
        again=False,
    )
    if FORBIDDEN.search(value):
        raise Undelivered(f"the {whose} holds a line break or another control character", again=False)
    try:
        header = _PARSE("to", value)
        found: Sequence[Address] = getattr(header, "addresses", ())
    except Exception:  # noqa: BLE001  # the parser of the standard library fails in many ways on what is no address
        raise fault from None
    # The parser takes what it can read and notes the rest: `J@hn <ann@example.com>` would go to J@hn.
    if len(found) != 1 or any(type(defect) is InvalidHeaderDefect for defect in header.defects):
        raise fault
    one = found[0]
    # The parser decodes encoded words, which may bring back what was looked for above.
    if FORBIDDEN.search(one.display_name + one.username + one.domain):
        raise fault
    domain = _ascii(one.domain)
    if domain is None or len(domain) > 253 or not 1 <= len(one.username.encode()) <= 64:
        raise fault
    return Address(one.display_name, one.username, domain)


def as_bytes(message: EmailMessage) -> bytes:
    """The mail with CRLF line ends: 7-bit, but for headers with an address that needs UTF-8 (RFC 6532)."""
    return message.as_bytes(policy=wire_policy(message))


def wire_policy(message: EmailMessage) -> EmailPolicy[EmailMessage]:
    """How a mail is written."""
    return (SMTPUTF8 if needs_utf8(message) else SMTP).clone(cte_type="7bit")


def needs_utf8(message: EmailMessage) -> bool:
    """Whether a mail names an address that has letters outside ASCII before its @: those have no ASCII form."""
    headers = (message["From"], message["To"], message["Reply-To"])
    addresses = [one for header in headers for one in getattr(header, "addresses", ())]
    return not all(one.addr_spec.isascii() for one in addresses)


def _ascii(domain: str) -> str | None:
    if not domain.isascii():
        # Not the codec of the standard library: it reads ß as ss, which is another domain.
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    return domain if _DOMAIN.fullmatch(domain) else None
