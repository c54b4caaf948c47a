"""Output filters: what is done to a whole result."""

from __future__ import annotations

import re

_KEPT = re.compile(
    r"<!--\[[^\]]+\]>.*?<!\[[^\]]+\]-->|<script[^>]*>.*?</script[^>]*>|<textarea[^>]*>.*?</textarea[^>]*>|<pre[^>]*>.*?</pre[^>]*>",
    re.I | re.S,
)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_MARK = "@!@SMARTY:%d:SMARTY@!@"
_STEPS = (
    (re.compile(r"(:SMARTY@!@|>)\s+(?=@!@SMARTY:|<)"), r"\1 "),
    (re.compile(r"(([a-z0-9]\s*=\s*(\"[^\"]*?\")|('[^']*?'))|<[a-z0-9_]+)\s+([a-z/>])", re.I), r"\1 \5"),
    (re.compile(r"\A\s+<"), "<"),
    (re.compile(r">\s+\Z"), ">"),
)


def trim_whitespace(text: str) -> str:
    """Smarty's `trimwhitespace`: white space between HTML tags becomes one blank, at the ends nothing.

    script, textarea, pre and conditional comments are left alone; other comments vanish.
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return _MARK % (len(kept) - 1)

    text = _KEPT.sub(keep, text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _COMMENT.sub("", text)
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    for number, original in enumerate(kept):
        text = text.replace(_MARK % number, original)
    return text
