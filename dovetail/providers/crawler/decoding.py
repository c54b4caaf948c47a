"""The text of a page, by what its head says of its encoding; never an exception. Pure.

In the order of the HTML standard (§13.2.3): a byte order mark, the reply's header, a `<meta>` in the first 1024 bytes;
without any of them UTF-8 where that is what it is, else Windows-1252.
"""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-?8859-?\d+|latin-?1|windows-125\d|cp125\d|koi8-[ru]|macintosh|"
    r"shift_?jis|sjis|euc-(jp|kr)|iso-2022-jp|gbk?|gb2312|gb18030|big5(-hkscs)?|tis-620|windows-874"
)
"""Codecs of texts: Python has others under names that a page could give (`idna`, `unicode_escape`)."""


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a body."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    header = _HEADER.search(content_type)
    meta = _META.search(body[:1024])
    for label in (header[1] if header else "", meta[1].decode("ascii", "replace") if meta else ""):
        codec = _codec(label.lower(), in_page=not header)
        if codec:
            return body.decode(codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut off in the middle of a letter, or not UTF-8 at all.
        return body.decode("utf-8" if error.start >= len(body) - 3 else "cp1252", "replace")


def _codec(label: str, in_page: bool) -> str:
    if not _KNOWN.fullmatch(label):
        return ""
    if in_page and label.startswith("utf-16"):
        # A page whose `<meta>` can be read as ASCII is none.
        return "utf-8"
    if label in {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"}:
        # Browsers read these as Windows-1252, and so do those who write them.
        return "cp1252"
    try:
        return codecs.lookup("mac_roman" if label == "macintosh" else label).name
    except LookupError:
        return ""
