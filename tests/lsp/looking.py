"""Views for tests: a template with a cursor mark, live data that are known, and templates beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dovetail.bridge.events.data import trigger_of
from dovetail.engine.compiler.options import Options
from dovetail.engine.ports import Answer, Ask, Record, Ref, Suggestion
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.lsp.features.reading import Reading, read
from dovetail.lsp.features.view import Preferences, Sample, Suggestions, View
from dovetail.providers.magento2.settings import KIND

MARK = "▮"
NOW = 1_800_000_000.0

SHOP = KIND.make(
    "mywebshop",
    {
        "url": "https://shop.example",
        "store": "nl",
        **dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "x"),
    },
)
SCHEMAS: Mapping[str, Schema] = {"mywebshop": SHOP.schema()}

MUG = Record(
    "product",
    123456,
    "Blue mug",
    {
        "id": 123456,
        "sku": "MUG-BLUE",
        "name": "Blue mug",
        "title": "Blue mug",
        "price": 12.5,
        "currency": "EUR",
        "status": 1,
        "image_url": "https://shop.example/media/mug.jpg",
        "stock": Ref("stock", "MUG-BLUE"),
        "categories": [],
    },
)
ANN = Record(
    "customer",
    7,
    "Ann Lee",
    {"id": 7, "email": "ann@example.org", "firstname": "Ann", "lastname": "Lee"},
)
FOUND: Mapping[str, Sequence[Suggestion]] = {
    "product": [
        Suggestion("123456", "Blue mug", "MUG-BLUE  12.5 EUR"),
        Suggestion("123457", "Red mug", "MUG-RED  12.5 EUR"),
        Suggestion("200001", "Teapot for a mug", "POT-1  30 EUR"),
        Suggestion("200002", "Skillet", "24-MB01  50 EUR"),
    ],
    "customer": [Suggestion("7", "Ann Lee", "ann@example.org"), Suggestion("8", "Bob de Vries", "bob@example.org")],
    "order": [Suggestion("31", "000000031", "2026-11-01  25 EUR  complete")],
    "cart": [],
}


@dataclass(slots=True)
class Known:
    """Live data as a test says: `answers` by ask, `found` by member; `failures` by identifier. Notes what was wanted."""

    schemas: Mapping[str, Schema] = field(default_factory=lambda: SCHEMAS)
    answers: dict[Ask, Answer | ProviderError] = field(default_factory=dict[Ask, "Answer | ProviderError"])
    found: Mapping[str, Sequence[Suggestion]] = field(default_factory=lambda: FOUND)
    failures: Mapping[str, str] = field(default_factory=dict[str, str])
    now: float = NOW
    complete: bool = True
    wanted: list[object] = field(default_factory=list[object])

    def answer(self, ask: Ask) -> Answer | ProviderError | None:
        known = self.answers.get(ask)
        if known is None:
            self.wanted.append(ask)
        return known

    def suggestions(self, identifier: str, path: Sequence[str], text: str, limit: int) -> Suggestions:
        self.wanted.append((identifier, *path, text))
        words = text.casefold().split()
        items = [
            item
            for item in self.found.get(path[0], ())
            if len(path) == 1
            if all(word in f"{item.insert} {item.label} {item.detail}".casefold() for word in words)
        ]
        return Suggestions(items[:limit], self.complete, self.now - 180, self.failures.get(identifier, ""))

    def failure(self, identifier: str) -> str:
        return self.failures.get(identifier, "")


def known(**more: Answer | ProviderError) -> Known:
    """The blue mug and Ann are known, fetched three minutes ago."""
    at = NOW - 180
    answers: dict[Ask, Answer | ProviderError] = {
        Ask("mywebshop", "product", 123456): Answer(MUG, fetched_at=at),
        Ask("mywebshop", "product", "MUG-BLUE"): Answer(MUG, fetched_at=at),
        Ask("mywebshop", "customer", 7): Answer(ANN, fetched_at=at),
    }
    return Known(answers=answers)


@dataclass(slots=True)
class Beside:
    """Templates by name."""

    texts: Mapping[str, str]
    options: Options = Options()
    _readings: dict[str, Reading] = field(default_factory=dict[str, Reading])

    def names(self) -> Sequence[str]:
        return sorted(self.texts)

    def reading(self, name: str) -> Reading | None:
        if name not in self.texts:
            return None
        if name not in self._readings:
            self._readings[name] = read(name, self.texts[name], None, self.options)
        return self._readings[name]


ANNS = Sample("Ann", {"profile": {"firstname": "Ann", "email": "ann@example.org", "customer_id": 7}})
BOBS = Sample("Bob", {"profile": {"firstname": "", "email": "bob@example.org", "customer_id": 8}})


def view(
    text: str,
    *,
    name: str = "mail.tpl",
    live: Known | None = None,
    beside: Mapping[str, str] | None = None,
    samples: Sequence[Sample] = (ANNS, BOBS),
    preferences: Preferences = Preferences(),
    options: Options = Options(),
    events: tuple[str, ...] = (),
) -> tuple[View, int]:
    """The view of a text, and the offset of its mark (its end without one). `events`: those that have it sent."""
    offset = text.find(MARK)
    whole = text.replace(MARK, "")
    folder = Beside({**(beside or {}), name: whole}, options)
    reading = folder.reading(name)
    assert reading is not None
    at = offset if offset >= 0 else len(whole)
    trigger = trigger_of(events) if events else None
    return View(reading, folder, live if live is not None else known(), samples, preferences, trigger), at
