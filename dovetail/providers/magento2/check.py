"""The connection test: address, store view, credentials, and each permission by its name in the shop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from dovetail.engine.ports import Finding, Response, Talk
from dovetail.errors import AccessError, OddAnswerError, ProviderError
from dovetail.providers.magento2.context import Context, load_context
from dovetail.providers.magento2.raw import custom_attributes, text
from dovetail.providers.magento2.replies import Refusal, denied
from dovetail.providers.magento2.search import Condition, Criteria
from dovetail.providers.magento2.shapes import listed, paged, single
from dovetail.providers.magento2.views import explain_store
from dovetail.providers.magento2.wire import Shop


@dataclass(frozen=True, slots=True)
class _Trial:
    what: str
    path: str
    query: str = ""
    resource: str = ""
    without: str = ""
    shape: Callable[[Shop, Response | ProviderError, str], object] = paged
    optional: str = ""
    """What is to be said of a shop that has no such address, where that is no fault."""


_ONE = Criteria(size=1).query()
_NONE = "this shop has none"
_TRIALS = (
    _Trial(
        "store views",
        "/V1/store/storeConfigs",
        "",
        "Magento_Backend::store",
        "currency, addresses of images",
        shape=listed,
    ),
    _Trial("products", "/V1/products", _ONE, "Magento_Catalog::products", "products"),
    _Trial(
        "product attributes",
        "/V1/products/attributes",
        f"{_ONE}&fields=items[attribute_code],total_count",
        "Magento_Catalog::attributes_attributes",
        "labels of options",
    ),
    _Trial("orders", "/V1/orders", _ONE, "Magento_Sales::actions_view", "orders"),
    _Trial("customers", "/V1/customers/search", _ONE, "Magento_Customer::customer", "customers"),
    _Trial("carts", "/V1/carts/search", _ONE, "Magento_Cart::manage", "carts"),
    _Trial("shipments", "/V1/shipments", _ONE, "Magento_Sales::shipment", "shipments and tracks", optional=_NONE),
    _Trial("invoices", "/V1/invoices", _ONE, "Magento_Sales::sales_invoice", "invoices", optional=_NONE),
    _Trial("credit memos", "/V1/creditmemos", _ONE, "Magento_Sales::sales_creditmemo", "these", optional=_NONE),
    _Trial(
        "categories",
        "/V1/categories/list",
        _ONE,
        "Magento_Catalog::categories",
        "categories",
        optional=_NONE,
    ),
    _Trial(
        "customer groups",
        "/V1/customerGroups/search",
        _ONE,
        "Magento_Customer::group",
        "groups",
        optional=_NONE,
    ),
    _Trial(
        "stock of all sources",
        "/V1/inventory/source-items",
        _ONE,
        "Magento_InventoryApi::source",
        "stock of many products at once (single ones still come)",
        optional="this shop has a single source",
    ),
)


def check(shop: Shop) -> Talk[Sequence[Finding]]:
    """Ask one record of everything and say what came."""
    replies = yield [shop.get(trial.path, trial.query) for trial in _TRIALS]
    stopped = yield from _stopped(shop, replies[0])
    if stopped is not None:
        return [stopped]
    findings = [_finding(shop, trial, reply) for trial, reply in zip(_TRIALS, replies, strict=True)]
    if not any(finding.ok for trial, finding in zip(_TRIALS, findings, strict=True) if not trial.optional):
        return [
            Finding(
                False,
                "the credentials are refused",
                "copy the four values again from System > Integrations in the shop, and check that the integration "
                "is active; a bearer token works only where the shop allows integration tokens on their own",
            )
        ]
    view = f"store view {shop.store}" if shop.store else "the default store view"
    more = yield from _of_a_product(shop, replies[1])
    return [Finding(True, f"{shop.url} answers, {view}"), *findings, *more]


def _of_a_product(shop: Shop, products: Response | ProviderError) -> Talk[Sequence[Finding]]:
    """What can only be asked of a product that there is; nothing in a shop without any that may be read."""
    try:
        first = next(iter(paged(shop, products, "products")[0]), None)
        context = yield from load_context(shop)
    except ProviderError:
        return []
    if first is None:
        return []
    sku = quote(text(first, "sku"), safe="")
    trials = [_stock_trial(shop, sku)]
    view = f"storeId={context.view.id}&currencyCode={quote(context.view.currency, safe='')}"
    shown = _Trial(
        "prices and images as on the shop's pages",
        "/V1/products-render-info",
        f"{_ONE}&{view}",
        "",
        "resized images",
        optional="this shop does not tell them: prices of products with variants come from those, `resized` is empty",
    )
    replies = yield [shop.get(trial.path, trial.query) for trial in (*trials, shown)]
    findings = [_finding(shop, trial, reply) for trial, reply in zip((*trials, shown), replies, strict=True)]
    return [*findings, *(yield from _pages(shop, context, replies[-1]))]


def _stock_trial(shop: Shop, sku: str) -> _Trial:
    if shop.stock_id:
        return _Trial(
            f"salable quantities of stock {shop.stock_id}",
            f"/V1/inventory/is-product-salable/{sku}/{shop.stock_id}",
            "",
            "Magento_InventorySalesApi::stock",
            "stock",
            shape=_yes_or_no,
        )
    path, resource = f"/V1/stockItems/{sku}", "Magento_Catalog::catalog_inventory"
    return _Trial("stock of single products", path, "", resource, "stock", shape=single)


def _yes_or_no(shop: Shop, reply: Response | ProviderError, what: str) -> object:
    if not isinstance(read := shop.read(reply), bool):
        raise OddAnswerError(f"{shop.url} sent something else than {what}", identifier=shop.identifier)
    return read


def _pages(shop: Shop, context: Context, rendered: Response | ProviderError) -> Talk[Sequence[Finding]]:
    """Whether product pages end in what the settings say: the API tells that of no product but a rendered one."""
    try:
        info = next(iter(paged(shop, rendered, "products")[0]), {})
        group = (Condition("entity_id", "eq", text(info, "id")),)
        replies = yield [shop.get("/V1/products", Criteria((group,), size=1).query())]
        raw = next(iter(paged(shop, replies[0], "products")[0]), None)
    except ProviderError:
        return []
    page, key = text(info, "url"), custom_attributes(raw or {}).get("url_key")
    start = f"{context.view.link_url}{key}"
    if raw is None or not key or not page.startswith(start) or page == f"{start}{shop.url_suffix}":
        return []
    found = page[len(start) :]
    return [
        Finding(
            False,
            f'product pages end in "{found}", and `url_suffix` is "{shop.url_suffix}"',
            f'set url_suffix = "{found}", or links to products lead nowhere',
        )
    ]


def _stopped(shop: Shop, reply: Response | ProviderError) -> Talk[Finding | None]:
    """What makes all further findings pointless: no shop there, or no such store view."""
    yield from ()
    try:
        listed(shop, reply, "its store views")
    except AccessError as error:
        # A private address or a firewall stops everything; a missing permission does not.
        if isinstance(reply, Response) and reply.status == 401:
            return None
        return Finding(False, error.message, error.help)
    except Refusal as error:
        told = yield from explain_store(shop, error)
        return Finding(False, told.message, told.help or "is the address right?")
    except OddAnswerError as error:
        return Finding(False, error.message, error.help)
    except ProviderError as error:
        return Finding(False, error.message, error.help)
    return None


def _finding(shop: Shop, trial: _Trial, reply: Response | ProviderError) -> Finding:
    try:
        trial.shape(shop, reply, trial.what)
    except AccessError as error:
        if not isinstance(reply, Response) or reply.status != 401:
            return Finding(bool(trial.optional), f"{trial.what}: {error.message}", error.help)
        if not trial.resource:
            return Finding(True, f"{trial.what}: {trial.optional}")
        # The shop names what it wants; an extension may have made that something else.
        what = f"{trial.what}: the permission {denied(reply) or trial.resource} is missing"
        advice = f"System > Integrations > API in the shop; without it templates have no {trial.without}"
        return Finding(bool(trial.optional), what, advice)
    except Refusal as error:
        if trial.optional and error.status == 404:
            return Finding(True, f"{trial.what}: {trial.optional}")
        return Finding(False, f"{trial.what}: {error.message}", error.help)
    except ProviderError as error:
        return Finding(False, f"{trial.what}: {error.message}", error.help)
    return Finding(True, f"{trial.what} can be read")
