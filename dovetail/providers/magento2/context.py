"""What reading products needs to know of the shop: currency, addresses, time zone, labels of options.

Two replies that the transport keeps for an hour. Where the integration may not read them, products come
all the same, with a note: without labels, and with images below the shop's own address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from dovetail.engine.ports import Talk
from dovetail.errors import AccessError, ProviderError
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.search import Condition, Criteria, Sort
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

KEEP = 3600.0
_PAGE = 300


@dataclass(frozen=True, slots=True)
class Attribute:
    """A product attribute: how it is entered (`select`, `multiselect`, `price`, …) and its options' labels."""

    code: str
    input: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Context:
    """The store view's settings. `attributes` is empty when they could not be read."""

    link_url: str
    media_url: str
    url_suffix: str = ".html"
    currency: str = ""
    store_id: int = 1
    timezone: tzinfo = UTC
    attributes: Mapping[str, Attribute] = field(default_factory=dict[str, Attribute])
    notes: tuple[str, ...] = ()


def load_context(shop: Shop) -> Talk[Context]:
    """Ask for the settings and attributes (answered from memory most of the time)."""
    config, attributes = yield from together([_config(shop), _attributes(shop)])
    notes: list[str] = []
    view: Raw = {}
    if isinstance(config, AccessError):
        notes.append(f"currency and addresses of the shop are unknown: {config.message}")
    elif isinstance(config, ProviderError):
        raise config
    else:
        view = cast("Raw", config)
    known: Mapping[str, Attribute] = {}
    if isinstance(attributes, AccessError | Refusal):
        notes.append(f"options have ids instead of labels: {attributes.message}")
    elif isinstance(attributes, ProviderError):
        raise attributes
    else:
        known = cast("Mapping[str, Attribute]", attributes)
    return Context(
        link_url=_address(view, "base_link_url") or f"{shop.url}/",
        media_url=_address(view, "base_media_url") or f"{shop.url}/media/",
        url_suffix=shop.url_suffix,
        currency=str(view.get("base_currency_code") or ""),
        store_id=int(str(view.get("id") or 1)),
        timezone=_zone(str(view.get("timezone") or "")),
        attributes=known,
        notes=tuple(notes),
    )


def _address(view: Raw, name: str) -> str:
    secure = str(view.get(f"secure_{name}") or "")
    plain = str(view.get(name) or "")
    # A shop on http may still have the unusable default for its secure address.
    return secure if secure and not plain.startswith("http://") else plain


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def _config(shop: Shop) -> Talk[object]:
    replies = yield [shop.get("/V1/store/storeConfigs", keep_for=KEEP)]
    try:
        read = shop.read(replies[0])
    except Refusal as error:
        # Nothing in this question can be wrong but the store view in its address.
        raise (yield from explain_store(shop, error)) from None
    views = (
        [cast("Raw", each) for each in cast("list[object]", read) if isinstance(each, dict)]
        if isinstance(read, list)
        else []
    )
    for view in views:
        if view.get("code") == shop.store:
            return view
    return views[0] if views else cast("Raw", {})


def website_of(shop: Shop) -> Talk[int]:
    """The id of the store view's website; 0 when the shop does not tell it."""
    try:
        view = cast("Raw", (yield from _config(shop)))
    except AccessError:
        return 0
    found = view.get("website_id")
    return found if isinstance(found, int) else 0


def explain_store(shop: Shop, refused: Refusal) -> Talk[ProviderError]:
    """Why a request was refused: the store view's code, when the shop has none of that name."""
    if refused.status != 400 or not shop.store or shop.store == "all":
        return refused
    replies = yield [shop.get("/V1/store/storeViews", store="all", keep_for=KEEP)]
    try:
        read = shop.read(replies[0])
    except ProviderError:
        return refused
    views = cast("list[Raw]", read) if isinstance(read, list) else []
    codes = [str(view.get("code")) for view in views if view.get("code") != "admin"]
    if shop.store in codes or not codes:
        return refused
    return AccessError(
        f"the shop has no store view with the code `{shop.store}`",
        identifier=shop.identifier,
        help=f"set `store` to one of: {', '.join(codes)}",
    )


def _attributes(shop: Shop) -> Talk[object]:
    found: dict[str, Attribute] = {}
    last = 0
    fields = "fields=items[attribute_id,attribute_code,frontend_input,options],total_count"
    size = _PAGE
    while True:
        # Only what needs a label, is money, or is filled in by people: shops have hundreds of others.
        groups = ((Condition("attribute_id", "gt", str(last)),),) if last else ()
        criteria = Criteria(groups, (Sort("attribute_id"),), size=size)
        replies = yield [shop.get("/V1/products/attributes", f"{criteria.query()}&{fields}", keep_for=KEEP)]
        try:
            read = shop.read(replies[0])
        except Refusal as error:
            limit = error.limit()
            if limit is None or limit >= size:
                raise
            size = limit
            continue
        page = cast("Raw", read) if isinstance(read, dict) else {}
        items = [cast("Raw", each) for each in cast("list[object]", page.get("items") or []) if isinstance(each, dict)]
        for raw in items:
            code = str(raw.get("attribute_code"))
            found[code] = Attribute(code, str(raw.get("frontend_input") or ""), _labels(raw.get("options")))
            identity = raw.get("attribute_id")
            last = max(last, identity) if isinstance(identity, int) else last
        total = page.get("total_count")
        if not items or not isinstance(total, int) or len(items) >= total or last == 0:
            return found


def _labels(options: object) -> Mapping[str, str]:
    if not isinstance(options, list):
        return {}
    pairs = [cast("Raw", each) for each in cast("list[object]", options) if isinstance(each, dict)]
    return {str(each.get("value")): str(each.get("label")) for each in pairs if str(each.get("value") or "") != ""}
