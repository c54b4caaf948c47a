"""What the text of a template mentions: Smarty keeps loop properties only where it does, comments included."""

from __future__ import annotations

import re

_PROPERTIES = "index|iteration|first|last|total|show|key"


def mentions_loop(text: str, item: str, loop: str = "") -> bool:
    """Whether a text asks for a property of the loop over a variable, or of the loop of that name.

    `item` is a Python expression for the variable's name.
    """
    word = re.escape(item.strip("'"))
    # To look for one sign takes next to nothing.
    if "@" in text and re.search(rf"{word}@(?:{_PROPERTIES})\b", text) is not None:
        return True
    return bool(loop) and f"smarty.foreach.{loop}" in text


def mentioned_properties(text: str, item: str, loop: str = "") -> str:
    """A Python expression for the properties that a text asks for."""
    words = [item.strip("'") + "@", *([f"smarty.foreach.{loop}."] if loop else [])]
    pattern = "|".join(map(re.escape, words))
    found = {match.group(1) for match in re.finditer(rf"(?:{pattern})(\w+)", text)}
    return f"frozenset({sorted(found)})"
