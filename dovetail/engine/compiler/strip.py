"""What `{strip}` does to the text of a template (Smarty 5's Template compiler, `processText`)."""

from __future__ import annotations

import re

_LINES = re.compile(r"[\t ]*[\r\n]+[\t ]*")
_KEPT = re.compile(
    r"<script[^>]*>.*?</script[^>]*>|<textarea[^>]*>.*?</textarea[^>]*>|<pre[^>]*>.*?</pre[^>]*>", re.I | re.S
)
_MARK = "@!@SMARTY:%d:SMARTY@!@"
_STEPS = (
    # Blanks between tags become one, line ends between them vanish, blanks between attributes become one.
    (re.compile(r"(:SMARTY@!@|>)[ \t]+(?=@!@SMARTY:|<)"), r"\1 "),
    (re.compile(r"(:SMARTY@!@|>)[ \t]*\n\s*(?=@!@SMARTY:|<)"), r"\1"),
    (re.compile(r"((?:[a-z0-9]\s*=\s*(?:\"[^\"]*?\"|'[^']*?'))|<[a-z0-9_]+)\s+([a-z/>])", re.I), r"\1 \2"),
    (re.compile(r">[ \t]+\Z"), "> "),
    (re.compile(r">[ \t]*\n\s*\Z"), ">"),
    (_LINES, ""),
)


def strip_text(text: str) -> str:
    """One piece of template text without line ends; script, pre and textarea are left alone."""
    if "<" not in text:
        return _LINES.sub("", text)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return _MARK % (len(kept) - 1)

    text = _KEPT.sub(keep, text)
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    for number, original in enumerate(kept):
        text = text.replace(_MARK % number, original)
    return text
