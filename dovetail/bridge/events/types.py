"""The types of events, declared once: what the pipe finds, what the API takes, what the docs say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

EVENT = re.compile(r"[a-z][a-z0-9-]{1,79}\Z")
"""Names of events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """A kind of event. `record`: what its data are, one of `data.RECORDS`.

    `source`: `shop` for what feeds find, `api` for what programs tell, `mail` for what becomes of mails. `needs`: what
    has to be told of it. `unseen`: what may stay unseen, for the docs.
    """

    name: str
    summary: str
    source: str
    record: str
    needs: tuple[str, ...] = ()
    unseen: str = ""


_SWEEP = "found by the sweep, once a day"

TYPES: Mapping[str, EventType] = {
    each.name: each
    for each in (
        EventType(name="order-create", source="shop", record="order", summary="an order that was not there before"),
        EventType(
            name="order-update", source="shop", record="order", summary="something of an order changed",
            unseen="changes that went back to what it was between two looks; tracks and comments move no stamp: "
            + _SWEEP,
        ),
        EventType(
            name="order-paid", source="shop", record="order",
            summary="as much is paid as the order costs (`total_paid` reaches `grand_total`); with `order-create` for "
            "an order that was paid at once",
        ),
        EventType(
            name="order-shipped", source="shop", record="order", summary="more of its items are shipped than before"
        ),
        EventType(name="order-canceled", source="shop", record="order", summary="its state became `canceled`"),
        EventType(name="order-refunded", source="shop", record="order", summary="more of it is refunded than before"),
        EventType(
            name="user-register", source="shop", record="customer", needs=("email",),
            summary="a customer account that was not there before",
            unseen="one that was removed again before the next look",
        ),
        EventType(
            name="user-update", source="shop", record="customer", needs=("email",),
            summary="something of a customer changed",
            unseen="addresses and custom attributes move no stamp: " + _SWEEP,
        ),
        EventType(
            name="user-remove", source="shop", record="gone", needs=("email",),
            summary="a customer account is gone", unseen="nothing tells of it: " + _SWEEP,
        ),
        EventType(
            name="user-subscribe", source="shop", record="customer",
            summary="a known customer's newsletter flag became yes; not for an account that is new",
            unseen="it moves no stamp: found when the customer is read for another reason, else " + _SWEEP,
        ),
        EventType(
            name="user-unsubscribe", source="shop", record="customer",
            summary="a known customer's newsletter flag became no, and was yes before", unseen="as `user-subscribe`",
        ),
        EventType(
            name="cart-create", source="shop", record="cart", summary="a cart that was not there before",
            unseen="one that was merged or removed again before the next look",
        ),
        EventType(
            name="cart-change", source="shop", record="cart",
            summary="other items, or other quantities, are in an open cart",
        ),
        EventType(
            name="cart-identified", source="shop", record="cart",
            summary="a cart belongs to a customer: from the beginning, or since he logged in",
            unseen="a guest's cart that was merged into the customer's own: that one changes",
        ),
        EventType(
            name="cart-abandoned", source="shop", record="left",
            summary="an open cart with items, of somebody whose address is known, was not touched for 90 minutes and "
            "its owner ordered nothing since; once for each content",
            unseen="what is older than a week when it is found",
        ),
        EventType(name="cart-checked-out", source="shop", record="cart", summary="a cart became an order"),
        EventType(
            name="product-change", source="shop", record="product", summary="a product was saved, or differs",
            unseen="stock; prices of catalogue rules and of special prices whose day came; base prices that move no "
            "stamp are " + _SWEEP,
        ),
        EventType(
            name="cart-add", source="api", record="cart_add", needs=("id", "sku", "count"),
            summary="an item was put into a cart elsewhere",
        ),
        EventType(
            name="cart-remove", source="api", record="cart_remove", needs=("id", "sku"),
            summary="an item was taken out of a cart elsewhere",
        ),
        EventType(name="mail-sent", source="mail", record="mail", summary="the mail server took a mail of a follow-up"),
        EventType(
            name="mail-failed", source="mail", record="mail",
            summary="the mail server refused a mail of a follow-up for good",
        ),
        EventType(
            name="mail-bounced", source="mail", record="bounce", needs=("email",),
            summary="a mail came back, as told to the API",
        ),
    )
}  # fmt: skip
"""By name. Others may be raised by follow-ups and the API: small letters, digits and `-`."""


def name_of(path: str) -> str | None:
    """The name of an event by the path under which programs tell of it: `webshop/cart/add` is `cart-add`.

    None: that is no name.
    """
    found = path.removeprefix("webshop/").replace("/", "-")
    return found if EVENT.match(found) else None
