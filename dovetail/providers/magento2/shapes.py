"""A reply's JSON in the shape that was asked for, or an error: never something that looks like "there is nothing".

Proxies and broken modules answer 200 with JSON of their own (facts/magento.md §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from dovetail.engine.ports import Response
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.magento2.replies import Raw
from dovetail.providers.magento2.wire import Shop


def single(shop: Shop, reply: Response | ProviderError, what: str) -> Raw:
    """One object. Raises what `Shop.read` raises, and OddAnswerError for anything else than an object."""
    read = shop.read(reply)
    if not isinstance(read, Mapping):
        raise _odd(shop, what)
    return cast("Raw", read)


def listed(shop: Shop, reply: Response | ProviderError, what: str) -> list[Raw]:
    """A list of objects. Raises what `Shop.read` raises, and OddAnswerError for anything else than that."""
    return _objects(shop, shop.read(reply), what)


def paged(shop: Shop, reply: Response | ProviderError, what: str) -> tuple[list[Raw], int]:
    """The objects of a search's page, and how many there are in all.

    Raises what `Shop.read` raises, and OddAnswerError for anything else than a page.
    """
    read = single(shop, reply, f"a list of {what}")
    if "items" not in read:
        raise _odd(shop, f"a list of {what}")
    # A search that matches nothing under a projection has `null` for its items.
    items = _objects(shop, read["items"] or [], f"a list of {what}")
    total = read.get("total_count")
    return items, total if isinstance(total, int) else len(items)


def _objects(shop: Shop, value: object, what: str) -> list[Raw]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in cast("list[object]", value)):
        raise _odd(shop, what)
    return cast("list[Raw]", value)


def _odd(shop: Shop, what: str) -> OddAnswerError:
    return OddAnswerError(
        f"{shop.url} sent something else than {what}",
        identifier=shop.identifier,
        help="is this the shop's address, and does nothing in front of it answer in its place?",
        retryable=True,
    )
