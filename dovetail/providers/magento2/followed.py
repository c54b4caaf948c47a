"""Parts whose asks may be about several store views: each is answered in its own. Keys begin with the view's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from dovetail.engine.ports import Answer, Ask, Key, Query, Talk
from dovetail.errors import ProviderError
from dovetail.providers.magento2.views import in_view
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

Answered: TypeAlias = Mapping[Ask, Answer | ProviderError]
Part: TypeAlias = "Callable[[Shop, Sequence[Ask], float], Talk[Answered]]"


def ids_of(key: Key | Query) -> tuple[int, tuple[int, ...]]:
    """The view (0: that of the settings) and the ids of a key: `3 5 8`, or `5` alone for the view of the settings."""
    words = [int(word) for word in str(key).split()]
    return (words[0], tuple(words[1:])) if len(words) > 1 else (0, tuple(words))


def _view_of(key: Key | Query) -> int:
    return ids_of(key)[0]


def in_views(part: Part, view_of: Callable[[Key | Query], int] = _view_of) -> Part:
    """The part, asked once for each store view that its asks are about, side by side."""

    def answer(shop: Shop, asks: Sequence[Ask], now: float) -> Talk[Answered]:
        groups: dict[int, list[Ask]] = {}
        for ask in asks:
            groups.setdefault(view_of(ask.key), []).append(ask)
        found = yield from together([_in_one(shop, view, part, wanted, now) for view, wanted in groups.items()])
        answered: dict[Ask, Answer | ProviderError] = {}
        for wanted, result in zip(groups.values(), found, strict=True):
            answered.update(dict.fromkeys(wanted, result) if isinstance(result, ProviderError) else result)
        return answered

    return answer


def _in_one(shop: Shop, view: int, part: Part, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    there = yield from in_view(shop, view)
    return (yield from part(there, asks, now))
