"""The shops of a chaos run: ids are the same in both, and nothing else is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tests.chaos.truth import Truth
from tests.doubles.shop import Shop

CUSTOMERS = 300
ORDERS = 700
SHOWN = 24
"""Products in every mail."""


@contextmanager
def two_shops(seed: int) -> Iterator[Sequence[Truth]]:
    """One with Magento's input limits switched on, and one without."""
    with ExitStack() as stack:
        shops = [
            stack.enter_context(
                Shop(profile=profile, products=100, customers=CUSTOMERS, orders=ORDERS, carts=0, seed=seed * 2 + number)
            )
            for number, profile in enumerate(("strict", "2.4.8"))
        ]
        people, products = ([_ids(shop, kind) for shop in shops] for kind in ("customers", "products"))
        yield [Truth(shop, _in_all(people), _in_all(products)[:SHOWN], time.time) for shop in shops]


def _ids(shop: Shop, kind: str) -> set[int]:
    return {entry["id"] for entry in shop.dump(kind)}


def _in_all(ids: Sequence[set[int]]) -> Sequence[int]:
    # Some have been deleted in the one or the other.
    return sorted(set.intersection(*ids))
