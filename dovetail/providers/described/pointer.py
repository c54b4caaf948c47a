"""JSON pointers (RFC 6901): which part of a document is meant. Pure.

`/data/0/name` is the member `name` of the first element of the member `data`; "" is the whole document. `~1` stands
for a slash in a name, `~0` for a tilde.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

_LONELY_TILDE = re.compile(r"~(?![01])")
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")


class Missing(LookupError):
    """A document lacks what a pointer names. `at` is the pointer of the last part that is there, `value` that part."""

    def __init__(self, at: str, value: object) -> None:
        super().__init__(at)
        self.at = at
        self.value = value


def parse(text: str) -> tuple[str, ...]:
    """A pointer's names, from the top down.

    Raises:
        ValueError: the text is no JSON pointer.
    """
    if text and not text.startswith("/"):
        raise ValueError("a JSON pointer is empty or begins with /")
    if _LONELY_TILDE.search(text):
        raise ValueError("in a JSON pointer a ~ is written ~0, and a / in a name ~1")
    # In this order: `~01` is `~1`, not a slash (RFC 6901 §4).
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def spell(names: Sequence[str]) -> str:
    """The pointer that `parse` reads."""
    return "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names)


def find(document: object, names: Sequence[str]) -> object:
    """The part of a document.

    Raises:
        Missing: it is not there.
    """
    value = document
    for depth, name in enumerate(names):
        if isinstance(value, Mapping):
            members = cast("Mapping[str, object]", value)
            if name not in members:
                raise Missing(spell(names[:depth]), value)
            value = members[name]
        elif isinstance(value, list):
            elements = cast("list[object]", value)
            if not _INDEX.match(name) or int(name) >= len(elements):
                raise Missing(spell(names[:depth]), value)
            value = elements[int(name)]
        else:
            raise Missing(spell(names[:depth]), value)
    return value


def describe(value: object) -> str:
    """What a part of a document is, for messages: names of members, never values, which may be about a person."""
    if isinstance(value, Mapping):
        names = [str(name) for name in cast("Mapping[object, object]", value)][:8]
        return f"an object with {', '.join(names)}" if names else "an empty object"
    if isinstance(value, list):
        return f"an array of {len(cast('list[object]', value))}"
    return {type(None): "null", bool: "true or false", str: "a text"}.get(type(value), "a number")
