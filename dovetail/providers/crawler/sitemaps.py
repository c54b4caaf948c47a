"""Sitemaps (sitemaps.org): the pages of a site, out of XML or text, packed or not, and of indexes of sitemaps."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.etree import ElementTree

from dovetail.engine.ports import Response, Talk
from dovetail.errors import AccessError, OddAnswerError, ProviderError
from dovetail.providers.crawler.robots import Rules
from dovetail.providers.crawler.site import Site
from dovetail.providers.reading import read_json

_LARGEST = 50 * 1024 * 1024
"""Bytes of one sitemap, as sitemaps.org allows."""

_MOST_FILES = 100
_MOST_PAGES = 100_000
_DEEPEST = 3
_KEPT = 600.0
_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class Listed:
    """Addresses of pages in the order of the sitemap; `at`: when the oldest part of it came (Unix seconds)."""

    pages: list[str] = field(default_factory=list[str])
    at: float = 0.0
    notes: list[str] = field(default_factory=list[str])


def read(site: Site, rules: Rules) -> Talk[Listed]:
    """The pages that the sitemap names and that may be read: of this host, and allowed to us.

    Raises:
        ProviderError: a sitemap cannot be had, or is none.
    """
    found = Listed()
    seen: set[str] = {site.sitemap}
    pages: dict[str, None] = {}
    level = [site.sitemap]
    elsewhere = forbidden = 0
    for _ in range(_DEEPEST):
        following: list[str] = []
        # One after the other where the site wants pauses.
        step = 1 if rules.delay else 4
        for start in range(0, len(level), step):
            batch = level[start : start + step]
            for address in batch:
                if not rules.allow(address):
                    raise _forbidden(site, address)
            replies = yield [site.get(address, "application/xml, text/xml, text/plain", _KEPT) for address in batch]
            for address, reply in zip(batch, replies, strict=True):
                is_index, places = _parse(site, address, reply)
                if isinstance(reply, Response):
                    found.at = min(found.at or reply.at, reply.at)
                for place in places:
                    complete = site.address(place, address)
                    if complete is None or not site.owns(complete):
                        elsewhere += 1
                    elif is_index:
                        if complete not in seen and len(seen) < _MOST_FILES:
                            following.append(complete)
                        seen.add(complete)
                    elif not rules.allow(complete):
                        forbidden += 1
                    elif len(pages) < _MOST_PAGES:
                        pages[complete] = None
        level = following
        if not level:
            break
    found.pages = list(pages)
    if elsewhere:
        found.notes.append(f"{elsewhere:,} addresses in the sitemap are of another host, and left out")
    if forbidden:
        found.notes.append(f"{forbidden:,} pages of the sitemap are left out: robots.txt disallows them")
    if len(seen) > _MOST_FILES or len(pages) >= _MOST_PAGES or level:
        found.notes.append("the sitemap is larger than what is read of it")
    return found


def _parse(site: Site, address: str, reply: Response | ProviderError) -> tuple[bool, Sequence[str]]:
    """Whether it is an index of sitemaps, and the addresses in it."""
    if isinstance(reply, Response) and 300 <= reply.status < 400:
        target = urljoin(address, reply.headers.get("location", ""))
        if site.owns(target) and target != address:
            return True, [target]
    if isinstance(reply, ProviderError):
        raise reply
    if not 200 <= reply.status < 300:
        read_json(reply, site.identifier)
        raise _odd(site, address, f"is not there (status {reply.status})")
    body = _unpacked(site, address, reply.body)
    if not body.strip():
        raise _odd(site, address, "is empty")
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start != b"<":
        lines = [line.strip() for line in body.decode("utf-8-sig", "replace").splitlines()]
        places = [line for line in lines if line.lower().startswith(("http://", "https://"))]
        if not places and any(lines):
            raise _odd(site, address, "is neither XML nor a list of addresses")
        return False, places
    if b"<!DOCTYPE" in body[:2_000].upper() or b"<!ENTITY" in body or b"\0" in body[:8]:
        raise _odd(site, address, "is a web page, or XML with a document type")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  # without a document type there are no entities to expand
    except ElementTree.ParseError as error:
        raise _odd(site, address, f"is not well-formed XML (line {error.position[0]})") from None
    name = _local(root.tag)
    if name not in {"urlset", "sitemapindex"}:
        raise _odd(site, address, f"begins with <{name[:40]}>")
    places = [
        (inner.text or "").strip() for entry in root for inner in entry if _local(inner.tag) == "loc" and inner.text
    ]
    return name == "sitemapindex", places


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _unpacked(site: Site, address: str, body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body[:_LARGEST]
    try:
        reader = zlib.decompressobj(wbits=31)
        found = reader.decompress(body, _LARGEST)
    except zlib.error:
        raise _odd(site, address, "is packed (gzip), and damaged") from None
    if not reader.eof and not reader.unconsumed_tail:
        raise _odd(site, address, "is packed (gzip), and cut off")
    return found


def _odd(site: Site, address: str, what: str) -> OddAnswerError:
    return OddAnswerError(
        f"the sitemap of `{site.identifier}` at {address} {what}",
        identifier=site.identifier,
        help="set `sitemap` to the address of its sitemap; robots.txt often names it",
        retryable=True,
    )


def _forbidden(site: Site, address: str) -> AccessError:
    return AccessError(
        f"robots.txt of `{site.identifier}` disallows {address}",
        identifier=site.identifier,
        help=f"allow it there for User-agent: {site.agent}",
    )
