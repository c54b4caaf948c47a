"""What orders and carts of the sample shop cost, in euros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dovetail.demo.catalogue import BY_ID

TAX = 21.0
"""Percent; prices contain it."""

SHIPPING = 4.95
FREE_FROM = 75.0
"""Goods of this value and more are sent free of charge."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What an order or cart costs, in euros with tax; `tax` is the part of `total` that is tax."""

    goods: float
    shipping: float

    @classmethod
    def of(cls, lines: Sequence[tuple[int, int]], shipping: float = SHIPPING) -> Sums:
        """The sums of some lines; sending costs nothing from `FREE_FROM` on."""
        goods = round(sum(BY_ID[product].final_price * quantity for product, quantity in lines), 2)
        return cls(goods, 0.0 if goods >= FREE_FROM else shipping)

    @property
    def total(self) -> float:
        """What is paid."""
        return round(self.goods + self.shipping, 2)

    @property
    def tax(self) -> float:
        """How much of it is tax."""
        return round(self.total - self.total / (1 + TAX / 100), 2)


def without_tax(price: float) -> float | int:
    """The part of a price that is not tax, as Magento stores it: four decimals."""
    return plain(round(price / (1 + TAX / 100), 4))


def plain(number: float) -> float | int:
    """A number as PHP writes it: without a fraction as an integer."""
    number = round(number, 4)
    return int(number) if number == int(number) else number
