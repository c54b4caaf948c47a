"""What the sample shop "Hazel & Oak" sells."""

from __future__ import annotations

from dataclasses import dataclass

CATEGORIES = {3: "Kitchen", 4: "Table", 5: "Living"}
"""Names of the categories by id; their parent is the root category 2."""

MATERIALS = {
    "31": "Oak",
    "32": "Stoneware",
    "33": "Glass",
    "34": "Linen",
    "35": "Enamelled steel",
    "36": "Cast iron",
} | {
    "37": "Beeswax",
    "38": "Walnut",
    "39": "Wool",
}
"""The options of the attribute `material`: ids are what products hold, labels what people read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product. `price` and `special_price` are in euros, with tax; `material` is an option's id.

    `picture` names the drawing in `dovetail.demo.pictures`.
    """

    id: int
    sku: str
    name: str
    price: float
    special_price: float | None = None
    short: str
    text: str
    material: str
    category: int
    picture: str
    stock: int

    @property
    def final_price(self) -> float:
        """What a shopper pays."""
        return self.price if self.special_price is None else self.special_price

    @property
    def url_key(self) -> str:
        """The last part of the product page's address."""
        return "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in self.name.lower()).split())

    @property
    def file(self) -> str:
        """The picture's path below `media/catalog/product`."""
        return f"/{self.picture[0]}/{self.picture[1]}/{self.picture}.png"


def _product(
    number: int,
    name: str,
    price: float,
    picture: str,
    material: str,
    category: int,
    stock: int,
    short: str,
    text: str,
    special: float | None = None,
) -> Product:
    return Product(
        id=123450 + number,
        sku=f"HO-{1000 + number}",
        name=name,
        price=price,
        special_price=special,
        short=short,
        text=f"<p>{text}</p>",
        material=material,
        category=category,
        picture=picture,
        stock=stock,
    )


PRODUCTS = (
    _product(
        1, "Oak serving board", 34.00, "board", "31", 4, 24,
        "Solid European oak, oiled by hand.",
        "Cut from one plank, so every board has its own grain. Hang it up by the leather loop.",
    ),
    _product(
        2, "Stoneware mug “Dune”", 14.50, "mug", "32", 4, 60,
        "A mug that sits well in two hands.",
        "Thrown and glazed in Gouda. Holds 300 ml; dishwasher &amp; microwave safe.",
    ),
    _product(
        3, "Hand-blown carafe", 39.00, "carafe", "33", 4, 11,
        "Clear glass with an oak stopper.",
        "Blown without a mould: look for the tiny bubbles. One litre.",
    ),
    _product(
        4, "Linen tea towels, set of two", 18.00, "towel", "34", 3, 80,
        "Stonewashed, and better with every wash.",
        "Woven in Flanders from long-fibre linen, 50 × 70 cm.",
    ),
    _product(
        5, "Enamel kettle", 64.00, "kettle", "35", 3, 9,
        "For gas, induction and camp fires.",
        "Two layers of enamel on steel, an oak handle that stays cool. 1.8 litres.",
        special=49.00,
    ),
    _product(
        6, "Cast-iron skillet", 79.00, "skillet", "36", 3, 17,
        "Seasoned, and ready for its first egg.",
        "Heavy where it matters, 26 cm wide. Comes pre-seasoned with flax oil, lasts for generations.",
    ),
    _product(
        7, "Beeswax candles, pair", 16.00, "candles", "37", 5, 42,
        "Dipped, not moulded. They smell of summer.",
        "Pure beeswax from the Veluwe; burns for about nine hours.",
    ),
    _product(
        8, "Ribbed planter", 28.00, "planter", "32", 5, 30,
        "Frost-proof, with a hidden saucer.",
        "Fluted stoneware, 18 cm wide. The plant is not included, but we can advise.",
    ),
    _product(
        9, "Pour-over coffee set", 52.00, "dripper", "33", 3, 14,
        "Dripper, server and forty filters.",
        "Borosilicate glass with a wooden collar. Makes two generous cups.",
        special=44.00,
    ),
    _product(
        10, "Walnut pepper mill", 36.00, "mill", "38", 3, 21,
        "Ceramic grinder, twelve settings.",
        "Turned from walnut offcuts of a furniture maker around the corner.",
    ),
    _product(
        11, "Reading lamp “Halden”", 119.00, "lamp", "35", 5, 6,
        "Warm light, exactly where you sit.",
        "A steel shade on an oak foot, dimmable, with a linen-wrapped cable.",
        special=89.00,
    ),
    _product(
        12, "Merino throw", 95.00, "throw", "39", 5, 13,
        "Woven in Ireland, 140 × 200 cm.",
        "New merino wool in a herringbone weave; light in summer, warm in winter.",
    ),
)  # fmt: skip

BY_ID = {product.id: product for product in PRODUCTS}
BY_SKU = {product.sku.casefold(): product for product in PRODUCTS}
