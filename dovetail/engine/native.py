"""Showing values and joining texts: in C where the accelerator was built, else in Python, with equal results.

Callers take `html`, `text`, `number_format`, `join` and `Filler` from here; `COMPILED` says which form they
are. The forms in Python are `html_in_python` and so on: they state the contract, and the tests hold the
compiled ones (`_native.c`) against them. `DOVETAIL_PURE=1` in the environment turns the compiled ones off.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from dovetail.engine.values import to_text

if TYPE_CHECKING:
    from dovetail.engine._native import (  # pyright: ignore[reportMissingModuleSource]  # may not be built
        Filler,
        html,
        join,
        number_format,
        text,
    )

NumberFormat = Callable[[object, object, object, object], str]
Format = tuple[int, str, str]
"""Of a number: decimals, point, separator of thousands."""

_TOGETHER: Final = 256
"""So many pieces, those of most mails, are joined before their length is looked at: to join parts copies all again."""

LARGEST_LIMIT: Final = sys.maxsize // 64
"""The greatest limit a filler takes: no sum of sizes overflows in C."""


@cache
def _careful_number_format() -> NumberFormat:
    # Looked up when it is first used: the modifiers themselves may be built on this module.
    from dovetail.engine.modifiers.numbers import number_format

    return number_format


def number_format_in_python(value: object, decimals: object, point: object, thousands: object) -> str:
    """The modifier `number_format`.

    Raises:
        ValueFault: as the modifier does.
    """
    return _careful_number_format()(value, decimals, point, thousands)


def _markupsafe_escape() -> Callable[[str], str] | None:
    """MarkupSafe's escape in C, when it is installed and does what `corrected` is built on."""
    try:
        found = importlib.import_module("markupsafe._speedups")
        escape = cast("Callable[[str], str]", found._escape_inner)
    except (ImportError, AttributeError):
        return None
    clean = "clean \u20ac"
    sound = escape("&<>\"'\u20ac") == "&amp;&lt;&gt;&#34;&#39;\u20ac" and escape(clean) is clean
    return escape if sound else None


escape_inner: Final = _markupsafe_escape()
"""Text with & < > " ' as MarkupSafe writes them, and the same object when it has none; None: not to be had."""


def corrected(escaped: str) -> str:
    """What `escape_inner` gave, as PHP writes it."""
    # An ampersand of the text has become `&amp;`, so these two can only stand for the quotes.
    if "&#" in escaped:
        return escaped.replace("&#34;", "&quot;").replace("&#39;", "&#039;")
    return escaped


def escape_html(value: str) -> str:
    """Text for HTML, as automatic escaping writes it: & < > " ' become PHP's entities; itself when it has none."""
    if escape_inner is not None:
        return corrected(escape_inner(value))
    if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
        return (
            value.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace('"', "&quot;")
            .replace("'", "&#039;")
        )
    return value


def text_in_python(value: object) -> str:
    """What `{$value nofilter}` prints of null, a boolean, an int, a float or a text.

    Raises:
        TypeError: the value's type is none of these exactly.
    """
    if type(value) is str:
        return value
    if value is None or type(value) in (int, float, bool):
        return to_text(value)
    raise TypeError(f"no plain value: {type(value).__name__}")


def html_in_python(value: object) -> str:
    """What `{$value}` prints under automatic escaping; a text that needs no escaping is given back itself.

    Raises:
        TypeError: as `text_in_python`.
    """
    return escape_html(value if type(value) is str else text_in_python(value))


def join_in_python(pieces: list[str] | list[bytes], limit: int) -> str | bytes:
    """The pieces of a list, all str or all bytes, as one; '' for none.

    Raises:
        OverflowError: the whole would have more characters (or bytes) than the limit.
        TypeError: a piece is of another type.
    """
    if not isinstance(pieces, list) or type(limit) is not int:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError("join takes a list and a limit")
    # Bytes are joined by the same words; a piece of another kind than the first is a TypeError of `join`.
    all_of = cast("list[str]", pieces)
    empty = cast("str", b"" if pieces and type(pieces[0]) is bytes else "")
    # A join gives the length for nothing: some pieces at a time, so that no great text is made in vain.
    parts: list[str] = []
    at, left = 0, limit
    while len(all_of) - at > _TOGETHER:
        part = empty.join(all_of[at : at + _TOGETHER])
        at += _TOGETHER
        left -= len(part)
        if left < 0:
            del part, parts  # which the traceback would keep
            raise OverflowError("the text is longer than the limit")
        parts.append(part)
    whole = empty.join([*parts, *all_of[at:]] if at else all_of)
    if len(whole) > limit:
        raise OverflowError("the text is longer than the limit")
    return whole


