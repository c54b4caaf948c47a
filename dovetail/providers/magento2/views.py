"""A shop's store views: their settings, which of them has which id, and what is wrong with one that is not there.

One reply that the transport keeps for an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from dovetail.engine.ports import Talk
from dovetail.errors import AccessError, ProviderError
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.shapes import listed
from dovetail.providers.magento2.wire import Shop

KEEP = 3600.0
"""Seconds that settings of the shop are kept."""


@dataclass(frozen=True, slots=True)
class View:
    """A store view. Addresses end in a slash; `currency` is that of the prices, `display_currency` the usual one."""

    id: int
    code: str
    website_id: int
    locale: str
    currency: str
    display_currency: str
    timezone: str
    weight_unit: str
    link_url: str
    media_url: str

    @property
    def zone(self) -> tzinfo:
        """The view's time zone; UTC when this computer does not know it."""
        try:
            return ZoneInfo(self.timezone) if self.timezone else UTC
        except (KeyError, ValueError, OSError):
            return UTC


def views(shop: Shop) -> Talk[Sequence[View]]:
    """All store views, in the order of the shop.

    Raises:
        AccessError: they may not be read, or there is no view with the code in the address.
    """
    replies = yield [shop.get("/V1/store/storeConfigs", keep_for=KEEP)]
    try:
        raws = listed(shop, replies[0], "its store views")
    except Refusal as error:
        # Nothing in this question can be wrong but the store view in its address.
        raise (yield from explain_store(shop, error)) from None
    return [_view(shop, raw) for raw in raws]


def own_view(shop: Shop) -> Talk[View]:
    """The view that the shop is read in: the one of its code, else the first.

    Raises:
        AccessError: they may not be read, or there is no view with that code.
    """
    known = yield from views(shop)
    for view in known:
        if view.code == shop.store:
            return view
    return known[0] if known else unknown_view(shop)


def unknown_view(shop: Shop) -> View:
    """What is left when the views may not be read: the addresses that a shop has by itself."""
    return View(1, shop.store, 0, "", "", "", "", "", f"{shop.url}/", f"{shop.url}/media/")


def website_of(shop: Shop) -> Talk[int]:
    """The id of the store view's website; 0 when the shop does not tell it."""
    try:
        view = yield from own_view(shop)
    except AccessError:
        return 0
    return view.website_id


def in_view(shop: Shop, store_id: int) -> Talk[Shop]:
    """The shop in the view of that id; as it is for 0, for a view that is gone, and where views may not be read."""
    if not store_id:
        yield from ()
        return shop
    try:
        known = yield from views(shop)
    except AccessError:
        return shop
    return next((replace(shop, store=view.code, view=view.id) for view in known if view.id == store_id), shop)


def _view(shop: Shop, raw: Raw) -> View:
    def text(name: str) -> str:
        return str(raw.get(name) or "")

    identity, website = raw.get("id"), raw.get("website_id")
    base = text("base_currency_code")
    return View(
        id=identity if isinstance(identity, int) else 1,
        code=text("code"),
        website_id=website if isinstance(website, int) else 0,
        locale=text("locale"),
        currency=base,
        display_currency=text("default_display_currency_code") or base,
        timezone=text("timezone"),
        weight_unit=text("weight_unit"),
        link_url=_address(raw, "base_link_url") or f"{shop.url}/",
        media_url=_address(raw, "base_media_url") or f"{shop.url}/media/",
    )


def _address(view: Raw, name: str) -> str:
    secure = str(view.get(f"secure_{name}") or "")
    plain = str(view.get(name) or "")
    # A shop on http may still have the unusable default for its secure address.
    return secure if secure and not plain.startswith("http://") else plain


def explain_store(shop: Shop, refused: Refusal) -> Talk[ProviderError]:
    """Why a request was refused: the store view's code, when the shop has none of that name."""
    if refused.status != 400 or not shop.store or shop.store == "all":
        return refused
    replies = yield [shop.get("/V1/store/storeViews", store="all", keep_for=KEEP)]
    try:
        known = listed(shop, replies[0], "its store views")
    except ProviderError:
        return refused
    codes = [str(view.get("code")) for view in known if view.get("code") != "admin"]
    if shop.store in codes or not codes:
        return refused
    return AccessError(
        f"the shop has no store view with the code `{shop.store}`",
        identifier=shop.identifier,
        help=f"set `store` to one of: {', '.join(codes)}",
    )
