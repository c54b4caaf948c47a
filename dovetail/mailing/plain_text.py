"""A mail's text for those who read no HTML: the plain-text part that is sent, and that the preview shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"})
_BLOCKS = _PARAGRAPHS | {
    *("address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form"),
    *("header", "hr", "li", "main", "nav", "pre", "section", "tr"),
}
_SILENT = frozenset({"head", "style", "script", "title", "template"})

_UNSEEN = "\u034f\u200b\u200c\u200d\ufeff"
# Mails hide these behind their preview line, to keep other words out of it; between letters they belong to the word.
_BLANK = re.compile(rf"[{_UNSEEN}]*\s[\s{_UNSEEN}]*")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "img":
            self.parts.append(given.get("alt") or "")
        elif tag == "td":
            self.parts.append(" ")
        elif tag == "a":
            self.links.append((given.get("href") or "", len(self.parts)))
        self._break(tag)
        if tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "a" and self.links:
            address, start = self.links.pop()
            shown = "".join(self.parts[start:]).strip()
            if address.startswith(("http:", "https:", "mailto:")) and address != shown:
                self.parts.append(f" <{address}>" if shown else f"<{address}>")
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag not in _BLOCKS:
            return
        # Where one ends and the next begins is one break.
        said = "".join(self.parts[-3:]).replace(" ", "")
        have = len(said) - len(said.rstrip("\n"))
        self.parts.append("\n" * ((2 if tag in _PARAGRAPHS else 1) - have))


def plain_text(html: str) -> str:
    """The words of an HTML mail in reading order, links with their addresses, pictures by their alternative text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [_BLANK.sub(" ", line).strip(f" {_UNSEEN}") for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
