"""How well something fits what was typed, and how offers of several sources become one list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dovetail.lsp.features.results import Completion, Completions

MOST = 100
"""Items of a list: longer ones take editors too long, and nobody reads them (editors.md 3)."""

_EDGES = re.compile(r"[_\-.\s]")


@dataclass(frozen=True, slots=True)
class Offer:
    """A completion with how much it is wanted here: 0 to 100 for its name, and what its source knows beside."""

    item: Completion
    score: float


def quality(typed: str, name: str) -> float | None:
    """How well a name fits what was typed, from 0 to 100; None when it does not."""
    if not typed:
        return 50.0
    low, wanted = name.casefold(), typed.casefold()
    if low == wanted:
        return 100.0
    if low.startswith(wanted):
        return 90.0 - min(len(low) - len(wanted), 30) * 0.2
    if any(word.startswith(wanted) for word in _EDGES.split(low)):
        return 70.0
    if wanted in low:
        return 55.0
    if len(wanted) >= 2 and low[0] == wanted[0] and _in_order(wanted, low):
        return 30.0
    return None


def _in_order(wanted: str, name: str) -> bool:
    at = iter(name)
    return all(letter in at for letter in wanted)


def fitting(typed: str, items: Iterable[tuple[Completion, float]], *, name: bool = True) -> list[Offer]:
    """Offers of the items whose labels fit; each comes with what it is wanted more than its name says."""
    offers = list[Offer]()
    for item, more in items:
        fit = quality(typed, item.label.lstrip("${/|")) if name else 50.0
        if fit is not None:
            offers.append(Offer(item, fit + more))
    return offers


def ranked(offers: Sequence[Offer], *, complete: bool = True) -> Completions:
    """The list: the most wanted first, equals as their sources had them."""
    best = sorted(offers, key=lambda offer: -offer.score)
    return Completions(tuple(offer.item for offer in best[:MOST]), complete and len(best) <= MOST)


def in_snippet(text: str) -> str:
    """A text as a part of a snippet, where `$`, `}` and the backslash mean something (LSP, snippet syntax)."""
    return re.sub(r"([\\$}])", r"\\\1", text)
