"""The data of the workloads, made from a fixed seed: the same on every machine.

A mailing, 24 products, 200 recipients (orders of 1 to 12 lines in turn) and 20 tables of 100 × 8 cells. Names
hold letters of Latin-1 and beyond, and a third of the texts need escapes: ASCII alone would hide costs.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypedDict, TypeVar

T = TypeVar("T")
_SEED = 20240607

# fmt: off
_FIRST = ["Anna", "Bram", "Chloë", "Daan", "Eloïse", "Femke", "Güney", "Hanna", "Işık", "Jürgen", "Katarzyna",
          "Łukasz", "Mieke", "Noor", "Oisín", "Priya", "Quinten", "René", "Søren", "Tess", "Ümit", "Vera", "Wout",
          "Xander", "Yara", "Zoë", ""]
_LAST = ["O'Brien", "de Vries", "van den Berg", "Müller", "García", "Jansen & Zn", "Nowak", "Šimić", "Smith", "Öztürk",
         "Bakker", "Dupont", "D'Angelo", "Visser", "Fischer", "Kowalczyk", "Jørgensen", "Peeters"]
_CITY = ["Amsterdam", "'s-Hertogenbosch", "Köln", "Antwerpen", "Utrecht", "Liège", "Groningen", "Zürich", "", ""]
_NOUN = ["Bread knife", "Linen towel", "Oak board", "Tea pot", "Storm lamp", "Wool rug", "Garden fork", "Salt mill",
         "Paper lamp", "Cast iron pan", "Milk jug", "Bath brush", "Notebook", "Desk tray", "Seed box", "Apron"]
_ADJECTIVE = ["Dark", "Light", "Small", "Large", "Classic", "Foldable", "Hand-made", "River clay", "Heavy", "Double"]
_BRAND = ["Veld & Vuur", "Noorderlicht", "Kato's", "Two <Rivers>", "Atelier Bré", "", "Plain"]
_CATEGORY = ["kitchen", "table", "garden", "living", "bath", "paper"]
_TEXT = (
    "made from timber that was dried for a whole year and oiled by hand so it lasts & stays \"flat\" even in a warm "
    "kitchen; fits most drawers, weighs < 2 kg and comes with a linen bag for storage"
)
_WORDS = tuple(_TEXT.split())
_STREET = ["Kerkstraat", "Prins Hendrikkade", "Am Markt", "Rue de l'Église", "Long Lane"]
_MESSAGE = ["", "Happy birthday & many happy returns, from all of us at <number 9> - see you on Saturday!",
            'With love, "M"']
_COMMENT = ["", "", 'Please ring the <second> bell & wait "a moment".']
# fmt: on

MAILING: dict[str, object] = {
    "id": 48213,
    "subject": "Spring at home: 24 things that last & please",
    "preheader": "24 picks for a lighter house, from € 4,95",
    "title": "Spring selection",
    "slug": "spring-selection",
    "hero": "spring-2024.jpg",
    "intro": (
        "The days grow longer, and so does the list of things one would like to do. We've picked 24 articles that "
        "make the first weeks of spring easier & nicer."
    ),
    "month": 6,
    "year": 2024,
    "valid_until": "30-06-2024",
    "company": "Huis & Haard B.V.",
    "address": "Kade 12, 1011 AB Amsterdam",
    "register": "NL 30 112 873",
    "iban": "NL00 BENC 0123 4567 89",
    "shipping": 4.95,
    "phone": "+31 20 555 01 23",
}


class Data(TypedDict):
    """What the templates are given: everything, or one of each list."""

    mailing: dict[str, object]
    products: list[dict[str, object]]
    recipients: list[dict[str, object]]
    tables: list[list[list[object]]]


class _Maker:
    """Draws everything from one stream of numbers: the order of the draws is part of the data."""

    def __init__(self) -> None:
        self.random = random.Random(_SEED)

    def below(self, *bounds: int) -> int:
        return self.random.randrange(*bounds)

    def one(self, choices: Sequence[T]) -> T:
        return self.random.choice(choices)

    def likely(self, chance: float) -> bool:
        return self.random.random() < chance

    def text(self, words: int) -> str:
        start = self.below(len(_WORDS))
        return " ".join(_WORDS[(start + number) % len(_WORDS)] for number in range(words)).capitalize()

    def money(self, low: int, high: int) -> float:
        return self.below(low * 100, high * 100) / 100

    def date(self) -> str:
        return f"{self.below(1, 29):02d}-{self.below(1, 13):02d}-2024"

    def product_name(self) -> str:
        if self.likely(0.3):
            return f'{self.one(_ADJECTIVE)} {self.one(_NOUN).lower()} {self.below(4, 40)}"'
        return f"{self.one(_ADJECTIVE)} {self.one(_NOUN).lower()}"

    def product(self, number: int) -> dict[str, object]:
        price = self.money(5, 1800) if self.likely(0.2) else self.money(4, 90)
        return {
            "id": 1000 + number,
            "name": self.product_name(),
            "brand": self.one(_BRAND),
            "description": self.text(self.below(8, 30)),
            "price": price,
            "old_price": round(price * 1.25, 2) if self.likely(0.4) else 0.0,
            "url": f"/{self.one(_CATEGORY)}/{1000 + number}",
            "image": f"{1000 + number}.jpg",
            "rating": f"{self.below(2, 5)}.{self.below(10)}",
            "reviews": self.below(900),
            "stock": self.one([0, 3, 8, 25, 140]),
            "badge": self.one(["", "", "new", "sale", "last chance"]),
            "category": self.one(_CATEGORY),
        }

    def address(self) -> dict[str, object]:
        return {
            "name": self.one(_FIRST[:-1]) + " " + self.one(_LAST),
            "street": f"{self.one(_STREET)} {self.below(1, 300)}",
            "zip": f"{self.below(1000, 9999)} AB",
            "city": self.one(["Amsterdam", "Utrecht", "Delft", "Leiden", "Breda"]),
            "country": self.one(["", "", "Belgium", "Germany"]),
            "vat": self.one(["", "NL001234567B01"]),
        }

    def line(self) -> dict[str, object]:
        gift = int(self.likely(0.3))
        return {
            "sku": f"SKU-{self.below(99999):05d}",
            "name": self.product_name(),
            "qty": self.below(1, 5),
            "price": self.money(3, 120),
            "colour": self.one(["", "oak", "clay & rose", "black"]),
            "size": self.one(["", "S", "M", "L", "30 x 40"]),
            "gift": gift,
            "message": self.one(_MESSAGE),
            "stock": self.one([0, 1, 50, 50]),
            "weeks": self.below(1, 6),
        }

    def store(self) -> dict[str, object]:
        return {
            "id": self.below(100),
            "name": self.one(["Haard & Co", "Huis Centrum", "Kato's corner"]),
            "street": f"Markt {self.below(1, 90)}",
            "zip": f"{self.below(1000, 9999)} CD",
            "phone": f"+31 10 555 {self.below(9999):04d}",
            "closes": self.one(["17:30", "18:00", "21:00"]),
        }

    def order(self, number: int, lines: list[dict[str, object]]) -> dict[str, object]:
        return {
            "number": f"2024-{100000 + number * 13}",
            "date": self.date(),
            "payment": self.one(["invoice", "card", "iDEAL", "voucher & cash"]),
            "card": f"{self.below(9999):04d}",
            "discount": self.one([0, 0, 5, 12.5]),
            "discount_code": self.one(["SPRING", "VIP&CO"]),
            "ship": self.address(),
            "bill": self.address(),
            "same": int(self.likely(0.6)),
            "comment": self.one(_COMMENT),
            "lines": lines,
        }

    def recipient(self, number: int) -> dict[str, object]:
        first, last = self.one(_FIRST), self.one(_LAST)
        lines = [self.line() for _ in range(1 + number % 12)]
        return {
            "id": 900000 + number * 7,
            "hash": hashlib.md5(b"%d" % number).hexdigest(),
            "email": f"{self.one(['info', 'me', 'x+y'])}.{number}@mail.example.net",
            "first_name": first,
            "last_name": last,
            "gender": self.one("mmffx"),
            "city": self.one(_CITY),
            "points": self.one([0, self.below(1, 2000), self.below(2000, 9000)]),
            "points_expire": self.date(),
            "tier": self.one(["basic", "silver", "gold", "platinum"]),
            "birth_month": self.below(1, 13),
            "member_no": f"M{self.below(10**7):07d}",
            "member_since": str(self.below(1998, 2024)),
            "frequency": self.below(1, 4),
            "favourite": self.one(_CATEGORY),
            "open_cart": self.one([0, 0, 1, 3]),
            "store": self.store(),
            "coupon": {
                "code": f"SPR-{self.below(10**6):06d}",
                "amount": self.one([0, 5, 7.5, 10]),
                "expires": self.date(),
                "minimum": self.one([25, 50]),
            },
            "last_order": [
                {"name": self.product_name() + ", " + self.text(4), "price": self.money(4, 300), "date": self.date()}
                for _ in range(3)
            ],
            "order": self.order(number, lines),
        }

    def row(self) -> list[object]:
        return [
            self.below(10**6),
            self.one(_FIRST[:-1]),
            self.one(_LAST),
            f"cell {self.below(1000)}",
            self.one(["a < b", "x & y", '"quoted"', "plain text", "nothing special here"]),
            self.below(100),
            self.text(4),
            f"ref-{self.below(10**5)}",
        ]


def generated() -> Data:
    """Everything, as it stands in `data.json`."""
    maker = _Maker()
    return {
        "mailing": MAILING,
        "products": [maker.product(number) for number in range(24)],
        "recipients": [maker.recipient(number) for number in range(200)],
        "tables": [[maker.row() for _ in range(100)] for _ in range(20)],
    }
