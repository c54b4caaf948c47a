"""Which website, and which addresses are its own. What a template or a page names is asked for only there. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from dovetail.engine.ports import Key, Request

AGENT = "DovetailCrawler"

_LONGEST = 2_000
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]")
_PORTS = {"http": 80, "https": 443}
_SAFE = "%/:=&?~+!$,;'@()*[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A website by the address of its sitemap. `max_…` bound one reading of its pages; bytes are of bodies."""

    identifier: str
    sitemap: str
    agent: str = AGENT
    max_pages: int = 500
    max_page_bytes: int = 2_000_000
    max_bytes: int = 50_000_000

    @property
    def origin(self) -> str:
        """Where its paths begin: `https://shop.example`."""
        parts = urlsplit(self.sitemap)
        return f"{parts.scheme}://{parts.netloc}"

    def owns(self, address: str) -> bool:
        """Whether an address is at the same host, by http or https."""
        try:
            ours, theirs = urlsplit(self.sitemap), urlsplit(address)
            if theirs.scheme not in _PORTS or theirs.hostname != ours.hostname or "@" in theirs.netloc:
                return False
            plain = [parts.port in (None, _PORTS[parts.scheme]) for parts in (ours, theirs)]
            return all(plain) or theirs.port == ours.port
        except ValueError:
            return False

    def address(self, place: Key, base: str = "") -> str | None:
        """The complete address of a path or an address, percent-encoded, without its fragment; None where none is."""
        text = str(place).strip()
        if not text or len(text) > _LONGEST or _CONTROL.search(text):
            return None
        if not base and not re.match(r"https?://", text, re.IGNORECASE):
            text = f"/{text.lstrip('/')}"
        try:
            found = urldefrag(urljoin(base or self.origin, text)).url
            parts = urlsplit(found)
            host = parts.hostname
        except ValueError:
            return None
        if parts.scheme not in _PORTS or not host or not parts.netloc.isascii():
            return None
        return f"{parts.scheme}://{parts.netloc}{quote(parts.path or '/', _SAFE)}" + (
            f"?{quote(parts.query, _SAFE)}" if parts.query else ""
        )

    def get(self, address: str, accept: str, keep_for: float = 0.0) -> Request:
        """The request for an address."""
        return Request("GET", address, {"accept": accept, "user-agent": self.agent}, keep_for=keep_for, expects="bytes")


def path_of(address: str) -> str:
    """A page's key: its path, with what stands behind `?`."""
    parts = urlsplit(address)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
