"""The sample shop's REST interface: a path and a query in, a status and a reply out. No network here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dovetail.demo import shapes
from dovetail.demo.catalogue import BY_SKU, CATEGORIES, PRODUCTS, Product
from dovetail.demo.money import Sums
from dovetail.demo.people import CARTS, CUSTOMERS, ORDERS, Cart, Customer, Order
from dovetail.demo.sales import Sales, person
from dovetail.demo.search import Criteria, parse, select
from dovetail.demo.shapes import STORE, Shapes

Query = Sequence[tuple[str, str]]
Row = TypeVar("Row")

_NOT_FOUND = "The entity that was requested doesn't exist. Verify the entity and try again."
_NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."


class Refusal(Exception):
    """A request that Magento answers with an error: the status, its raw message and what stands for its `%`s."""

    def __init__(self, status: int, message: str, parameters: object = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.parameters = parameters

    def as_json(self) -> shapes.Json:
        """The body of the reply."""
        return {"message": self.message} | ({} if self.parameters is None else {"parameters": self.parameters})


@dataclass(frozen=True, slots=True)
class Rest:
    """Answers requests below `/rest/{store}/V1`."""

    shapes: Shapes
    sales: Sales

    def answer(self, store: str, path: str, query: Query) -> object:
        """The reply to `GET /rest/{store}/V1{path}`; `path` is decoded, segment by segment, by "/".

        Raises:
            Refusal: Magento's own refusals, such as an id that is not there.
        """
        if store not in (STORE, "all", "default"):
            raise Refusal(400, "Specified request cannot be processed.")
        for pattern, handler in _ROUTES:
            if found := re.fullmatch(pattern, path):
                return handler(self, query, *(item.replace("\x00", "/") for item in found.groups()))
        raise Refusal(404, "Request does not match any route.")

    def views(self, _query: Query) -> object:
        """Store views."""
        admin = {"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0, "is_active": 1}
        return [
            admin,
            {"id": 1, "code": STORE, "name": "English", "website_id": 1, "store_group_id": 1, "is_active": 1},
        ]

    def configs(self, _query: Query) -> object:
        """Settings of the store views."""
        return self.shapes.store_configs()

    def websites(self, _query: Query) -> object:
        """Websites."""
        admin = {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0}
        return [admin, {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1}]

    def groups(self, _query: Query) -> object:
        """Store groups."""
        return [
            {
                "id": 1,
                "website_id": 1,
                "root_category_id": 2,
                "default_store_id": 1,
                "name": "Hazel & Oak",
                "code": "main",
            }
        ]

    def currency(self, _query: Query) -> object:
        """The currency."""
        return {
            "base_currency_code": "EUR",
            "base_currency_symbol": "€",
            "default_display_currency_code": "EUR",
            "default_display_currency_symbol": "€",
            "available_currency_codes": ["EUR"],
            "exchange_rates": [{"currency_to": "EUR", "rate": 1}],
        }

    def products(self, query: Query) -> object:
        """A search for products."""
        return self._found(query, PRODUCTS, self._product_column, lambda item: self.shapes.product(item, single=False))

    def product(self, _query: Query, sku: str) -> object:
        """One product by its SKU."""
        return self.shapes.product(_by_sku(sku, _NO_PRODUCT), single=True)

    def media(self, _query: Query, sku: str) -> object:
        """Pictures of a product."""
        return self.shapes.media(_by_sku(sku, _NO_PRODUCT))

    def stock(self, _query: Query, sku: str) -> object:
        """Stock of a product."""
        return self.shapes.stock(_by_sku(sku, 'The Product with the "%1" SKU doesn\'t exist.'))

    def sources(self, query: Query) -> object:
        """How much of which product lies where: all in one warehouse."""
        column: Callable[[shapes.Json, str], object] = lambda row, name: row.get(name)  # noqa: E731
        rows: Sequence[shapes.Json] = [
            {"sku": item.sku, "source_code": "default", "quantity": item.stock, "status": int(item.stock > 0)}
            for item in PRODUCTS
        ]
        return self._found([*query, ("searchCriteria", "")], rows, column, lambda row: row)

    def render_info(self, query: Query) -> object:
        """A search for products as shoppers see them."""
        found, _ = select(PRODUCTS, _criteria(query), self._product_column)
        return {"items": [self.shapes.render_info(item) for item in found]}

    def attribute(self, _query: Query, code: str) -> object:
        """One attribute of products."""
        _check_attribute(code)
        return shapes.material_attribute()

    def options(self, _query: Query, code: str) -> object:
        """The options of an attribute."""
        _check_attribute(code)
        return shapes.material_options()

    def attributes(self, query: Query) -> object:
        """A search for attributes."""
        rows = [shapes.material_attribute()]
        return self._found(query, rows, lambda row, name: row.get(name), lambda row: row)

    def category(self, _query: Query, number: str) -> object:
        """One category."""
        if int(number) not in CATEGORIES:
            raise Refusal(
                404, "No such entity with %fieldName = %fieldValue", {"fieldName": "id", "fieldValue": number}
            )
        return shapes.category(int(number))

    def categories(self, query: Query) -> object:
        """A search for categories."""
        rows = [shapes.category(number) for number in CATEGORIES]
        column: Callable[[shapes.Json, str], object] = lambda row, name: row.get("id" if name == "entity_id" else name)  # noqa: E731
        return self._found(query, rows, column, lambda row: row)

    def orders(self, query: Query) -> object:
        """A search for orders."""
        return self._found(query, ORDERS, self._order_column, self.sales.order)

    def order(self, _query: Query, number: str) -> object:
        """One order."""
        return self.sales.order(_by_id(ORDERS, int(number), _NOT_FOUND))

    def customers(self, query: Query) -> object:
        """A search for customers."""
        return self._found(query, CUSTOMERS, self._customer_column, self.sales.customer)

    def customer(self, _query: Query, number: str) -> object:
        """One customer."""
        return self.sales.customer(_by_id(CUSTOMERS, int(number), "", "customerId"))

    def carts(self, query: Query) -> object:
        """A search for carts."""
        return self._found(query, CARTS, self._cart_column, self.sales.cart)

    def cart(self, _query: Query, number: str) -> object:
        """One cart."""
        return self.sales.cart(_by_id(CARTS, int(number), "", "cartId"))

    def cart_items(self, _query: Query, number: str) -> object:
        """What lies in a cart."""
        return self.sales.cart(_by_id(CARTS, int(number), "", "cartId"))["items"]

    def totals(self, _query: Query, number: str) -> object:
        """What a cart costs."""
        return self.sales.totals(_by_id(CARTS, int(number), "", "cartId"))

    def _found(
        self,
        query: Query,
        rows: Sequence[Row],
        column: Callable[[Row, str], object],
        shape: Callable[[Row], object],
    ) -> object:
        criteria = _criteria(query)
        found, total = select(rows, criteria, column)
        return {
            "items": [shape(row) for row in found],
            "search_criteria": criteria.as_json(),
            "total_count": total,
        }

    def _product_column(self, row: Product, name: str) -> object:
        shown = self.shapes.product(row, single=False)
        values: shapes.Json = {
            "entity_id": row.id,
            "special_price": row.special_price,
            "category_id": row.category,
            "material": int(row.material),
            "website_id": 1,
            "store_id": 1,
            "url_key": row.url_key,
            "description": row.text,
            "short_description": row.short,
        }
        return values[name] if name in values else _column(shown, name, 400)

    def _order_column(self, row: Order, name: str) -> object:
        return _column(self.sales.order(row), name, 500)

    def _customer_column(self, row: Customer, name: str) -> object:
        if name == "entity_id":
            return row.id
        return _column(self.sales.customer(row), name, 400)

    def _cart_column(self, row: Cart, name: str) -> object:
        # The quote's own columns: some of them the reply does not show.
        customer = person(row.customer)
        hidden: shapes.Json = {
            "entity_id": row.id,
            "is_active": 1,
            "customer_id": row.customer,
            "customer_email": customer.email,
            "grand_total": Sums.of(row.lines, shipping=0.0).total,
            "subtotal": Sums.of(row.lines, shipping=0.0).goods,
            "reserved_order_id": None,
            "coupon_code": None,
        }
        return hidden[name] if name in hidden else _column(self.sales.cart(row), name, 500)


def _column(row: shapes.Json, name: str, status: int) -> object:
    value = row.get(name)
    if name in row and not isinstance(value, dict | list):
        return value
    if name in ("total_paid", "base_total_paid"):  # columns that are null, and so not shown, until an order is paid
        return None
    if status == 400:
        raise Refusal(400, 'The "%1" attribute name is invalid. Reset the name and try again.', [name])
    raise Refusal(500, "Internal Error. Details are available in Magento log file. Report ID: webapi-demo")


def _criteria(query: Query) -> Criteria:
    criteria = parse(query)
    if not criteria.given:
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "searchCriteria"})
    return criteria


def _by_sku(sku: str, message: str) -> Product:
    found = BY_SKU.get(sku.casefold())
    if found is None:
        raise Refusal(404, message, [sku] if "%1" in message else None)
    return found


Numbered = TypeVar("Numbered", Order, Customer, Cart)


def _by_id(rows: Sequence[Numbered], number: int, message: str, field: str = "") -> Numbered:
    for row in rows:
        if row.id == number:
            return row
    if message:
        raise Refusal(404, message)
    raise Refusal(404, "No such entity with %fieldName = %fieldValue", {"fieldName": field, "fieldValue": number})


def _check_attribute(code: str) -> None:
    if code != "material":
        raise Refusal(
            404,
            'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.',
            [code],
        )


_ROUTES: Sequence[tuple[str, Callable[..., object]]] = (
    (r"/store/storeViews", Rest.views),
    (r"/store/storeConfigs", Rest.configs),
    (r"/store/websites", Rest.websites),
    (r"/store/storeGroups", Rest.groups),
    (r"/directory/currency", Rest.currency),
    (r"/products-render-info", Rest.render_info),
    (r"/products", Rest.products),
    (r"/products/attributes", Rest.attributes),
    (r"/products/attributes/([^/]+)", Rest.attribute),
    (r"/products/attributes/([^/]+)/options", Rest.options),
    (r"/products/([^/]+)", Rest.product),
    (r"/products/([^/]+)/media", Rest.media),
    (r"/stockItems/([^/]+)", Rest.stock),
    (r"/inventory/source-items", Rest.sources),
    (r"/categories/list", Rest.categories),
    (r"/categories/(\d{1,9})", Rest.category),
    (r"/orders", Rest.orders),
    (r"/orders/(\d{1,9})", Rest.order),
    (r"/customers/search", Rest.customers),
    (r"/customers/(\d{1,9})", Rest.customer),
    (r"/carts/search", Rest.carts),
    (r"/carts/(\d{1,9})", Rest.cart),
    (r"/carts/(\d{1,9})/items", Rest.cart_items),
    (r"/carts/(\d{1,9})/totals", Rest.totals),
)
