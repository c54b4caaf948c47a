"""`{mailto}`: a link to a mail address, written out or hidden from harvesters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.engine.modifiers.escape import escape
from dovetail.engine.native import escape_html
from dovetail.engine.tags.functions import tag_function
from dovetail.engine.values import to_text, truth
from dovetail.engine.values.plain import to_bytes

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

_MAILTO = "&#109;&#97;&#105;&#108;&#116;&#111;&#58;"
"""`mailto:` as entities."""


def _query(given: Mapping[str, object]) -> str:
    parts: list[str] = []
    for name, value in given.items():
        quoted = to_text(escape(value, "url"))
        if name in ("cc", "bcc", "followupto") and truth(value):
            # Addresses stay readable: some mail programs do not decode them.
            parts.append(f"{name}={quoted.replace('%40', '@').replace('%2C', ',')}")
        elif name in ("subject", "newsgroups"):
            parts.append(f"{name}={quoted}")
    return f"?{'&'.join(parts)}" if parts else ""


def _hidden_address(address: str) -> str:
    """Letters, digits and _ as %xx; the rest as HTML text."""
    return "".join(
        f"%{ord(char):02x}" if char.isascii() and (char.isalnum() or char == "_") else escape_html(char)
        for char in address
    )


@tag_function("mailto")
def mailto(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {mailto}; `encode` is none, hex, javascript or javascript_charcode (mail programs run no scripts).

    `extra` is markup and stands as it is. An unknown encoding, or hex with a subject and the like, shows
    nothing and is noted in the report.
    """
    if not truth(given.get("address")):
        return ""
    address = to_text(given["address"])
    text = to_text(given.get("text", address))
    extra = to_text(given.get("extra"))
    query = _query(given)
    encode = to_text(given["encode"]) if truth(given.get("encode")) else "none"
    link = f'<a href="mailto:{escape_html(address + query)}" {extra}>{escape_html(text)}</a>'
    if encode == "none":
        return rt.bounded(link)
    # Every encoding makes several characters of one.
    rt.bounded(link)
    if encode == "javascript":
        hidden = "".join(f"%{byte:02x}" for byte in to_bytes(link))
        return rt.bounded(f"<script>document.write(unescape('{hidden}'))</script>")
    if encode == "javascript_charcode":
        codes = ",".join(map(str, to_bytes(link)))
        return rt.bounded(f"<script>document.write(String.fromCharCode({codes}))</script>")
    if encode == "hex" and "?" not in address + query:
        # Characters, where Smarty writes the bytes of UTF-8 (which show as other letters).
        shown = "".join(f"&#x{ord(char):02x};" for char in text)
        return rt.bounded(f'<a href="{_MAILTO}{_hidden_address(address)}" {extra}>{shown}</a>')
    if encode == "hex":
        rt.notes["`{mailto encode='hex'}` cannot hide a subject or copies: it shows nothing"] = None
    else:
        rt.notes["`{mailto}` knows the encodings none, hex, javascript and javascript_charcode"] = None
    return ""