class FillerInPython:
    """Texts with values between them: `Filler(("Dear ", "!"), "h", (("name",),))({"name": "A&B"})`.

    `kinds` has a letter for each value: h as `html`, t as `text`, n as `number_format` of an int or a float,
    which is not escaped. `formats` has for each n the decimals (0 to 14), the point and the separator of
    thousands. `keys` has for each value the keys that lead from the argument to what is shown, through
    dictionaries. A call gives str, or UTF-8 when `encode`.

    `over` fills for each item of a list. For that `items` has a letter for each value: i for the item, o for the
    next of the other arguments, which are the same for every item.

    A call raises KeyError (a key is missing), TypeError (no dict on the way, no plain value or no number, a
    wrong number of arguments), OverflowError (a shown value or the whole has more than `limit` characters),
    when it encodes UnicodeEncodeError (a lone surrogate), and what `number_format` raises. Making one raises
    TypeError, ValueError and UnicodeEncodeError for wrong parts.
    """

    __slots__ = ("_encode", "_items", "_keys", "_shows", "_texts", "limit")

    def __init__(
        self,
        texts: tuple[str, ...],
        kinds: str,
        keys: tuple[tuple[str, ...], ...],
        *,
        encode: bool = False,
        limit: int = 1_000_000,
        items: str = "",
        formats: tuple[Format, ...] = (),
    ) -> None:
        if len(texts) != len(kinds) + 1 or len(keys) != len(kinds):
            raise ValueError("there must be as many keys as kinds, and one text more")
        if not 0 <= limit <= LARGEST_LIMIT:
            raise ValueError("the limit is negative or too great")
        if any(type(text) is not str for text in texts):
            raise TypeError("texts must be str")
        if encode:
            "".join(texts).encode()
        if not set(kinds) <= {"h", "t", "n"}:
            raise ValueError("a kind must be h, t or n")
        if len(items) not in (0, len(kinds)):
            raise ValueError("there must be no items or as many as kinds")
        if not set(items) <= {"i", "o"}:
            raise ValueError("items must be of i and o")
        if len(formats) != kinds.count("n"):
            raise ValueError("there must be a format for each n")
        if any(type(path) is not tuple or any(type(key) is not str for key in path) for path in keys):
            raise TypeError("keys must be tuples of str")
        numbers = iter([_number_in(form) for form in formats])
        self._shows = [
            html_in_python if kind == "h" else text_in_python if kind == "t" else next(numbers) for kind in kinds
        ]
        self._texts, self._keys, self._items = texts, keys, items
        self._encode = encode
        self.limit = limit

    def _filled(self, values: Iterable[object]) -> str:
        left = self.limit - sum(map(len, self._texts))
        if left < 0:
            raise OverflowError("the text is longer than the limit")
        pieces = [self._texts[0]]
        for value, show, keys, after in zip(values, self._shows, self._keys, self._texts[1:], strict=True):
            for key in keys:
                if type(value) is not dict:
                    raise TypeError(f"no dict: {type(value).__name__}")
                value = cast("dict[object, object]", value)[key]
            shown = show(value)
            left -= len(shown)
            if left < 0:
                raise OverflowError("the text is longer than the limit")
            if self._encode:
                shown.encode()
            pieces += shown, after
        return "".join(pieces)

    def __call__(self, *values: object) -> str | bytes:
        """The texts with the values shown between them."""
        if len(values) != len(self._shows):
            raise TypeError(f"the filler takes {len(self._shows)} values, not {len(values)}")
        whole = self._filled(values)
        return whole.encode() if self._encode else whole

    def over(self, items: list[object], /, *others: object) -> str | bytes:
        """What calls would give for each item in turn, as one, of which `limit` holds too; '' for no items.

        Raises:
            TypeError: no list, a wrong number of others, or the filler was made without `items`.
        """
        if type(items) is not list:
            raise TypeError("over takes a list")
        if len(self._items) != len(self._shows):
            raise TypeError("the filler was made without items")
        if len(others) != self._items.count("o"):
            raise TypeError(f"the filler takes {self._items.count('o')} others, not {len(others)}")
        left = self.limit
        fillings: list[str] = []
        for item in items:
            other = iter(others)
            filled = self._filled([item if letter == "i" else next(other) for letter in self._items])
            left -= len(filled)
            if left < 0:
                raise OverflowError("the text is longer than the limit")
            fillings.append(filled)
        whole = "".join(fillings)
        return whole.encode() if self._encode else whole


def _number_in(form: Format) -> Callable[[object], str]:
    """What shows a number in a format."""
    if type(form) is not tuple or list(map(type, form)) != [int, str, str]:
        raise TypeError("formats must be tuples of int, str, str")
    decimals, point, thousands = form
    if not 0 <= decimals <= 14:
        raise ValueError("a format must have 0 to 14 decimals")

    def show(value: object) -> str:
        if type(value) not in (int, float):
            raise TypeError(f"no number: {type(value).__name__}")
        return number_format_in_python(value, decimals, point, thousands)

    return show


def _compiled() -> bool:
    """Makes the compiled module ready; False when there is none or it is turned off."""
    if os.environ.get("DOVETAIL_PURE"):
        return False
    try:
        from dovetail.engine import _native  # pyright: ignore[reportMissingModuleSource]
    except ImportError:
        return False
    _native.configure(to_text, number_format_in_python)
    return True


COMPILED: Final = _compiled()
"""Whether the functions of this module are those in C."""

if not TYPE_CHECKING:
    if COMPILED:
        from dovetail.engine._native import Filler, html, join, number_format, text
    else:
        Filler, html, join = FillerInPython, html_in_python, join_in_python
        number_format, text = number_format_in_python, text_in_python

__all__ = [
    "COMPILED",
    "Filler",
    "FillerInPython",
    "Format",
    "corrected",
    "escape_html",
    "escape_inner",
    "html",
    "html_in_python",
    "join",
    "join_in_python",
    "number_format",
    "number_format_in_python",
    "text",
    "text_in_python",
]
