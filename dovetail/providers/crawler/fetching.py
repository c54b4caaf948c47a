"""One page of a site, had and read: redirects followed within the site, what is no page told from what fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from dovetail.engine.ports import Record, Response, Talk
from dovetail.errors import AccessError, OddAnswerError, ProviderError
from dovetail.providers.crawler import markup
from dovetail.providers.crawler.decoding import decode
from dovetail.providers.crawler.robots import Rules
from dovetail.providers.crawler.site import Site, path_of
from dovetail.providers.reading import read_json
from dovetail.providers.talks import together

COLLECTION = "page"

_ACCEPT = "text/html,application/xhtml+xml;q=0.9"
_REDIRECTS = 5
_AT_ONCE = 8
_MARKUP = re.compile("<[a-zA-Z!?]")


class NoPage(OddAnswerError):
    """An address that is no page of this site: a PDF, a redirect to another host. A list leaves it out."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read: `fields` are None where there is none (404). `size`: bytes that came."""

    address: str
    fields: Mapping[str, object] | None
    at: float
    size: int = 0

    def record(self) -> Record:
        """The record that templates see. `fields` are there."""
        path = path_of(self.address)
        fields = self.fields or {}
        return Record(COLLECTION, path, str(fields.get("title") or path), fields)


def page(site: Site, rules: Rules, address: str) -> Talk[Page]:
    """Ask for a page.

    Raises:
        NoPage: there is something else.
        ProviderError: it cannot be had, or is disallowed.
    """
    target = address
    for _ in range(_REDIRECTS + 1):
        if not rules.allow(target):
            raise AccessError(
                f"robots.txt of `{site.identifier}` disallows {path_of(target)}",
                identifier=site.identifier,
                help=f"allow it there for User-agent: {site.agent}",
            )
        reply = (yield [site.get(target, _ACCEPT)])[0]
        if isinstance(reply, Response) and reply.status in {301, 302, 303, 307, 308}:
            made = site.address(urljoin(target, reply.headers.get("location", "")), target)
            if made is None or not site.owns(made):
                raise _no_page(site, address, "leads to another host")
            target = made
            continue
        return _read(site, address, target, reply)
    raise _no_page(site, address, "leads from address to address")


@dataclass(slots=True)
class Crawled:
    """Pages in the order in which they were asked for, and why some of those are missing."""

    pages: list[Page] = field(default_factory=list[Page])
    notes: list[str] = field(default_factory=list[str])


def crawl(
    site: Site, rules: Rules, addresses: Sequence[str], enough: int | None, fits: Callable[[Page], bool]
) -> Talk[Crawled]:
    """Read pages until `enough` of them fit (None: all), within the bounds of the site.

    Raises:
        ProviderError: a page cannot be had: a list without it would have a hole.
    """
    found = Crawled()
    bytes_read = fitting = gone = others = 0
    # One after the other where the site wants pauses.
    step = 1 if rules.delay else _AT_ONCE
    within = addresses[: site.max_pages]
    read = 0
    while read < len(within):
        # No more at once than may be enough: a page that nobody needs is not asked for.
        batch = within[read : read + (step if enough is None else min(step, max(1, enough - fitting)))]
        for each in (yield from together([page(site, rules, address) for address in batch])):
            if isinstance(each, NoPage):
                others += 1
            elif isinstance(each, ProviderError):
                raise each
            elif each.fields is None:
                gone += 1
            else:
                found.pages.append(each)
                bytes_read += each.size
                fitting += fits(each)
        read += len(batch)
        if (enough is not None and fitting >= enough) or bytes_read >= site.max_bytes:
            break
    complete = enough is not None and fitting >= enough
    if gone:
        found.notes.append(f"{gone:,} pages of the sitemap are not there any more (404)")
    if others:
        found.notes.append(f"{others:,} addresses of the sitemap are no pages of the site (files, redirects elsewhere)")
    if not complete and read < len(addresses):
        found.notes.append(f"only the first {read:,} of {len(addresses):,} pages were read (max_pages, max_bytes)")
    return found


def _read(site: Site, address: str, target: str, reply: Response | ProviderError) -> Page:
    if isinstance(reply, ProviderError):
        raise reply
    if not 200 <= reply.status < 300:
        if reply.status < 500 and reply.status not in {401, 403, 404, 407, 410, 429}:
            raise _no_page(site, address, f"answers with status {reply.status}")
        read_json(reply, site.identifier)
        return Page(address, None, reply.at)
    kind = reply.headers.get("content-type", "").lower()
    if kind and not any(word in kind for word in ("html", "xml")):
        raise _no_page(site, address, f"is no page but {kind.partition(';')[0]}")
    text = decode(reply.body[: site.max_page_bytes], kind)
    if not _MARKUP.search(text):
        # A page always has something in it: fields without anything would be holes.
        raise OddAnswerError(
            f"{path_of(address)} of `{site.identifier}` is empty, or has nothing of a page in it",
            identifier=site.identifier,
            help="open it in a browser; if there is something, the site refuses crawlers",
            retryable=True,
        )
    return Page(
        address, markup.read(site, target, text, reply.headers.get("last-modified", "")), reply.at, len(reply.body)
    )


def _no_page(site: Site, address: str, what: str) -> NoPage:
    return NoPage(
        f"{path_of(address)} of `{site.identifier}` {what}",
        identifier=site.identifier,
        help="name a page of the site, by the address that it really has",
    )
