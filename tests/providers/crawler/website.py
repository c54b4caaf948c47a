"""A website on loopback: whatever pages a test gives it, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.providers.loopback import Loopback, headers_of, reply

PRODUCT = """<!doctype html><html lang="nl"><head><title>Stoel &amp; tafel</title>
<meta name="description" content="Mooi &quot;hout&quot;"><meta property="og:title" content="Stoel">
<meta property="og:image" content="/img/stoel.jpg"><meta name="sku" content="S-{number}">
<link rel="canonical" href="/stoel-{number}">
<script type="application/ld+json">
{{"@context": "https://schema.org", "@type": "Product", "@id": "#p", "name": "Stoel &amp; {number}", "sku": "S-{number}",
 "image": ["/img/a.jpg"], "offers": [{{"@type": "Offer", "price": "{price}", "priceCurrency": "EUR",
 "availability": "https://schema.org/InStock"}}]}}
</script></head><body><img src="/img/eerste.png"><script>document.title = "run"</script></body></html>"""


@dataclass
class Served:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]


class Website(Loopback):
    """Running from when it is made; close it. A path that it does not have is 404."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.pages: dict[str, Served] = {}
        self.busiest = 0
        self._busy = 0
        super().__init__()

    def page(self, path: str, text: str | bytes, status: int = 200, **headers: str) -> None:
        body = text.encode() if isinstance(text, str) else text
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Served(body, status, {"content-type": "text/html; charset=utf-8", **given})

    def products(self, count: int) -> None:
        """A sitemap of so many products."""
        for number in range(1, count + 1):
            self.page(f"/p/{number}", PRODUCT.format(number=number, price=f"{number * 10}.00"))
        self.sitemap(*(f"/p/{number}" for number in range(1, count + 1)))

    def sitemap(self, *paths: str) -> None:
        entries = "".join(f"<url><loc>{self.url}{path}</loc></url>" for path in paths)
        self.page("/sitemap.xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>')

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    def asked(self) -> list[str]:
        """The paths of pages that were asked for, in order of their names."""
        return sorted(path for path in self.paths() if path not in {"/robots.txt", "/sitemap.xml"})

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.calls.append(Call(handler.path, headers_of(handler)))
            served = self.pages.get(handler.path, Served(b"nothing here", 404))
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        reply(handler, served.status, served.headers, served.body)
        with self._lock:
            self._busy -= 1
