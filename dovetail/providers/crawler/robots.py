"""robots.txt (RFC 9309): what a site allows a crawler, asked for before anything else.

Protego reads it, since the standard library's reader takes `*` and `$` in paths literally, and so would visit what
is disallowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from protego import Protego

from dovetail.engine.ports import Response, Talk
from dovetail.errors import OddAnswerError, UnreachableError
from dovetail.providers.crawler.site import Site

_LARGEST = 512 * 1024
"""Bytes that count (RFC 9309 §2.5)."""

_KEPT = 3600.0
_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """What is allowed. `delay` (seconds): the pause that the site wants between two requests."""

    agent: str
    file: Protego | None = None

    def allow(self, address: str) -> bool:
        """Whether a page may be asked for."""
        return self.file is None or self.file.can_fetch(address, self.agent)

    @property
    def delay(self) -> float:
        """0 where the site says nothing."""
        if self.file is None:
            return 0.0
        rate = self.file.request_rate(self.agent)
        return max(self.file.crawl_delay(self.agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)


def ask(site: Site) -> Talk[Rules]:
    """The rules of a site: a file that is not there (4xx) allows everything (RFC 9309 §2.3.1.3).

    Raises:
        OddAnswerError: the file is at another host.
        UnreachableError: the site does not say; then nothing may be read (§2.3.1.4).
    """
    address = f"{site.origin}/robots.txt"
    for _ in range(_REDIRECTS + 1):
        reply = (yield [site.get(address, "text/plain", _KEPT)])[0]
        if not isinstance(reply, Response):
            raise reply
        if reply.status in {301, 302, 303, 307, 308}:
            address = urljoin(address, reply.headers.get("location", ""))
            if not site.owns(address):
                raise OddAnswerError(
                    f"robots.txt of `{site.identifier}` leads to another host",
                    identifier=site.identifier,
                    help="set `sitemap` to the address that the site really has (https, with or without www)",
                )
            continue
        if 200 <= reply.status < 300:
            text = reply.body[:_LARGEST].decode("utf-8-sig", "replace")
            return Rules(site.agent, Protego.parse(text))
        if 400 <= reply.status < 500 and reply.status != 429:
            return Rules(site.agent)
        break
    raise UnreachableError(
        f"`{site.identifier}` does not say what a crawler may read: its robots.txt cannot be had",
        identifier=site.identifier,
        help="until it can, nothing is read; see that /robots.txt answers, be it with 404",
        retryable=True,
    )
