"""What reading products needs to know of the shop: its store view, and labels of attributes and their options.

Two replies that the transport keeps for an hour. Where the integration may not read them, products come
all the same, with a note: without labels, and with images below the shop's own address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from dovetail.engine.ports import Talk
from dovetail.errors import AccessError, ProviderError
from dovetail.providers.magento2.replies import Raw, Refusal
from dovetail.providers.magento2.search import Condition, Criteria, Sort
from dovetail.providers.magento2.shapes import paged
from dovetail.providers.magento2.views import KEEP, View, own_view, unknown_view
from dovetail.providers.magento2.wire import Shop
from dovetail.providers.talks import together

_PAGE = 300
_FIELDS = (
    "fields=items[attribute_id,attribute_code,frontend_input,options,default_frontend_label,"
    "frontend_labels,is_wysiwyg_enabled],total_count"
)
_HTML = frozenset({"description", "short_description"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """A product attribute: how it is entered (`select`, `multiselect`, `price`, …) and its options' labels.

    `names` are its own, by store view, `name` where a view has none; `html`: its values are HTML with directives.
    """

    code: str
    input: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    id: int = 0
    name: str = ""
    names: Mapping[int, str] = field(default_factory=dict[int, str])
    html: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The store view, what product pages end in, and the attributes by code: none when they could not be read."""

    view: View
    url_suffix: str = ".html"
    attributes: Mapping[str, Attribute] = field(default_factory=dict[str, Attribute])
    notes: tuple[str, ...] = ()

    def is_html(self, code: str) -> bool:
        """Whether an attribute's values are HTML that may hold the shop's directives."""
        return code in _HTML or (code in self.attributes and self.attributes[code].html)


def load_context(shop: Shop) -> Talk[Context]:
    """Ask for the settings and attributes (answered from memory most of the time)."""
    asked: list[Talk[View | Mapping[str, Attribute]]] = [own_view(shop), _attributes(shop)]
    view, attributes = yield from together(asked)
    notes: list[str] = []
    if isinstance(view, AccessError):
        notes.append(f"currency and addresses of the shop are unknown: {view.message}")
        view = unknown_view(shop)
    if isinstance(view, ProviderError):
        raise view
    if isinstance(attributes, AccessError | Refusal):
        notes.append(f"options have ids instead of labels: {attributes.message}")
        attributes = {}
    if isinstance(attributes, ProviderError):
        raise attributes
    return Context(
        view=cast("View", view),
        url_suffix=shop.url_suffix,
        attributes=cast("Mapping[str, Attribute]", attributes),
        notes=tuple(notes),
    )


def _attributes(shop: Shop) -> Talk[Mapping[str, Attribute]]:
    found: dict[str, Attribute] = {}
    last = 0
    size = _PAGE
    while True:
        groups = ((Condition("attribute_id", "gt", str(last)),),) if last else ()
        criteria = Criteria(groups, (Sort("attribute_id"),), size=size)
        replies = yield [shop.get("/V1/products/attributes", f"{criteria.query()}&{_FIELDS}", keep_for=KEEP)]
        try:
            items, total = paged(shop, replies[0], "product attributes")
        except Refusal as error:
            limit = error.limit()
            if limit is None or limit >= size:
                raise
            size = limit
            continue
        for raw in items:
            made = _attribute(raw)
            found[made.code] = made
            last = max(last, made.id)
        if not items or len(items) >= total or last == 0:
            return found


def _attribute(raw: Raw) -> Attribute:
    identity = raw.get("attribute_id")
    names = {each.get("store_id"): str(each.get("label") or "") for each in _objects(raw.get("frontend_labels"))}
    return Attribute(
        code=str(raw.get("attribute_code")),
        input=str(raw.get("frontend_input") or ""),
        labels={
            str(each.get("value")): str(each.get("label"))
            for each in _objects(raw.get("options"))
            if str(each.get("value") or "") != ""
        },
        id=identity if isinstance(identity, int) else 0,
        name=str(raw.get("default_frontend_label") or ""),
        names={store: name for store, name in names.items() if isinstance(store, int) and name},
        html=bool(raw.get("is_wysiwyg_enabled")),
    )


def _objects(value: object) -> list[Raw]:
    if not isinstance(value, list):
        return []
    return [cast("Raw", each) for each in cast("list[object]", value) if isinstance(each, dict)]
