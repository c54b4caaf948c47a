"""What the `html_*` tags share: attribute text, further attributes, and markup that grows up to a bound."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dovetail.engine.modifiers.escape import escape
from dovetail.engine.ports import Record
from dovetail.engine.values import is_iterable, to_text, truth
from dovetail.errors import ValueFault


def html(value: object) -> str:
    """A value as text for HTML: & < > " become entities, those that are entities already stay.

    Source: Smarty's escape_special_chars. An apostrophe stays too, which is safe between double quotes.
    """
    text = to_text(value)
    if "&" in text or "<" in text or ">" in text or '"' in text:
        # No entity has an apostrophe: the pieces between them can be escaped one by one.
        return "'".join(to_text(escape(piece, "html", None, False)) for piece in text.split("'"))
    return text


def is_list(value: object) -> bool:
    """Whether a value is an array; a record is not: it has a title to show."""
    return is_iterable(value) and not isinstance(value, Record)


def further(given: Mapping[str, object], known: Collection[str]) -> str:
    """The attributes that a tag does not know, as they stand in HTML; lists are left out (as in Smarty)."""
    return "".join(
        f' {name}="{html(value)}"' for name, value in given.items() if name not in known and not is_list(value)
    )


def further_of_input(given: Mapping[str, object], known: Collection[str]) -> str:
    """As `further`; with `strict`, `disabled` and `readonly` appear only when they are true or their own name."""
    if not truth(given.get("strict")):
        return further(given, {*known, "strict"})
    kept: dict[str, object] = {}
    for name, value in given.items():
        if name not in ("disabled", "readonly"):
            kept[name] = value
        elif value is True or value == name:
            kept[name] = name
    return further(kept, {*known, "strict"})


class Markup:
    """Text that grows piece by piece, at most `largest` characters.

    Lists come from data, and each element repeats the tag's attributes: a few long values could otherwise
    fill the memory.
    """

    def __init__(self, tag: str, largest: int) -> None:
        self._tag = tag
        self._largest = largest
        self._size = 0
        self._parts: list[str] = []

    def add(self, *parts: str) -> None:
        """Write more.

        Raises:
            ValueFault: it is too much.
        """
        self.check(sum(map(len, parts)))
        self._parts += parts
        self._size += sum(map(len, parts))

    def check(self, more: int) -> None:
        """Ask whether there is room for so many characters, before they are made.

        Raises:
            ValueFault: there is not.
        """
        if self._size + more > self._largest:
            raise ValueFault(
                f"`{{{self._tag}}}` makes more than {self._largest:,} characters",
                "use a shorter list or smaller sizes",
            )

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)
