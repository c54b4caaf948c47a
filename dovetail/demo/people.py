"""The sample shop's customers, with what they bought and what lies in their carts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer."""

    id: int
    firstname: str
    lastname: str
    email: str
    gender: int
    street: str
    postcode: str
    city: str
    country: str
    subscribed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order. `age` is in days before the shop was opened; `lines` are (product id, quantity)."""

    id: int
    customer: int
    age: float
    status: str
    lines: tuple[tuple[int, int], ...]

    @property
    def number(self) -> str:
        """The number that the customer knows."""
        return f"{self.id:09d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A cart that is still open. `age` is in days; `lines` are (product id, quantity)."""

    id: int
    customer: int
    age: float
    lines: tuple[tuple[int, int], ...]


CUSTOMERS = (
    Customer(
        id=1, firstname="Maartje", lastname="de Vries", email="maartje@example.com", gender=2,
        street="Prinsengracht 263", postcode="1016 GV", city="Amsterdam", country="NL", subscribed=True,
    ),
    Customer(
        id=2, firstname="Jürgen", lastname="Weiß", email="juergen@example.com", gender=1,
        street="Körnerstraße 14", postcode="50823", city="Köln", country="DE", subscribed=True,
    ),
    Customer(
        id=3, firstname="Ida & Tom", lastname="Novák", email="ida.tom@example.com", gender=3,
        street="Nerudova 7", postcode="118 00", city="Praha", country="CZ", subscribed=True,
    ),
)  # fmt: skip

ORDERS = (
    Order(id=41, customer=1, age=212.3, status="complete", lines=((123456, 1), (123454, 2))),
    Order(id=52, customer=2, age=96.8, status="complete", lines=((123458, 3),)),
    Order(id=57, customer=1, age=19.1, status="complete", lines=((123451, 1), (123452, 4), (123457, 1))),
    Order(id=60, customer=3, age=8.4, status="processing", lines=((123462, 1), (123460, 1))),
    Order(id=63, customer=2, age=3.6, status="processing", lines=((123459, 1), (123452, 2))),
)

CARTS = (
    Cart(id=88, customer=1, age=1.2, lines=((123455, 1), (123454, 2))),
    Cart(id=91, customer=3, age=0.3, lines=((123461, 1), (123453, 1), (123457, 2))),
)
