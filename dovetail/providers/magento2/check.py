"""The connection test: address, store view, credentials, and each permission by its name in the shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dovetail.engine.ports import Finding, Response, Talk
from dovetail.errors import AccessError, OddAnswerError, ProviderError
from dovetail.providers.magento2.replies import Refusal
from dovetail.providers.magento2.search import Criteria
from dovetail.providers.magento2.views import explain_store
from dovetail.providers.magento2.wire import Shop


@dataclass(frozen=True, slots=True)
class _Trial:
    what: str
    path: str
    query: str = ""
    resource: str = ""
    without: str = ""
    optional: bool = False


_ONE = Criteria(size=1).query()
_TRIALS = (
    _Trial("store views", "/V1/store/storeConfigs", "", "Magento_Backend::store", "currency, addresses of images"),
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
    _Trial(
        "stock of all sources",
        "/V1/inventory/source-items",
        _ONE,
        "Magento_InventoryApi::source",
        "stock of many products at once (single ones still come)",
        optional=True,
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
    return [Finding(True, f"{shop.url} answers, {view}"), *findings]


def _stopped(shop: Shop, reply: Response | ProviderError) -> Talk[Finding | None]:
    """What makes all further findings pointless: no shop there, or no such store view."""
    yield from ()
    try:
        shop.read(reply)
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
        shop.read(reply)
    except AccessError as error:
        named = trial.resource if isinstance(reply, Response) and reply.status == 401 else ""
        what = f"{trial.what}: the permission {named} is missing" if named else f"{trial.what}: {error.message}"
        advice = f"System > Integrations > API in the shop; without it templates have no {trial.without}"
        return Finding(trial.optional, what, advice if named else error.help)
    except Refusal as error:
        # A shop without Multi Source Inventory has no such address.
        if trial.optional and error.status == 404:
            return Finding(True, f"{trial.what}: this shop has a single source")
        return Finding(False, f"{trial.what}: {error.message}", error.help)
    except ProviderError as error:
        return Finding(False, f"{trial.what}: {error.message}", error.help)
    return Finding(True, f"{trial.what} can be read")
