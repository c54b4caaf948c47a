"""The folder that the demo leaves behind: templates to play with, and mails that show without the shop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dovetail.demo.gallery import index
from dovetail.demo.shop import DemoShop

SETTINGS = "dovetail.toml"
RECIPIENTS = "recipients.csv"
TEMPLATE = "newsletter.tpl"

_SHOP = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """A folder for the demo's files."""

    path: Path

    def prepare(self, shop: DemoShop) -> Sequence[str]:
        """Put templates, recipients and settings there; files that are there already stay as they are.

        The settings' address of the sample shop is set to where it is now. Returns the names of files that
        differ from the demo's own, because somebody changed them.
        """
        kept: list[str] = []
        for name, text in _originals():
            target = self.path / name
            if name == SETTINGS:
                text = _SHOP.sub(shop.url, text)
            if not target.exists():
                _write(target, text.encode())
            elif name == SETTINGS:
                now = target.read_text(encoding="utf-8")
                if _SHOP.sub(shop.url, now) != now:
                    _write(target, _SHOP.sub(shop.url, now).encode())
            elif target.read_text(encoding="utf-8", errors="replace") != text:
                kept.append(name)
        for name, value in shop.settings().items():
            if name not in ("url", "store"):
                _write(self.path / "keys" / name, f"{value}\n".encode())
        return kept

    def save(self, number: int, html: str, profile: Mapping[str, object], shop: DemoShop) -> str:
        """Write a mail, and beside it the pictures and pages that it shows; returns the file's name."""
        address = str(profile.get("email", "")).partition("@")[0].lower()
        name = "-".join(part for part in ("mail", str(number), re.sub(r"[^a-z0-9]+", "-", address).strip("-")) if part)
        _write(self.path / f"{name}.html", self._offline(html, shop).encode())
        return f"{name}.html"

    def finish(self, mails: Sequence[tuple[str, str]], requests: Mapping[str, int]) -> Path:
        """Write the page that shows all mails, (file name, for whom); returns where it is."""
        page = self.path / "index.html"
        _write(page, index(mails, requests, self.path.as_posix()).encode())
        return page

    # Pages of the shop show pictures and no other pages, so this ends.
    def _offline(self, html: str, shop: DemoShop, up: str = "") -> str:
        """The same text with addresses of the shop replaced by files in this folder, which are written."""

        def place(found: re.Match[str]) -> str:
            path = unquote(urlsplit(unescape(found[1])).path)
            there = shop.file(path)
            if there is None:
                return found[0]
            media, content = there
            kind = "images" if media.startswith("image/") else "pages"
            file = self.path / kind / (Path(path).name or "index.html")
            if kind == "pages":
                text = re.sub(r'(src|href)="(/[^"]*)"', rf'\1="{shop.url}\2"', content.decode())
                content = self._offline(text, shop, "../").encode()
            _write(file, content)
            return f"{up}{kind}/{file.name}"

        return re.sub(rf"{re.escape(shop.url)}(/[^\"'\s<>()]*)", place, html)


def _originals() -> Iterator[tuple[str, str]]:
    yield from _walk(files("dovetail.demo") / "templates", "")


def _walk(folder: Traversable, below: str) -> Iterator[tuple[str, str]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _walk(item, f"{below}{item.name}/")
        else:
            yield f"{below}{item.name}", item.read_text(encoding="utf-8")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
