"""Customers, orders and carts of the sample shop as Magento's REST replies.

Source of the shapes: as in `dovetail.demo.shapes`. Prices stand without and with tax.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dovetail.demo.catalogue import BY_ID, Product
from dovetail.demo.money import TAX, Sums, plain, without_tax
from dovetail.demo.people import CUSTOMERS, Cart, Customer, Order
from dovetail.demo.shapes import Json, moment


@dataclass(frozen=True, slots=True)
class Sales:
    """Builds replies about people and what they buy. `opened` is the moment that ages count from (UTC)."""

    opened: datetime

    def time(self, age: float) -> str:
        """A moment some days ago, as Magento writes it."""
        return moment(self.opened, age)

    def customer(self, customer: Customer) -> Json:
        """`/V1/customers/{id}`."""
        number = str(customer.id)
        address = {**_address(customer), "id": customer.id, "default_shipping": True, "default_billing": True}
        return {
            "id": customer.id,
            "group_id": 1,
            "default_billing": number,
            "default_shipping": number,
            "created_at": self.time(500 + customer.id),
            "updated_at": self.time(2 + customer.id),
            "created_in": "English",
            "email": customer.email,
            "firstname": customer.firstname,
            "lastname": customer.lastname,
            "gender": customer.gender,
            "store_id": 1,
            "website_id": 1,
            "addresses": [address],
            "disable_auto_group_change": 0,
            "extension_attributes": {"is_subscribed": customer.subscribed},
        }

    def order(self, order: Order) -> Json:
        """`/V1/orders/{id}`."""
        customer = person(order.customer)
        sums = Sums.of(order.lines)
        moment = self.time(order.age)
        address = {**_address(customer), "email": customer.email, "parent_id": order.id}
        paid: Json = {"total_paid": sums.total, "base_total_paid": sums.total} if order.status == "complete" else {}
        return {
            "entity_id": order.id,
            "increment_id": order.number,
            "state": order.status,
            "status": order.status,
            "created_at": moment,
            "updated_at": moment,
            "store_id": 1,
            "store_name": "Main Website\nHazel & Oak\nEnglish",
            "customer_id": customer.id,
            "customer_email": customer.email,
            "customer_firstname": customer.firstname,
            "customer_lastname": customer.lastname,
            "customer_group_id": 1,
            "customer_is_guest": 0,
            "base_currency_code": "EUR",
            "order_currency_code": "EUR",
            "base_grand_total": sums.total,
            "grand_total": sums.total,
            "subtotal": without_tax(sums.goods),
            "subtotal_incl_tax": sums.goods,
            "tax_amount": sums.tax,
            "shipping_amount": without_tax(sums.shipping),
            "shipping_incl_tax": sums.shipping,
            "shipping_description": "PostNL - At home",
            "discount_amount": 0,
            "total_due": 0 if paid else sums.total,
            "total_item_count": len(order.lines),
            "total_qty_ordered": sum(quantity for _, quantity in order.lines),
            "is_virtual": 0,
            "quote_id": order.id,
            **paid,
            "items": [
                self._order_item(order, position, BY_ID[product], quantity)
                for position, (product, quantity) in enumerate(order.lines)
            ],
            "billing_address": {**address, "address_type": "billing", "entity_id": order.id * 2},
            "payment": {
                "account_status": None,
                "additional_information": ["iDEAL"],
                "amount_ordered": sums.total,
                "cc_last4": None,
                "entity_id": order.id,
                "method": "ideal",
                "parent_id": order.id,
            },
            "status_histories": [],
            "extension_attributes": {
                "shipping_assignments": [
                    {
                        "shipping": {
                            "address": {**address, "address_type": "shipping", "entity_id": order.id * 2 + 1},
                            "method": "postnl_home",
                            "total": {"shipping_amount": without_tax(sums.shipping)},
                        }
                    }
                ]
            },
        }

    def _order_item(self, order: Order, position: int, product: Product, quantity: int) -> Json:
        number = order.id * 10 + position
        done = quantity if order.status == "complete" else 0
        return {
            "item_id": number,
            "order_id": order.id,
            "quote_item_id": number,
            "product_id": product.id,
            "product_type": "simple",
            "sku": product.sku,
            "name": product.name,
            "store_id": 1,
            "created_at": self.time(order.age),
            "updated_at": self.time(order.age),
            "qty_ordered": quantity,
            "qty_invoiced": done,
            "qty_shipped": done,
            "qty_refunded": 0,
            "qty_canceled": 0,
            "original_price": plain(product.price),
            "price": without_tax(product.final_price),
            "price_incl_tax": plain(product.final_price),
            "row_total": without_tax(product.final_price * quantity),
            "row_total_incl_tax": plain(product.final_price * quantity),
            "tax_percent": plain(TAX),
            "discount_amount": 0,
        }

    def cart(self, cart: Cart) -> Json:
        """`/V1/carts/{id}`."""
        customer = person(cart.customer)
        return {
            "id": cart.id,
            "created_at": self.time(cart.age),
            "updated_at": self.time(cart.age),
            "is_active": True,
            "is_virtual": False,
            "items": [
                {
                    "item_id": cart.id * 10 + position,
                    "sku": BY_ID[product].sku,
                    "qty": quantity,
                    "name": BY_ID[product].name,
                    "price": without_tax(BY_ID[product].final_price),
                    "product_type": "simple",
                    "quote_id": str(cart.id),
                }
                for position, (product, quantity) in enumerate(cart.lines)
            ],
            "items_count": len(cart.lines),
            "items_qty": sum(quantity for _, quantity in cart.lines),
            "customer": self.customer(customer),
            "billing_address": {**_address(customer), "id": cart.id, "email": customer.email},
            "orig_order_id": 0,
            "currency": {
                "global_currency_code": "EUR",
                "base_currency_code": "EUR",
                "store_currency_code": "EUR",
                "quote_currency_code": "EUR",
            },
            "customer_is_guest": False,
            "customer_note_notify": True,
            "customer_tax_class_id": 3,
            "store_id": 1,
            "extension_attributes": {"shipping_assignments": []},
        }

    def totals(self, cart: Cart) -> Json:
        """`/V1/carts/{id}/totals`. As in Magento, its `grand_total` lacks the tax and the segment has it."""
        sums = Sums.of(cart.lines, shipping=0.0)
        net = without_tax(sums.goods)
        return {
            "grand_total": net,
            "base_grand_total": sums.total,
            "subtotal": net,
            "subtotal_incl_tax": sums.goods,
            "discount_amount": 0,
            "shipping_amount": 0,
            "tax_amount": sums.tax,
            "base_currency_code": "EUR",
            "quote_currency_code": "EUR",
            "items_qty": sum(quantity for _, quantity in cart.lines),
            "items": [
                {
                    "item_id": cart.id * 10 + position,
                    "name": BY_ID[product].name,
                    "price": without_tax(BY_ID[product].final_price),
                    "price_incl_tax": plain(BY_ID[product].final_price),
                    "qty": quantity,
                    "row_total": without_tax(BY_ID[product].final_price * quantity),
                    "row_total_incl_tax": plain(BY_ID[product].final_price * quantity),
                    "tax_percent": plain(TAX),
                    "options": "[]",
                }
                for position, (product, quantity) in enumerate(cart.lines)
            ],
            "total_segments": [
                {"code": "subtotal", "title": "Subtotal", "value": net},
                {"code": "tax", "title": "Tax", "value": sums.tax},
                {"code": "grand_total", "title": "Grand Total", "value": sums.total, "area": "footer"},
            ],
        }


def person(number: int) -> Customer:
    """A customer by id."""
    return next(customer for customer in CUSTOMERS if customer.id == number)


def _address(customer: Customer) -> Mapping[str, object]:
    return {
        "customer_id": customer.id,
        "region": {"region_code": None, "region": None, "region_id": 0},
        "region_id": 0,
        "country_id": customer.country,
        "street": [customer.street],
        "telephone": "+31 20 5550100",
        "postcode": customer.postcode,
        "city": customer.city,
        "firstname": customer.firstname,
        "lastname": customer.lastname,
    }
