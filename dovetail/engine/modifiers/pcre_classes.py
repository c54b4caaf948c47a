"""PCRE's named character classes as ranges for Python's `re`: `\\p{L}`, `[:alpha:]`."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

_CATEGORIES = frozenset(
    "L Lu Ll Lt Lm Lo L& M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf".split()  # noqa: SIM905
)
_POSIX = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9a-fA-F", "word": r"\w", "cntrl": r"\x00-\x1f\x7f",
    "print": " -~", "graph": "!-~",
}  # fmt: skip


def posix_class(name: str) -> str | None:
    """The inside of a bracket expression for `[:name:]`; None for an unknown one."""
    return _POSIX.get(name)


@lru_cache(maxsize=16)
def category_ranges(name: str) -> str | None:
    """The inside of a bracket expression for `\\p{name}`; None for an unknown category.

    Looks at every code point once, about a quarter of a second, and only for patterns that use it.
    """
    if name not in _CATEGORIES:
        return None
    wanted = ("Lu", "Ll", "Lt") if name == "L&" else (name,)
    ranges: list[str] = []
    start = -1
    category = unicodedata.category
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and category(chr(code)).startswith(wanted)
        if inside and start < 0:
            start = code
        elif not inside and start >= 0:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = -1
    return "".join(ranges)
