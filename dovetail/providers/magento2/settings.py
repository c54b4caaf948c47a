"""The settings of a Magento 2 shop, and the provider made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from dovetail.errors import SettingsError
from dovetail.providers.kinds import Kind, Setting
from dovetail.providers.magento2.oauth import Credentials
from dovetail.providers.magento2.provider import Magento2
from dovetail.providers.magento2.wire import Shop

_OAUTH = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
_STORE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_REST = re.compile(r"/rest(/[A-Za-z0-9_]+)?(/V1)?/?\Z")


def make(identifier: str, settings: Mapping[str, object]) -> Magento2:
    """A provider from checked settings.

    Raises:
        SettingsError: the address, the store view's code or the credentials cannot be used.
    """
    suffix = settings.get("url_suffix")
    store = _text(settings, "store")
    follow = settings.get("follow_store")
    shop = Shop(
        identifier,
        _address(identifier, _text(settings, "url")),
        store,
        ".html" if suffix is None else str(suffix).strip(),
        follow=not store if follow is None else bool(follow),
        stock_id=_stock(identifier, settings.get("stock_id")),
    )
    if shop.store and not _STORE.match(shop.store):
        raise SettingsError(
            f"the `store` of `{identifier}` is not the code of a store view (letters, digits and _). "
            "Look at Stores > All Stores in the shop"
        )
    token = _text(settings, "token")
    values = {name: _text(settings, name) for name in _OAUTH}
    missing = [name for name, value in values.items() if not value]
    if missing and not token:
        raise SettingsError(
            f"`{identifier}` needs {', '.join(missing)}. All four values stand in the shop under System > Integrations"
        )
    return Magento2(shop, token if missing else Credentials(**values))


def _text(settings: Mapping[str, object], name: str) -> str:
    value = settings.get(name)
    return "" if value is None else str(value).strip()


def _stock(identifier: str, value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, int | float) and value > 0 and int(value) == value:
        return int(value)
    raise SettingsError(f"the `stock_id` of `{identifier}` is the number of a stock (Stores > Inventory > Stocks)")


def _address(identifier: str, url: str) -> str:
    refused = SettingsError(f"the `url` of `{identifier}` is not a web address, such as https://shop.example")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise refused from None
    if not usable or "@" in parts.netloc or not url.isascii() or any(each.isspace() for each in url):
        raise refused
    path = _REST.sub("", parts.path.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}{path}"


KIND = Kind(
    name="magento2",
    title="Magento 2 shop",
    summary="Products, orders, customers and carts of a Magento 2, Adobe Commerce or Mage-OS shop, read live",
    settings=(
        Setting(name="url", type="url", required=True, summary="the shop's address", example="https://shop.example"),
        Setting(
            name="store",
            summary="code of the store view (Stores > All Stores); the shop's default view if left out",
            example="nl",
        ),
        Setting(
            name="follow_store",
            type="boolean",
            summary="whether the products of an order or a cart come in its own store view (its language and prices) "
            "rather than in `store`; if left out, they do when there is no `store`",
        ),
        Setting(
            name="stock_id",
            type="number",
            summary="id of the stock whose salable quantities `qty` and `in_stock` are (Stores > Inventory > Stocks), "
            "one request for each; what all sources have together if left out",
            example="1",
        ),
        Setting(name="url_suffix", default=".html", summary="what the addresses of product pages end in"),
        Setting(name="consumer_key", secret=True, summary="consumer key (System > Integrations)"),
        Setting(name="consumer_secret", secret=True, summary="consumer secret"),
        Setting(name="access_token", secret=True, summary="access token"),
        Setting(name="access_token_secret", secret=True, summary="access token secret"),
        Setting(
            name="token",
            secret=True,
            summary="instead of the four above: an access token, if the shop allows tokens on their own",
        ),
    ),
    make=make,
)
