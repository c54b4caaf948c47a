"""The words of an HTML mail, for those who read no HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "table", "tr", "ul"),
    }
)
_SILENT = frozenset({"head", "script", "style", "template", "title"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0
        self._link: tuple[str, int] = ("", 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS or tag == "br":
            self.words.append("\n- " if tag == "li" else "\n")
        elif tag in {"td", "th"}:
            self.words.append(" ")
        elif tag == "img":
            self.words.append(dict(attrs).get("alt") or "")
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.words))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS - {"li", "tr"}:
            self.words.append("\n")
        elif tag == "a":
            address, start = self._link
            self._link = ("", 0)
            if address.startswith(("http:", "https:", "mailto:")) and "".join(self.words[start:]).strip() != address:
                self.words.append(f" <{address}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(re.sub(r"\s+", " ", data))


def plain_text(html: str) -> str:
    """What an HTML mail says, in reading order: links with their addresses, pictures by their alternative text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    # Mails hide these between the words of their preview line, to keep other words out of it.
    lines = [re.sub(r"[\s\u034f\u200b-\u200d\ufeff]+", " ", line).strip() for line in "".join(reader.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
