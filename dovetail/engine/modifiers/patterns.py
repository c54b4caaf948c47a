"""`|regex_replace`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dovetail.engine.modifiers.arguments import bounded, loose_whole, text_of
from dovetail.engine.modifiers.pcre import pcre
from dovetail.engine.modifiers.registry import modifier
from dovetail.engine.values import to_text
from dovetail.engine.values.plain import as_array
from dovetail.errors import ValueFault

_TAIL = re.compile(r"([a-zA-Z\s]+)$")
_REFERENCE = re.compile(r"\\\\|[\\$]([0-9]{1,2})|\$\{([0-9]{1,2})\}")


def _without_e(pattern: str) -> str:
    """Smarty removes PHP's old flag that ran the replacement as code."""
    pattern = pattern.partition("\0")[0]
    found = _TAIL.search(pattern)
    if found is None or "e" not in found[1]:
        return pattern
    return pattern[: found.start()] + re.sub(r"[e\s]+", "", found[1])


def _template(replacement: str) -> Callable[[re.Match[str]], str]:
    """A replacement with `$1`, `\\1` and `${1}` as a function of a match."""
    parts: list[str | int] = []
    at = 0
    for found in _REFERENCE.finditer(replacement):
        parts.append(replacement[at : found.start()])
        number = found[1] or found[2]
        parts.append("\\" if number is None else int(number))
        at = found.end()
    parts.append(replacement[at:])
    made = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal made
        groups = match.re.groups
        text = "".join(
            part if isinstance(part, str) else (match[part] or "") if part <= groups else "" for part in parts
        )
        made += len(text)
        bounded(made, "regex_replace")
        return text

    return fill


def _replaced(text: str, pattern: str, replacement: str, limit: int) -> str:
    compiled = pcre(_without_e(pattern))
    if compiled is None:
        return ""
    compiled.check(text)
    if limit == 0:
        return text
    return compiled.regex.sub(_template(replacement), text, count=max(0, limit))


@modifier("regex_replace", group="text")
def regex_replace(value: object, search: object, replacement: object, limit: object = -1) -> str:
    """Replace what a PHP pattern finds, as in regex_replace:'/\\d+/':'#'; a broken pattern gives ''."""
    text, most = text_of(value, "regex_replace"), loose_whole(limit)
    patterns, others = as_array(search), as_array(replacement)
    if patterns is None:
        return _replaced(text, to_text(search), text_of(replacement, "regex_replace"), most)
    replacements = None if others is None else list(others.values() if isinstance(others, Mapping) else others)
    if len(patterns) > 100:
        raise ValueFault("|regex_replace got more than 100 patterns.", "use fewer, or |replace")
    for at, pattern in enumerate(patterns.values() if isinstance(patterns, Mapping) else patterns):
        other = replacement if replacements is None else replacements[at] if at < len(replacements) else ""
        text = _replaced(text, to_text(pattern), to_text(other), most)
    return text
