"""The API's replies about products as records: aliases, labels, addresses, the price of today. Pure.

Texts are taken as they are, but for the shop's directives in HTML: entities and `{$x}` in them are data.
"""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import quote

from dovetail.engine.ports import Record, Ref
from dovetail.providers.magento2.context import Attribute, Context
from dovetail.providers.magento2.directives import replaced
from dovetail.providers.magento2.raw import amount, custom_attributes, day, extension, maps, number, text
from dovetail.providers.magento2.replies import Raw

_IMAGES = ("image", "small_image", "thumbnail", "swatch_image")
_OF_OTHERS = frozenset({"configurable", "grouped", "bundle"})
_NOWHERE = 1


def product(raw: Raw, context: Context, now: datetime, view: int = 0) -> Record:
    """A product; `now` decides whether its special price counts today (in the shop's time zone).

    `view`: the store view that what it leads to is asked in; 0 for the one of the settings.
    """
    custom = custom_attributes(raw)
    sku, name, identity = text(raw, "sku"), text(raw, "name"), number(raw, "id")
    fields: dict[str, object] = {**extension(raw), **_labelled(custom, context), **raw}
    for role in _IMAGES:
        fields[role] = _media(context, custom.get(role))
    # What is only a variant of another product has no page of its own: Magento answers 404 there.
    hidden = number(raw, "visibility") == _NOWHERE
    fields |= {
        "entity_id": identity,
        "title": name,
        "url": None if hidden else _page(context, custom.get("url_key")),
        "images": [
            {"url": _media(context, entry.get("file")), "label": entry.get("label"), "position": entry.get("position")}
            for entry in maps(raw.get("media_gallery_entries"))
            if not entry.get("disabled") and entry.get("media_type", "image") == "image"
        ],
        "resized": Ref("product.resized", f"{view} {identity}"),
        "final_price": final_price(raw.get("price"), custom, now.astimezone(context.view.zone).date()),
        "currency": context.view.currency,
        "shop_price": Ref("price", f"{view} {identity}"),
        "enabled": raw.get("status") == 1,
        "available": raw.get("status") == 1 and not hidden and _sold_in(context.view.website_id, raw),
        "in_stock": Ref("stock", f"in_stock {sku}"),
        "qty": Ref("stock", f"qty {sku}"),
        "categories": _several_of("product.categories", view, custom.get("category_ids")),
        "labels": _several(custom, context),
        "variants": _several_of("product.variants", view, list(children_of(raw))),
        # The reply as it is; its custom attributes also by their codes, with ids where the fields have labels.
        "attributes": {**custom, **raw},
    }
    if raw.get("type_id") in _OF_OTHERS and not raw.get("price"):
        # Its own price is 0; what a shopper sees is the cheapest of its parts.
        fields["final_price"] = Ref("price", f"{view} {identity}")
    return Record("product", identity, name, fields)


def as_bought(variant: Record, parent: Record) -> Record:
    """A chosen variant as a mail shows it: with its own price and options, and its parent's page and images."""
    shown = {name: parent.fields.get(name) or variant.fields.get(name) for name in (*_IMAGES, "images", "url")}
    fields = {**variant.fields, **shown, "resized": parent.fields.get("resized"), "parent": parent}
    return Record("product", variant.key, variant.title, fields)


def final_price(price: object, custom: Raw, today: date) -> object:
    """The special price between its dates (both days included), else the price."""
    special = custom.get("special_price")
    if special in (None, "") or price is None:
        return price
    begins, ends = day(custom.get("special_from_date")), day(custom.get("special_to_date"))
    if (begins and today < begins) or (ends and today > ends):
        return price
    return min(amount(special), amount(price))


def _labelled(custom: Raw, context: Context) -> dict[str, object]:
    found: dict[str, object] = {}
    for code, value in custom.items():
        attribute = context.attributes.get(code)
        kind = attribute.input if attribute else ""
        if attribute and attribute.labels and kind in {"select", "multiselect"} and isinstance(value, str | int):
            ids = str(value).split(",") if kind == "multiselect" else [str(value)]
            found[code] = ", ".join(_labels(attribute, ids))
        elif kind in {"price", "weight"} and isinstance(value, str):
            found[code] = amount(value)
        elif isinstance(value, str) and context.is_html(code):
            found[code] = replaced(value, context.view.link_url, context.view.media_url)
        else:
            found[code] = value
    return found


def _sold_in(website: int, raw: Raw) -> bool:
    """Whether the view's website sells it, as far as that is known."""
    ids = extension(raw).get("website_ids")
    return not website or not isinstance(ids, list) or str(website) in {str(each) for each in ids}


def _several(custom: Raw, context: Context) -> dict[str, list[str]]:
    """The labels of each multi-select one by one: a label may hold a comma itself."""
    found: dict[str, list[str]] = {}
    for code, attribute in context.attributes.items():
        value = custom.get(code)
        if attribute.input == "multiselect" and attribute.labels and isinstance(value, str | int):
            found[code] = _labels(attribute, str(value).split(","))
    return found


def _labels(attribute: Attribute, ids: list[str]) -> list[str]:
    return [attribute.labels.get(each, each) for each in ids]


def _several_of(collection: str, view: int, given: object) -> object:
    """What is asked by several ids at once; an empty list without any."""
    ids = sorted({int(str(each)) for each in given if str(each).isdecimal()}) if isinstance(given, list) else []
    return Ref(collection, " ".join(str(each) for each in (view, *ids))) if ids else []


def children_of(raw: Raw) -> tuple[int, ...]:
    """The ids of a configurable's variants."""
    links = extension(raw).get("configurable_product_links")
    return tuple(int(str(each)) for each in links if str(each).isdigit()) if isinstance(links, list) else ()


def _media(context: Context, file: object) -> str | None:
    if not isinstance(file, str) or file in ("", "no_selection"):
        return None
    return f"{context.view.media_url}catalog/product/{quote(file.lstrip('/'), safe='/-._~')}"


def _page(context: Context, url_key: object) -> str | None:
    return f"{context.view.link_url}{quote(str(url_key), safe='/-._~')}{context.url_suffix}" if url_key else None
